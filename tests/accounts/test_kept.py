"""What was typed is kept or sent on for its owner alone, and no secret ever is."""

from __future__ import annotations

import pytest

from tests.addresses.test_renaming import renamed
from tests.factories import ClientFor
from tests.scenes import Scene


@pytest.mark.parametrize(
    ("origin", "site"),
    [
        ("https://jahat.test", "cross-site"),
        ("https://jahat.test", None),
        ("null", "cross-site"),
        ("http://orang-lain.localhost:8000", "same-site"),
        (None, "cross-site"),
        ("http://{old}.localhost:8000", "same-site"),
        ("http://{old}.localhost:8000", "same-origin"),
        ("http://{old}.localhost:8000", None),
    ],
)
def test_what_another_site_sends_to_an_old_address_is_not_sent_on(
    scene: Scene, origin: str | None, site: str | None
) -> None:
    """Sent on from here by its reader's hand, it would have come from an address of the agency."""
    old, new = scene.agency.slug, renamed(scene)
    said = {"Origin": origin and origin.format(old=old), "Sec-Fetch-Site": site}
    answer = ClientFor(scene.app)(old).post(
        "/kelola/orang/undang",
        data={"email": "jahat@jahat.test", "role": "admin"},
        headers={name: value for name, value in said.items() if value},
    )
    assert answer.status_code == 409
    ours = (origin or "").endswith("{old}.localhost:8000") and site != "same-site"
    assert ("jahat@jahat.test" in answer.text) == ours
    assert f"http://{new}.localhost:8000/kelola/orang/undang" in answer.text


def test_what_is_sent_on_says_from_where(scene: Scene) -> None:
    """Browsers send forms to another host from origin "null" where no referrer may leave."""
    citizen = scene.browser()
    form = citizen.open("/lacak").form("lacak")
    new = renamed(scene)
    page = citizen.send(form, reference="KP7-4XM-9R3T", access_code="abc")
    assert page.headers["Referrer-Policy"] == "strict-origin"
    for origin, kept in ((f"http://{scene.agency.slug}.localhost:8000", True), ("null", False)):
        said = {"Origin": origin, "Sec-Fetch-Site": "same-site"}
        typed = page.form("lacak").values
        answer = ClientFor(scene.app)(new).post("/lacak", data=typed, headers=said)
        assert ("KP7-4XM-9R3T" in answer.text) == kept


@pytest.mark.parametrize("path", ["/masuk/kode", "/akun/dua-langkah/pasang"])
def test_a_code_of_the_second_step_is_shown_nowhere(scene: Scene, path: str) -> None:
    typed = {"code": "246813", "kept": "yang-ditahan"}
    answers = [browser.client.post(path, data=typed) for browser in (scene.desk(), scene.browser())]
    renamed(scene)
    answers.append(scene.browser().client.post(path, data=typed))
    assert [answer.status_code for answer in answers] == [400, 400, 409]
    for answer in answers:
        assert "246813" not in answer.text
        assert "yang-ditahan" not in answer.text
