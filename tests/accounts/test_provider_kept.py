"""What was typed when a session had ended comes back after a sign-in at the agency's provider, too;
to its owner alone."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from sp4n import clock
from sp4n.accounts.models import AccountSession
from sp4n.audit.actors import Actor
from tests.accounts.issuer import Issuer
from tests.accounts.test_provider import agreed, come_back, head, issuer, turn_on  # noqa: F401
from tests.accounts.test_second_factor import email_of
from tests.pages import Browser, Page
from tests.scenes import Scene


def signed_out_while_typing(scene: Scene, who: Actor, body: str) -> tuple[Browser, Page, str]:
    """At the sign-in page, with what was sent; and where it had been sent to."""
    filing = scene.verify(scene.filed())
    browser = scene.desk(who)
    form = browser.open(f"/desk/laporan/{filing.reference}").form("/catatan")
    with scene.inside() as session:
        session.execute(sa.update(AccountSession).values(ended_at=clock.now()))
    return browser, browser.send(form, body=body), f"/desk/laporan/{filing.reference}"


def test_what_was_typed_waits_while_its_owner_signs_in_at_the_provider(
    scene: Scene,
    head: Actor,  # noqa: F811
    issuer: Issuer,  # noqa: F811
    superuser: sa.Connection,
) -> None:
    turn_on(scene, issuer)
    officer = scene.person("admin", "Wayan Petugas")
    issuer.claims = {"email": email_of(scene, officer)}
    browser, page, path = signed_out_while_typing(scene, officer, "CATATAN-PANJANG")
    assert page.status == 401
    away = browser.send(page.form("penyedia"))
    assert "tersimpan selama 30 menit" in away.text
    assert away.headers["Refresh"].startswith("0; url=/masuk/penyedia?")
    rows = superuser.execute(sa.text("SELECT k::text FROM kept_away k"))
    assert "CATATAN-PANJANG" not in " ".join(rows.scalars())
    answer = browser.client.get(away.headers["Refresh"].partition("url=")[2])
    asked = {n: v[0] for n, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    again = come_back(browser, code=agreed(issuer, asked), state=asked["state"])
    assert "Kirim ulang isian Anda" in again.title
    form = next(one for one in again.forms() if one.action.endswith("/catatan"))
    assert form.values["body"] == "CATATAN-PANJANG"
    browser.send(form)
    assert "CATATAN-PANJANG" in browser.open(path).text


def test_it_is_shown_to_nobody_else_nor_kept_for_strangers(
    scene: Scene,
    head: Actor,  # noqa: F811
    issuer: Issuer,  # noqa: F811
    superuser: sa.Connection,
) -> None:
    turn_on(scene, issuer)
    officer = scene.person("admin", "Wayan Petugas")
    browser, page, _path = signed_out_while_typing(scene, officer, "CATATAN-RAHASIA")
    to = browser.send(page.form("penyedia")).headers["Refresh"].partition("url=")[2]
    issuer.claims = {"email": email_of(scene, head)}
    other = scene.browser()
    answer = other.client.get(to)
    asked = {n: v[0] for n, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    found = come_back(other, code=agreed(issuer, asked), state=asked["state"])
    assert "CATATAN-RAHASIA" not in found.text
    assert "orang lain" in found.text
    stranger = scene.browser()
    filled = stranger.open("/masuk").form("masuk").filled({})
    kept_away = sa.text("SELECT count(*) FROM kept_away WHERE agency_id = :a")
    before = superuser.scalar(kept_away, {"a": scene.agency.id})
    away = stranger.client.post("/masuk/penyedia", data={**filled, "kept": "x" * 1000})
    assert "tidak dapat disimpan" in away.text
    assert "Refresh" not in away.headers
    assert superuser.scalar(kept_away, {"a": scene.agency.id}) == before == 1
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert (
            "tidak tersimpan lagi" in scene.desk(officer).open(to.replace("penyedia", "isian")).text
        )
