"""Passkeys: alone or after the password, each answer once, of this site and this person only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, g

from sp4n import clock
from sp4n.accounts import operations, queries
from sp4n.accounts.models import Passkey, RecoveryCode
from sp4n.accounts.second_factor import codes_left
from sp4n.accounts.second_step_views import party
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from tests.accounts.people import PASSWORD
from tests.accounts.soft_key import PRESENT, SoftKey, text
from tests.accounts.test_second_factor import OWN, require, set_up, with_password
from tests.factories import ClientFor, make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

NEW = "/akun/kunci-sandi/baru"


@pytest.fixture
def head(scene: Scene) -> Actor:
    return scene.person("head", "Putu Pimpinan")


def origin_of(browser: Browser) -> str:
    return browser.client.site_url


def options_of(page: Page) -> str:
    return str(page.form("kunci").element.get("data-options"))


def ceremony(browser: Browser, name: str = "Telepon kantor") -> Page:
    """From the list to where the device is asked."""
    page = browser.follow(browser.open(OWN), "Tambah kunci sandi")
    return browser.send(page.form("baru"), name=name, current=PASSWORD)


def answer(browser: Browser, page: Page, credential: str) -> Page:
    form = page.form("kunci")
    return browser.send_filled(form, {**form.values, "credential": credential})


def add_key(browser: Browser, name: str = "Telepon kantor", **over: Any) -> SoftKey:
    key = SoftKey(origin_of(browser), **over)
    page = ceremony(browser, name)
    done = answer(browser, page, key.create(options_of(page)))
    assert done.status == 200, done.words
    return key


def asked(scene_or_browser: Scene | Browser) -> tuple[Browser, Page]:
    """The page that asks for a key alone."""
    browser = (
        scene_or_browser.browser() if isinstance(scene_or_browser, Scene) else scene_or_browser
    )
    return browser, browser.send(browser.open("/masuk").form("kunci"))


def test_a_key_signs_in_alone(scene: Scene, head: Actor) -> None:
    own = scene.desk(head)
    key = add_key(own)
    browser, page = asked(scene)
    assert "Kata sandi tidak diperlukan" in page.words
    assert answer(browser, page, key.get(options_of(page))).path == "/desk/"
    listed = own.open(OWN).words
    assert "Telepon kantor" in listed
    with scene.inside() as session:
        acts = {entry.act: entry.data for entry in session.scalars(sa.select(AuditEntry))}
    assert acts["account.passkey_add"]["name"] == "Telepon kantor"
    assert acts["account.sign_in"]["first_step"] == "passkey"


def test_a_key_is_the_second_step_after_the_password(scene: Scene, head: Actor) -> None:
    key = add_key(scene.desk(head))
    browser, page = with_password(scene, head)
    browser.strict = False
    assert browser.open("/desk/").path.startswith("/masuk")
    listed = json.loads(options_of(page))["allowCredentials"]
    assert [one["id"] for one in listed] == [text(key.id)]
    assert answer(browser, page, key.get(options_of(page))).path == "/desk/"


def test_the_first_key_brings_recovery_codes_and_ends_other_sign_ins(
    scene: Scene, head: Actor
) -> None:
    thief, own = scene.desk(head), scene.desk(head)
    page = ceremony(own)
    done = answer(own, page, SoftKey(origin_of(own)).create(options_of(page)))
    codes = [code.text for code in done.tree.iter("code")]
    assert len(codes) == 10
    thief.strict = False
    assert thief.open("/desk/").path.startswith("/masuk")
    assert own.open("/desk/").path == "/desk/"
    browser, page = with_password(scene, head)
    assert browser.send(page.form("kode"), code=codes[0]).path == "/desk/"
    add_key(own, "Laptop")
    with scene.inside() as session:
        assert codes_left(session, account_id=head.id or 0) == 9


LIES: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "http://jahat.test"},
    "another agency's origin": {"origin": "http://lain.localhost:8000"},
    "another domain": {"domain": "jahat.test"},
    "another challenge": {"challenge": text(b"x" * 32)},
    "nobody touched it": {"flags": 0},
    "nobody was verified": {"flags": PRESENT},
    "another act": {"type": "webauthn.create"},
    "another's signature": {"signer": ec.generate_private_key(ec.SECP256R1())},
    "another's handle": {"handle": b"siapa"},
    "no handle": {"handle": b""},
    "a count that stands still": {"count": 0},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in(scene: Scene, head: Actor, lie: str) -> None:
    key = add_key(scene.desk(head), count=7)
    browser, page = asked(scene)
    refused = answer(browser, page, key.get(options_of(page), **LIES[lie]))
    assert (refused.status, "tidak diterima" in refused.words) == (422, True)
    browser.strict = False
    assert browser.open("/desk/").path.startswith("/masuk")


ADDING_LIES = {name: LIES[name] for name in list(LIES)[:6]}
ADDING_LIES["another act"] = {"type": "webauthn.get"}


@pytest.mark.parametrize("lie", ADDING_LIES)
def test_a_lie_adds_no_key(scene: Scene, head: Actor, lie: str) -> None:
    own = scene.desk(head)
    page = ceremony(own)
    key = SoftKey(origin_of(own))
    refused = answer(own, page, key.create(options_of(page), **ADDING_LIES[lie]))
    assert (refused.status, "tidak diterima" in refused.words) == (422, True)
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Passkey)) == 0


NONSENSE = [
    "{}",
    "[]",
    "null",
    "7",
    "x" * 60_000,
    "[" * 40_000,
    '{"rawId": 3}',
    '{"rawId": "AA", "response": 3}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": {}}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "é"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "A"}}',
    '{"id": "é", "rawId": "é", "type": "public-key", "response": {"userHandle": "é"}}',
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_no_key(scene: Scene, head: Actor, nonsense: str) -> None:
    own = scene.desk(head)
    page = ceremony(own)
    assert answer(own, page, nonsense).status == 422
    add_key(own)
    with scene.inside() as session:
        session.execute(sa.update(Passkey).values(credential_id=b"\x00"))
    browser, page = asked(scene)
    assert answer(browser, page, nonsense).status == 422
    browser, page = with_password(scene, head)
    assert answer(browser, page, nonsense).status == 422


def test_an_answer_counts_once_even_with_the_cookie_of_before(scene: Scene, head: Actor) -> None:
    """Of a key that keeps no count, as those that are kept in a cloud."""
    key = add_key(scene.desk(head), counts=False)
    browser, page = asked(scene)
    cookie = browser.client.get_cookie("sp4n", domain=f"{scene.agency.slug}.localhost")
    said = key.get(options_of(page))
    assert answer(browser, page, said).path == "/desk/"
    replay, again = asked(scene)
    assert answer(replay, again, said).status == 422
    assert cookie is not None
    replay.client.set_cookie("sp4n", cookie.value, domain=f"{scene.agency.slug}.localhost")
    form = page.form("kunci")
    sent = {**form.values, "credential": said}
    assert replay.client.post("/masuk/kunci-sandi", data=sent).status_code == 422
    late, page = asked(scene)
    assert answer(late, page, key.get(options_of(page))).path == "/desk/"


def test_an_old_question_is_not_answered(scene: Scene, head: Actor) -> None:
    key = add_key(scene.desk(head))
    browser, page = asked(scene)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert answer(browser, page, key.get(options_of(page))).status == 422


def test_an_answer_to_no_question_is_nothing(scene: Scene, head: Actor) -> None:
    key = add_key(scene.desk(head))
    browser, page = asked(scene)
    said, form = key.get(options_of(page)), page.form("kunci")
    browser.client.delete_cookie("sp4n", domain=f"{scene.agency.slug}.localhost")
    token = browser.open("/masuk").form("kunci").values["csrf_token"]
    sent = {**form.values, "credential": said, "csrf_token": token}
    assert browser.client.post("/masuk/kunci-sandi", data=sent).status_code == 422


def test_a_key_of_another_agency_is_nobodys(app: Flask, scene: Scene) -> None:
    other = Scene(app, make_agency(app))
    key = add_key(other.desk())
    browser, page = asked(scene)
    key.origin = origin_of(browser)
    assert answer(browser, page, key.get(options_of(page))).status == 422
    console, page = asked(Browser(ClientFor(app)(None)))
    key.origin = origin_of(console)
    assert answer(console, page, key.get(options_of(page))).status == 422


def test_a_colleagues_key_is_no_second_step(scene: Scene, head: Actor) -> None:
    add_key(scene.desk(head))
    other = scene.person("viewer")
    key = add_key(scene.desk(other))
    browser, page = with_password(scene, head)
    assert answer(browser, page, key.get(options_of(page))).status == 422


def test_a_closed_account_is_not_entered_by_key(scene: Scene, head: Actor) -> None:
    key = add_key(scene.desk(head))
    with scene.inside() as session:
        person = queries.person_by_id(session, person_id=head.id or 0)
        operations.deactivate(session, person=person, actor=scene.admin)
    browser, page = asked(scene)
    assert answer(browser, page, key.get(options_of(page))).status == 422


def test_an_address_that_is_invited_again_obeys_nobody_of_before(scene: Scene, head: Actor) -> None:
    key = add_key(scene.desk(head))
    with scene.inside() as session:
        person = queries.person_by_id(session, person_id=head.id or 0)
        operations.deactivate(session, person=person, actor=scene.admin)
        email = person.email
        operations.invite(session, email=email, name="Lain", role="admin", actor=scene.admin)
    browser, page = asked(scene)
    assert answer(browser, page, key.get(options_of(page))).status == 422
    browser = scene.browser()
    page = browser.send(browser.open("/masuk").form("masuk"), email=email, password=PASSWORD)
    assert page.path == "/masuk"


def test_the_same_key_is_not_added_twice_and_adding_asks_for_the_password(
    scene: Scene, head: Actor
) -> None:
    own = scene.desk(head)
    key = add_key(own)
    page = ceremony(own, "Lagi")
    assert json.loads(options_of(page))["excludeCredentials"]
    refused = answer(own, page, key.create(options_of(page)))
    assert (refused.status, "sudah terdaftar" in refused.words) == (409, True)
    page = own.open(NEW)
    refused = own.send(page.form("baru"), name="Tanpa sandi", current="salah sekali")
    assert refused.status == 422
    assert refused.form("baru").values["name"] == "Tanpa sandi"
    for name in ("", "x" * 61):
        assert own.send(own.open(NEW).form("baru"), name=name, current=PASSWORD).status == 422


def test_a_removed_key_signs_in_no_more_and_who_came_in_by_it_is_out(
    scene: Scene, head: Actor
) -> None:
    own = scene.desk(head)
    key = add_key(own)
    stolen, page = asked(scene)
    assert answer(stolen, page, key.get(options_of(page))).path == "/desk/"
    page = own.follow(own.open(OWN), "Hapus Telepon kantor")
    assert own.send(page.form("hapus"), current="salah sekali").status == 422
    assert "sudah dihapus" in own.send(page.form("hapus"), current=PASSWORD).text
    stolen.strict = False
    assert stolen.open("/desk/").path.startswith("/masuk")
    browser, page = asked(scene)
    assert answer(browser, page, key.get(options_of(page))).status == 422
    assert with_password(scene, head)[1].path == "/desk/"
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0


def test_a_key_fulfils_what_the_national_level_asks_and_the_last_one_stays(
    app: Flask, scene: Scene
) -> None:
    admin = scene.desk()
    require(app, True)
    try:
        assert admin.open("/kelola/orang/").path == OWN
        add_key(admin)
        assert admin.open("/kelola/orang/").path == "/kelola/orang/"
        page = admin.follow(admin.open(OWN), "Hapus Telepon kantor")
        refused = admin.send(page.form("hapus"), current=PASSWORD)
        assert (refused.status, "satu-satunya" in refused.words) == (409, True)
        set_up(admin)
        page = admin.follow(admin.open(OWN), "Hapus Telepon kantor")
        assert admin.send(page.form("hapus"), current=PASSWORD).path == OWN
        assert not admin.open(OWN).has_form("matikan")
    finally:
        require(app, False)


def test_another_admin_resets_keys_too(scene: Scene, head: Actor) -> None:
    key = add_key(scene.desk(head))
    admin = scene.desk()
    page = admin.open(f"/kelola/orang/{head.id}")
    assert "sudah disetel ulang" in admin.send(page.form("setel-ulang-kode")).words
    browser, page = asked(scene)
    assert answer(browser, page, key.get(options_of(page))).status == 422


def test_a_demo_account_takes_no_key(app: Flask) -> None:
    demo = Scene(app, make_agency(app, demo=True)).desk()
    page = demo.open(NEW)
    assert demo.send(page.form("baru"), name="Kunci", current=PASSWORD).status == 409


def test_new_recovery_codes_take_the_place_of_the_old(scene: Scene, head: Actor) -> None:
    own = scene.desk(head)
    _totp, old = set_up(own)
    page = own.follow(own.open(OWN), "Buat kode pemulihan baru")
    assert own.send(page.form("kode-baru"), current="salah sekali").status == 422
    done = own.send(page.form("kode-baru"), current=PASSWORD)
    assert "Simpan kode pemulihan" in done.title
    browser, page = with_password(scene, head)
    assert browser.send(page.form("kode"), code=old[0]).status == 422


def test_wrong_keys_hold_back_their_address_and_no_office_soon(scene: Scene, head: Actor) -> None:
    key = add_key(scene.desk(head))
    browser, page = asked(scene)
    assert {answer(browser, page, "{}").status for _number in range(8)} == {422}
    browser, page = asked(scene)
    assert answer(browser, page, key.get(options_of(page))).path == "/desk/"
    browser, page = asked(scene)
    statuses = [answer(browser, page, "{}").status for _number in range(35)]
    assert (statuses[0], statuses[-1]) == (422, 429)


def test_a_coordinator_signs_in_by_key(app: Flask) -> None:
    own = coordinator_browser(app)
    key = add_key(own)
    browser, page = asked(Browser(ClientFor(app)(None)))
    assert answer(browser, page, key.get(options_of(page))).path == "/nasional/"


def test_keys_are_bound_to_the_houses_domain_and_outlive_a_renaming(app: Flask) -> None:
    settings = app.extensions["sp4n.settings"]
    agency = make_agency(app)
    wanted = {
        f"{agency.slug}.lapor.example": "lapor.example",
        "lapor.example": "lapor.example",
        "lapor.badungkab.example": "lapor.badungkab.example",
        "bukanlapor.example": "bukanlapor.example",
    }
    app.extensions["sp4n.settings"] = replace(settings, base_domain="lapor.example")
    try:
        for host, domain in wanted.items():
            with app.test_request_context("/masuk", base_url=f"http://{host}"):
                g.agency = agency
                assert (party().domain, party().origin) == (domain, f"http://{host}")
    finally:
        app.extensions["sp4n.settings"] = settings
