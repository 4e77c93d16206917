"""An agency that is being set up: what its page lacks is computed, what its staff try counts
nowhere, and it goes live once, when all is there."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n.addresses.probing import PATH
from sp4n.audit.models import AuditEntry
from sp4n.cases.operations import trial_cases
from sp4n.configuration.onboarding import checklist, go_live
from sp4n.db import db
from sp4n.errors import NotPossible
from sp4n.figures.operations import correct, fold
from sp4n.figures.queries import Figures, figures_of
from sp4n.notices.reply_addresses import confirm_reply_address, proof_of
from sp4n.settings.models import NationalSetting
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.register.entry import Entry
from sp4n.tenants.register.upsert import store, surroundings
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from tests.accounts.test_at_once import at_once
from tests.desk.test_settings import PUBLISH, change, publish
from tests.factories import ClientFor, Inside, counter, make_agency
from tests.files.making import picture
from tests.pages import Browser, Page
from tests.portal.walking import Walker
from tests.scenes import Scene, coordinator_browser

START = "/kelola/mulai/"
SETTINGS = "/kelola/pengaturan/"


@pytest.fixture
def agency(app: Flask) -> AgencyFacts:
    return make_agency(app, status="preparing", contact_phone="(0361) 1234")


@pytest.fixture
def admin(scene: Scene) -> Browser:
    return scene.desk()


def furnish(scene: Scene, admin: Browser) -> None:
    """All but the trial."""
    logo = ("logo.png", picture("PNG", (300, 200)))
    admin.send(admin.open(f"{SETTINGS}gambar").form("gambar"), logo_berkas=logo)
    change(admin, f"{SETTINGS}kontak", opening_hours="Senin sampai Jumat, 08.00 sampai 15.00 WITA.")
    change(admin, f"{SETTINGS}surat", reply_to="aduan@contoh.go.id")
    publish(admin)
    with scene.inside() as session:
        row = proof_of(session, "aduan@contoh.go.id")
        assert row is not None
        confirm_reply_address(session, row=row)
    scene.person("liaison", units=[scene.unit()])


def tried(scene: Scene) -> None:
    scene.answer(scene.verify(scene.filed()))


def lacking(page: Page) -> list[str]:
    """The cards that say that something is still to be done."""
    cards = [card for card in page.find_all("card") if "Belum" in "".join(card.itertext())]
    return ["".join(card.find("h2").itertext()).strip() for card in cards]


def facts_now(scene: Scene) -> AgencyFacts:
    with scene.inside():
        found = agency_by_id(scene.agency.id)
    assert found is not None
    return found


def open_up(page: Page, browser: Browser) -> Page:
    return browser.send(page.form("buka"))


def test_the_list_fills_in_by_itself_and_the_portal_opens_once_all_is_there(
    scene: Scene, admin: Browser
) -> None:
    page = admin.open(START)
    everything = [
        "Logo dan warna",
        "Jam layanan dan hari libur",
        "Unit dan pejabat penghubung",
        "Pengirim email",
        "Laporan uji coba",
    ]
    assert lacking(page) == everything
    assert not page.has_form("buka")
    furnish(scene, admin)
    assert lacking(admin.open(START)) == ["Laporan uji coba"]
    tried(scene)
    page = open_up(admin.open(START), admin)
    assert "Warga dapat melapor sekarang" in page.text
    assert scene.browser().open("/lapor").path == "/lapor/jenis"
    assert facts_now(scene).active
    with scene.inside() as session:
        acts = session.scalars(sa.select(AuditEntry.act)).all()
        assert acts.count("agency.live") == 1
        assert {one.state for one in trial_cases(session)} == {"closed"}


def test_a_fact_names_the_one_next_act(scene: Scene, admin: Browser) -> None:
    change(admin, f"{SETTINGS}surat", reply_to="aduan@contoh.go.id")
    page = admin.open(START)
    assert page.link("Terbitkan draf").endswith(PUBLISH)
    assert page.link("Tambah unit").endswith("/kelola/unit/baru")
    top = scene.unit("Dinas Kesehatan")
    page = admin.open(START)
    assert f"Tanpa penghubung: {scene.unit_name(top)}." in page.words
    assert page.link("Undang penghubung").endswith("/kelola/orang/undang")
    filing = scene.filed()
    page = admin.open(START)
    assert f"{filing.reference}: menunggu verifikasi" in page.words
    assert page.link("Verifikasi laporan itu").endswith(filing.reference)
    scene.verify(filing, unit_id=top)
    assert "menunggu tanggapan" in admin.open(START).words


def test_it_is_refused_with_what_lacks_whatever_form_is_sent(
    scene: Scene, admin: Browser, agency: AgencyFacts
) -> None:
    with scene.inside() as session, pytest.raises(NotPossible, match="Logo dan warna; Jam"):
        go_live(session, agency=agency, actor=scene.admin)
    furnish(scene, admin)
    tried(scene)
    page = admin.open(START)
    with scene.inside() as session:
        session.execute(sa.text("UPDATE account SET active = false WHERE role = 'liaison'"))
    page = open_up(page, admin)
    assert page.status == 409
    assert page.errors == ["Belum dapat dibuka. Yang kurang: Unit dan pejabat penghubung."]
    assert facts_now(scene).preparing


def test_of_two_admins_at_once_one_opens_it(
    scene: Scene, admin: Browser, agency: AgencyFacts, inside: Inside
) -> None:
    furnish(scene, admin)
    tried(scene)

    def live(session: Session) -> None:
        go_live(session, agency=agency, actor=scene.admin)

    outcomes = at_once(inside, agency, live, live)
    assert sorted(outcomes, key=str) == sorted([None, NotPossible], key=str)
    with inside(agency) as session:
        acts = session.scalars(sa.select(AuditEntry.act)).all()
    assert acts.count("agency.live") == 1
    assert acts.count("case.closed") == 1
    page = admin.open(START)
    assert "Portal ini sudah dibuka" in page.words
    assert not page.has_form("buka")


def test_an_admin_with_a_second_factor_is_asked_for_where_the_country_does(
    scene: Scene, agency: AgencyFacts, superuser: sa.Connection
) -> None:
    def labels() -> dict[str, bool]:
        with scene.inside() as session:
            return {one.label: one.done for one in checklist(session, agency=agency)}

    assert "Verifikasi dua langkah" not in labels()
    with scene.app.app_context(), edge(NATIONAL):
        db.session.merge(NationalSetting(key="second_factor_for_admins", amount=1))
    try:
        assert labels()["Verifikasi dua langkah"] is False
        with scene.inside() as session:
            session.execute(
                sa.text(
                    "INSERT INTO second_factor (agency_id, account_id, sealed, last_step,"
                    " confirmed_at) VALUES (:agency, :account, '', 0, now())"
                ),
                {"agency": agency.id, "account": scene.admin.id},
            )
        assert labels()["Verifikasi dua langkah"] is True
    finally:
        superuser.execute(sa.text("DELETE FROM national_setting"))


@pytest.mark.parametrize("path", ["/", "/lapor", "/lapor/jenis", "/laporan"])
def test_the_public_is_told_where_to_go_meanwhile(scene: Scene, path: str) -> None:
    page = scene.browser(shut=True).open(path)
    assert page.status == 403
    assert page.heading == "Portal ini sedang disiapkan"
    assert page.link("Cari instansi lain") == "http://localhost:8000/"
    assert "(0361) 1234" in page.text
    assert "/masuk" in page.link("Masuk sebagai petugas")


def test_nobody_but_its_own_staff_files_there(
    app: Flask, scene: Scene, client_for: ClientFor
) -> None:
    stranger = Scene(app, make_agency(app)).desk()
    cookies = stranger.client.get_cookie("session", domain=f"{scene.agency.slug}.localhost")
    assert cookies is None
    answer = client_for(scene.agency).post("/lapor/jenis", data={"classification": "pengaduan"})
    assert answer.status_code == 403
    with scene.inside() as session:
        assert trial_cases(session) == []


def test_staff_walk_the_whole_way_and_it_is_marked_as_a_trial(scene: Scene) -> None:
    desk = scene.desk(scene.person("viewer"))
    walker = Walker(desk.client)
    assert "ditandai uji coba" in walker.open("/lapor").text
    walker.answer(attachments=None)
    done = walker.go()
    assert done.step == "selesai"
    reference = done.marked("data-reference")
    page = scene.desk().open(f"/desk/laporan/{reference}")
    assert "Uji coba" in page.text
    assert "Laporan uji coba tidak pernah diumumkan" in page.words
    assert "Uji coba" in scene.desk().open("/desk/").text
    citizen, code = scene.browser(shut=True), done.marked("data-access-code")
    form = citizen.open("/lacak").form("lacak")
    tracked = citizen.send(form, reference=reference, access_code=code)
    assert "Uji coba" in tracked.text


def test_a_trial_is_in_no_figure_and_never_public(
    scene: Scene, agency: AgencyFacts, inside: Inside
) -> None:
    scene.answer(scene.verify(scene.filed(confidential=True), publish=True), final=True)
    filing = scene.verify(scene.filed(), publish=True)
    assert not scene.case(filing).published
    scene.answer(filing)
    for _step in ("as deltas", "folded"):
        with inside(agency) as session:
            assert correct(session) == 0
            assert figures_of(session, agency.id) == Figures()
            fold(session)
    page = scene.desk().open("/desk/")
    assert filing.reference in page.text


def test_trials_are_late_for_nobody_but_their_agency(
    scene: Scene, agency: AgencyFacts, inside: Inside
) -> None:
    filing = scene.filed()
    with inside(agency) as session:
        scene.case(filing, session).due_at = scene.case(filing, session).filed_at
    with inside(agency) as session:
        assert figures_of(session, agency.id).overdue == 0
    assert filing.reference in scene.desk().open("/desk/?terlambat=1").text


def test_after_going_live_nothing_more_is_tried(scene: Scene, admin: Browser) -> None:
    furnish(scene, admin)
    tried(scene)
    page = admin.open(START)
    left_open = scene.filed()
    open_up(page, admin)
    assert scene.case(left_open).state == "closed"
    with pytest.raises(NotPossible, match="sudah dibuka untuk warga"):
        scene.filed()
    assert "Uji coba." not in admin.open("/").text
    live = Scene(scene.app, facts_now(scene))
    filing = live.verify(live.filed())
    assert not live.case(filing).trial
    with scene.inside() as session:
        assert figures_of(session, scene.agency.id).filed == 1
        assert correct(session) == 0


def test_there_is_an_end_to_trying(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sp4n.cases.operations.trials.MOST_TRIALS", 1)
    scene.filed()
    with pytest.raises(NotPossible, match="Itu cukup"):
        scene.filed()


@pytest.mark.parametrize("role", ["head", "liaison", "viewer"])
def test_only_the_admin_gets_there(scene: Scene, role: str) -> None:
    assert scene.desk(scene.person(role)).open(START).status == 403
    assert scene.browser(shut=True).open(START).path == "/masuk"


@pytest.mark.parametrize("status", ["active", "suspended", "archived"])
def test_the_function_opens_nothing_but_what_is_being_prepared(
    app: Flask, inside: Inside, status: str, agency: AgencyFacts
) -> None:
    other = make_agency(app, status=status)
    with inside(other) as session:
        assert session.scalar(sa.text("SELECT agency_goes_live()")) is False
    with app.app_context(), edge(NATIONAL), pytest.raises(sa.exc.ProgrammingError):
        db.session.execute(sa.text("SELECT agency_goes_live()"))
    with inside(other):
        found = [agency_by_id(one.id) for one in (other, agency)]
    assert [one.status for one in found if one] == [status, "preparing"]


def test_what_goes_live_waits_for_an_edit_of_its_entry_and_is_not_written_over(
    app: Flask, scene: Scene, agency: AgencyFacts
) -> None:
    entry = Entry(agency.kind, agency.slug, agency.name, agency.short_name)
    with app.app_context(), edge(NATIONAL):
        around = surroundings(db.session(), [entry])
        with pytest.raises(sa.exc.OperationalError), scene.inside() as session:
            session.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
            session.scalar(sa.text("SELECT agency_goes_live()"))
        store(db.session(), [entry], around, today=date(2026, 11, 22))
    with scene.inside() as session:
        assert session.scalar(sa.text("SELECT agency_goes_live()")) is True


def test_a_new_agency_of_the_console_starts_being_prepared(
    app: Flask,
) -> None:
    console, slug = coordinator_browser(app, "super_admin"), f"baru{next(counter)}kab"
    form = console.open("/nasional/kelola/instansi/baru").form("baru")
    typed = {"slug": slug, "kind": "lembaga", "name": "Badan Uji Baru", "short_name": "BUB"}
    console.send(form, **typed)
    page = console.open("/nasional/kelola/instansi/?search=Badan+Uji+Baru")
    assert "Sedang disiapkan" in page.text
    page = console.follow(page, "Badan Uji Baru")
    assert "Undang admin pertamanya" in page.words
    assert not page.has_form("tangguhkan")
    console.send(console.follow(page, "Ubah").form("ubah"), short_name="BUBA")
    assert "Sedang disiapkan" in console.open("/nasional/kelola/instansi/?search=BUBA").text
    assert Browser(ClientFor(app)(slug)).open("/").heading == "Portal ini sedang disiapkan"


def test_a_domain_is_proven_while_the_agency_prepares(scene: Scene) -> None:
    """Its proof is no page for citizens: closed, the domain would be taken for lost."""
    assert scene.browser(strict=False).open(PATH).status == 404


def test_trials_that_were_archived_leave_room_for_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sp4n.cases.operations.trials.MOST_TRIALS", 1)
    first = scene.filed()
    with pytest.raises(NotPossible):
        scene.filed()
    scene.archive(first)
    assert scene.filed().reference
