"""The second step of signing in: asked for once it is on, and each code taken once."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.accounts import operations, queries
from sp4n.accounts.models import RecoveryCode, SecondFactor
from sp4n.accounts.second_factor import PURPOSE, codes_left
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.models import AuditEntry
from sp4n.db import db
from sp4n.sealing import SealBroken, Sealer
from sp4n.settings.national import SECOND_FACTOR_FOR_ADMINS, NationalNumber, set_amount
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from tests.accounts.people import PASSWORD
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

OWN = "/akun/dua-langkah"


@pytest.fixture
def head(scene: Scene) -> Actor:
    return scene.person("head", "Putu Pimpinan")


def email_of(scene: Scene, who: Actor) -> str:
    with scene.inside() as session:
        return queries.person_by_id(session, person_id=who.id or 0).email


def set_up(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """From the page of one's own account to the recovery codes."""
    page = browser.send(browser.open(OWN).form("mulai"), current=PASSWORD)
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page.text)
    assert secret is not None
    totp = pyotp.TOTP(secret[1])
    picture = browser.client.get(f"{OWN}/gambar")
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    with clock.frozen(clock.now()):
        done = browser.send(page.form("pasang"), code=code_of(totp))
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", done.text)
    assert len(codes) == 10
    return totp, codes


def code_of(totp: pyotp.TOTP, steps: int = 0) -> str:
    return totp.generate_otp(int(clock.now().timestamp()) // 30 + steps)


def with_password(scene: Scene, who: Actor) -> tuple[Browser, Page]:
    """The page that asks for the code."""
    browser = scene.browser()
    form = browser.open("/masuk").form("masuk")
    return browser, browser.send(form, email=email_of(scene, who), password=PASSWORD)


def later(seconds: int = 90) -> object:
    return clock.frozen(clock.now() + timedelta(seconds=seconds))


def test_signing_in_asks_for_the_code_and_takes_each_once(scene: Scene, head: Actor) -> None:
    totp, _codes = set_up(scene.desk(head))
    with later():
        browser, page = with_password(scene, head)
        browser.strict = False
        assert page.has_form("kode")
        assert browser.open("/desk/").path.startswith("/masuk")
        code = code_of(totp)
        assert browser.send(page.form("kode"), code=f"{code[:3]} {code[3:]}").path == "/desk/"
        again, page = with_password(scene, head)
        refused = again.send(page.form("kode"), code=code)
        assert (refused.status, "sudah dipakai" in refused.words) == (422, True)
        before = again.send(refused.form("kode"), code=code_of(totp, -1))
        assert before.status == 422
        assert again.send(before.form("kode"), code=code_of(totp, 1)).path == "/desk/"
    with scene.inside() as session:
        acts = sa.select(AuditEntry.data).where(AuditEntry.act == "account.sign_in")
        assert [data["second_step"] for data in session.scalars(acts)] == ["app", "app"]


def test_the_code_that_set_it_up_signs_nobody_in(scene: Scene, head: Actor) -> None:
    with clock.frozen(clock.now()):
        totp, _codes = set_up(scene.desk(head))
        browser, page = with_password(scene, head)
        assert browser.send(page.form("kode"), code=code_of(totp)).status == 422


def test_a_recovery_code_signs_in_once(scene: Scene, head: Actor) -> None:
    _totp, codes = set_up(scene.desk(head))
    browser, page = with_password(scene, head)
    assert browser.send(page.form("kode"), code=f" {codes[3].upper()} ").path == "/desk/"
    browser, page = with_password(scene, head)
    assert browser.send(page.form("kode"), code=codes[3]).status == 422
    with scene.inside() as session:
        assert codes_left(session, account_id=head.id or 0) == 9


def test_wrong_codes_are_held_back(scene: Scene, head: Actor) -> None:
    totp, _codes = set_up(scene.desk(head))
    browser, page = with_password(scene, head)
    statuses = []
    for number in range(8):
        page = browser.send(page.form("kode"), code=f"00000{number}")
        statuses.append(page.status)
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429
    right = browser.send(page.form("kode"), code=code_of(totp, 1))
    assert (right.status, right.has_form("kode")) == (429, True)


@pytest.mark.parametrize("code", ["", "x" * 500, "12345", "１２３４５６", "\x00", "abcd-efgh", "'"])
def test_nonsense_is_no_code(scene: Scene, head: Actor, code: str) -> None:
    set_up(scene.desk(head))
    browser, page = with_password(scene, head)
    assert browser.send(page.form("kode"), code=code).status == 422


def test_a_code_without_the_password_is_nothing(app: Flask, scene: Scene, head: Actor) -> None:
    totp, _codes = set_up(scene.desk(head))
    browser = scene.browser()
    browser.strict = False
    assert browser.open("/masuk/kode").path == "/masuk"
    token = browser.open("/masuk").form("masuk").values["csrf_token"]
    typed = {"csrf_token": token, "code": code_of(totp, 1)}
    assert browser.client.post("/masuk/kode", data=typed).status_code == 303
    assert browser.open("/desk/").path.startswith("/masuk")


def test_the_second_step_waits_ten_minutes_and_only_on_its_site(
    app: Flask, scene: Scene, head: Actor
) -> None:
    totp, _codes = set_up(scene.desk(head))
    browser, page = with_password(scene, head)
    with later(601):
        assert browser.send(page.form("kode"), code=code_of(totp)).path == "/masuk"


def test_the_password_alone_opens_nothing_after_a_reset_of_it(scene: Scene, head: Actor) -> None:
    """A mailed link sets the password; the second step is asked for all the same."""
    set_up(scene.desk(head))
    _browser, page = with_password(scene, head)
    assert page.has_form("kode")


def test_a_password_that_was_changed_meanwhile_has_shown_nothing(scene: Scene, head: Actor) -> None:
    totp, _codes = set_up(scene.desk(head))
    with later():
        browser, page = with_password(scene, head)
        with scene.inside() as session:
            person = queries.person_by_id(session, person_id=head.id or 0)
            operations.set_password(session, person=person, password="sandi baru yang panjang")
        assert browser.send(page.form("kode"), code=code_of(totp)).path == "/masuk"


def test_sign_ins_of_before_end_once_it_is_on_but_that_of_who_turns_it_on(
    scene: Scene, head: Actor
) -> None:
    thief, own = scene.desk(head), scene.desk(head)
    assert thief.open("/desk/").path == "/desk/"
    set_up(own)
    thief.strict = False
    assert thief.open("/desk/").path.startswith("/masuk")
    assert own.open("/desk/").path == "/desk/"


@pytest.mark.parametrize("password", ["", "salah sekali sandinya"])
def test_nobody_sets_it_up_without_the_password(scene: Scene, head: Actor, password: str) -> None:
    own = scene.desk(head)
    refused = own.send(own.open(OWN).form("mulai"), current=password)
    assert (refused.status, bool(refused.errors)) == (422, True)
    assert own.open(f"{OWN}/pasang").path == OWN


def test_its_owner_turns_it_off_with_the_password(scene: Scene, head: Actor) -> None:
    own = scene.desk(head)
    set_up(own)
    refused = own.send(own.open(OWN).form("matikan"), current="salah")
    assert refused.status == 422
    own.send(refused.form("matikan"), current=PASSWORD)
    _browser, page = with_password(scene, head)
    assert page.path == "/desk/"
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0


def test_another_admin_resets_it_and_nobody_else(scene: Scene) -> None:
    other = scene.person("admin", "Wayan Kedua")
    lost = scene.desk(other)
    set_up(lost)
    page = lost.open(f"/kelola/orang/{other.id}")
    assert not page.has_form("setel-ulang-kode")
    admin = scene.desk()
    page = admin.open(f"/kelola/orang/{other.id}")
    assert "sudah disetel ulang" in admin.send(page.form("setel-ulang-kode")).words
    lost.strict = False
    assert lost.open("/desk/").path.startswith("/masuk")
    _browser, page = with_password(scene, other)
    assert page.path == "/desk/"
    with scene.inside() as session:
        acts = sa.select(AuditEntry.act).where(AuditEntry.object_id == other.id)
        assert "account.factor_reset" in set(session.scalars(acts))


def require(app: Flask, on: bool, number: NationalNumber = SECOND_FACTOR_FOR_ADMINS) -> None:
    with app.app_context(), edge(NATIONAL):
        set_amount(
            db.session(),
            number=number,
            amount=int(on),
            basis="SE 1/2026",
            actor=SYSTEM,
        )


def test_where_it_is_asked_for_admins_set_it_up_first(app: Flask, scene: Scene) -> None:
    demo = Scene(app, make_agency(app, demo=True))
    admin, viewer = scene.desk(), scene.desk(scene.person("viewer"))
    assert admin.open("/desk/").path == "/desk/"
    console = coordinator_browser(app, "super_admin")
    keeping = console.open("/nasional/kelola/keamanan/")
    console.send(keeping.form("keamanan/"), second_factor="y", basis="SE Menteri PANRB")
    try:
        for path in ("/desk/", "/kelola/orang/", "/akun"):
            page = admin.open(path)
            assert page.path == OWN, path
            assert "wajib memakai" in page.words
        assert viewer.open("/desk/").path == "/desk/"
        assert demo.desk().open("/desk/").path == "/desk/"
        set_up(admin)
        assert admin.open("/desk/").path == "/desk/"
        page = admin.open(OWN)
        assert not page.has_form("matikan")
        token = page.form("keluar").values["csrf_token"]
        typed = {"csrf_token": token, "current": PASSWORD}
        assert admin.client.post(f"{OWN}/matikan", data=typed).status_code == 409
    finally:
        require(app, False)


def test_a_demo_account_takes_none(app: Flask) -> None:
    demo = Scene(app, make_agency(app, demo=True))
    browser = demo.desk()
    page = browser.open(OWN)
    assert "Akun demo dipakai bersama" in page.words
    token = page.form("keluar").values["csrf_token"]
    typed = {"csrf_token": token, "current": PASSWORD}
    refused = browser.client.post(f"{OWN}/mulai", data=typed)
    assert refused.status_code == 409


def test_the_secret_is_sealed_and_codes_are_hashed(
    scene: Scene, head: Actor, superuser: sa.Connection
) -> None:
    totp, codes = set_up(scene.desk(head))
    rows = [
        *superuser.execute(sa.text("SELECT * FROM second_factor")),
        *superuser.execute(sa.text("SELECT * FROM recovery_code")),
    ]
    kept = " ".join(str(bytes(v) if isinstance(v, memoryview) else v) for r in rows for v in r)
    assert totp.secret not in kept
    assert codes[0].replace("-", "") not in kept
    with scene.inside() as session:
        sealed = session.scalars(sa.select(SecondFactor.sealed)).one()
    with pytest.raises(SealBroken):
        Sealer("another secret, long enough 0123456789", purpose=PURPOSE).open_bytes(sealed)


def test_after_the_key_is_lost_recovery_codes_still_open(scene: Scene, head: Actor) -> None:
    totp, codes = set_up(scene.desk(head))
    with scene.inside() as session:
        gone = Sealer("another secret, long enough 0123456789", purpose=PURPOSE)
        session.execute(sa.update(SecondFactor).values(sealed=gone.seal(b"A" * 32)))
    browser, page = with_password(scene, head)
    refused = browser.send(page.form("kode"), code=code_of(totp, 1))
    assert refused.status == 422
    assert browser.send(refused.form("kode"), code=codes[0]).path == "/desk/"


def test_the_picture_is_there_only_while_it_is_set_up(scene: Scene, head: Actor) -> None:
    own = scene.desk(head)
    assert own.client.get(f"{OWN}/gambar").status_code == 404
    set_up(own)
    assert own.client.get(f"{OWN}/gambar").status_code == 404
    assert own.open(f"{OWN}/pasang").path == OWN
