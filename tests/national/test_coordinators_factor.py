"""Coordinators sign in with a second factor as an agency's staff do, on the national side."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.accounts.models import CoordinatorSecondFactor
from sp4n.accounts.queries import person_by_id
from sp4n.audit.models import NationalAuditEntry
from sp4n.db import db
from sp4n.settings.national import SECOND_FACTOR_FOR_COORDINATORS
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from tests.accounts.people import PASSWORD
from tests.accounts.test_second_factor import OWN, code_of, require, set_up
from tests.factories import ClientFor, make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser


def newest_coordinator(app: Flask) -> tuple[int, str]:
    with app.app_context(), edge(NATIONAL):
        table = CoordinatorSecondFactor
        person_id = db.session().scalars(sa.select(sa.func.max(table.coordinator_id))).one()
        return person_id, person_by_id(db.session(), person_id=person_id).email


def with_password(app: Flask, email: str) -> tuple[Browser, Page]:
    browser = Browser(ClientFor(app)(None))
    form = browser.open("/masuk").form("masuk")
    return browser, browser.send(form, email=email, password=PASSWORD)


def acts_of(app: Flask, person_id: int) -> list[str]:
    with app.app_context(), edge(NATIONAL):
        mine = NationalAuditEntry.object_id == person_id
        return list(db.session().scalars(sa.select(NationalAuditEntry.act).where(mine)))


def test_a_coordinator_sets_it_up_and_shows_a_code_from_then_on(app: Flask) -> None:
    own = coordinator_browser(app, "super_admin")
    page = own.follow(own.open("/akun"), "Verifikasi dua langkah")
    assert page.path == OWN
    totp, codes = set_up(own)
    person_id, email = newest_coordinator(app)
    with clock.frozen(clock.now() + timedelta(seconds=90)):
        browser, page = with_password(app, email)
        assert page.has_form("kode")
        browser.strict = False
        assert browser.open("/nasional/").path == "/masuk"
        code = code_of(totp)
        assert browser.send(page.form("kode"), code=code).path == "/nasional/"
        again, page = with_password(app, email)
        refused = again.send(page.form("kode"), code=code)
        assert refused.status == 422
        assert again.send(refused.form("kode"), code=codes[0]).path == "/nasional/"
    assert {"account.factor_on", "account.sign_in"} <= set(acts_of(app, person_id))
    other = coordinator_browser(app, "super_admin")
    page = other.open(f"/nasional/kelola/orang/{person_id}")
    assert "sudah disetel ulang" in other.send(page.form("setel-ulang-kode")).words
    assert with_password(app, email)[1].path == "/nasional/"
    assert "account.factor_reset" in acts_of(app, person_id)


def test_where_it_is_asked_of_coordinators_they_set_it_up_first(app: Flask, scene: Scene) -> None:
    keeper, coordinator = coordinator_browser(app, "super_admin"), coordinator_browser(app)
    keeping = keeper.open("/nasional/kelola/keamanan/")
    keeper.send(keeping.form("keamanan/"), for_coordinators="y", basis="SE Menteri PANRB")
    try:
        inside = f"/nasional/instansi/{scene.agency.slug}"
        for path in ("/nasional/", "/akun", inside, f"{inside}/buka", f"{inside}/laporan"):
            page = coordinator.open(path)
            assert page.path == OWN, path
            assert "wajib memakai" in page.words
        assert keeper.open("/nasional/kelola/orang/").path == OWN
        assert scene.desk().open("/desk/").path == "/desk/"
        set_up(coordinator)
        assert coordinator.open("/nasional/").path == "/nasional/"
        page = coordinator.open(OWN)
        assert not page.has_form("matikan")
        token = page.form("keluar").values["csrf_token"]
        typed = {"csrf_token": token, "current": PASSWORD}
        assert coordinator.client.post(f"{OWN}/matikan", data=typed).status_code == 409
    finally:
        require(app, False, SECOND_FACTOR_FOR_COORDINATORS)


def test_what_is_asked_of_admins_is_not_asked_of_coordinators(app: Flask) -> None:
    Scene(app, make_agency(app))
    require(app, True)
    try:
        assert coordinator_browser(app).open("/nasional/").path == "/nasional/"
    finally:
        require(app, False)
