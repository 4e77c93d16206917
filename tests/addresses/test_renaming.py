"""/kelola/alamat: an agency is renamed, and nobody who knew its old address is lost."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bench.counting import statements
from sp4n import clock
from sp4n.addresses import operations
from sp4n.app import create_app
from sp4n.audit.models import AuditEntry
from sp4n.config import Settings
from sp4n.db import db
from sp4n.errors import Invalid, NotPossible
from sp4n.settings.models import NationalSetting
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency, AgencySuccession
from sp4n.tenants.register.csv_file import Line
from sp4n.tenants.register.entry import Entry
from sp4n.tenants.register.operations import add_agency, import_agencies
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from tests.factories import ClientFor, Inside, SiteClient, counter, make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

HOME, RENAME = "/kelola/alamat/", "/kelola/alamat/ganti"
NUMBERS = "/nasional/kelola/ketentuan/"


@pytest.fixture
def admin(scene: Scene) -> Browser:
    return scene.desk()


def new_slug() -> str:
    return f"barukab{next(counter)}"


def proposed(browser: Browser, slug: str) -> Page:
    return browser.send(browser.open(RENAME).form("ganti"), slug=slug)


def renamed(scene: Scene, slug: str = "") -> str:
    """Through the doors, as the admin does it."""
    slug = slug or new_slug()
    admin = scene.desk()
    page = admin.send(proposed(admin, slug).form("ganti"))
    assert page.heading == "Alamat sudah diganti", page.words
    return slug


def location(app: Flask, url: str, method: str = "GET") -> tuple[int, str]:
    answer = SiteClient(app, app.response_class).open(url, method=method)
    return answer.status_code, answer.headers.get("Location", "")


def test_what_happens_is_shown_first_and_done_only_when_agreed(
    scene: Scene, admin: Browser
) -> None:
    slug = new_slug()
    page = proposed(admin, slug)
    assert page.heading == "Ganti alamat?"
    assert f"http://{scene.agency.slug}.localhost:8000" in page.words
    assert f"http://{slug}.localhost:8000" in page.words
    assert "tetap berlaku selamanya" in page.words
    assert scene.browser().open("/").status == 200
    page = admin.send(page.form("ganti"))
    assert page.heading == "Alamat sudah diganti"
    assert Browser(ClientFor(scene.app)(slug)).open("/").status == 200
    with scene.inside() as session:
        (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "address.renamed"))
        assert entry.data == {"before": scene.agency.slug, "after": slug}
        assert entry.actor_name == scene.admin.name


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/laporan?q=jalan+rusak&hal=2",
        "/lapor/jenis",
        "/lacak/KP7-4XM-9R3T",
        "/atur-sandi/abc_DEF-123",
        "/desk/laporan/KP7-4XM-9R3T",
        "/warna.css?v=1",
        "/tiada/%20x=1/%C3%A9//",
    ],
)
def test_an_old_address_leads_to_the_same_path_in_the_form_it_came_by(
    scene: Scene, method: str, path: str
) -> None:
    old, new = scene.agency.slug, renamed(scene)
    status, to = location(scene.app, f"http://{old}.localhost:8000{path}", method)
    assert (status, to.lower()) == (308, f"http://{new}.localhost:8000{path}".lower())
    status, to = location(scene.app, f"http://localhost:8000/i/{old}{path}", method)
    assert status == 308
    assert to.lower().endswith(f"/i/{new}{path}".lower())
    assert urlsplit(to).netloc in ("", "localhost:8000")


@pytest.mark.parametrize("path", ["//evil.test/", "/%0d%0aSet-Cookie:%20x=1", "/%5cevil.test/"])
def test_no_path_leads_from_an_old_address_to_elsewhere(scene: Scene, path: str) -> None:
    old, new = scene.agency.slug, renamed(scene)
    for at in (f"http://{old}.localhost:8000", f"http://localhost:8000/i/{old}"):
        status, to = location(scene.app, at + path)
        assert status in (308, 404)
        assert urlsplit(to).netloc in ("", f"{new}.localhost:8000", "localhost:8000")
        assert "\n" not in to


def test_a_form_that_lay_open_meanwhile_is_sent_on_by_its_owners_hand(scene: Scene) -> None:
    citizen = scene.browser()
    form = citizen.open("/lacak").form("lacak")
    new = renamed(scene)
    page = citizen.send(form, reference="KP7-4XM-9R3T", access_code="abc")
    assert (page.status, page.heading) == (409, "Alamat instansi ini sudah pindah")
    assert f"form-action http://{new}.localhost:8000;" in page.headers["Content-Security-Policy"]
    assert "KP7-4XM-9R3T" in page.words
    there = ClientFor(scene.app)(new)
    typed = {"reference": "KP7-4XM-9R3T", "access_code": "abc"}
    for host, status in ((scene.agency.slug, "Kirim ulang"), ("orang-lain", "Halaman")):
        headers = {"Origin": f"http://{host}.localhost:8000", "Sec-Fetch-Site": "same-site"}
        answer = there.post("/lacak", data=typed, headers=headers)
        assert answer.status_code == 400
        assert ("KP7-4XM-9R3T" in answer.text) == (host == scene.agency.slug), status


def test_a_password_is_not_shown_at_an_old_address(scene: Scene) -> None:
    citizen = scene.browser()
    form = citizen.open("/masuk").form("masuk")
    renamed(scene)
    page = citizen.send(form, email="a@contoh.go.id", password="rahasia sekali 123")
    assert page.status == 409
    assert "rahasia sekali" not in page.text


def test_what_a_citizen_was_mailed_before_still_opens(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    new = renamed(scene)
    page = scene.browser().open(f"/laporan/{filing.reference}")
    assert page.status == 200
    assert urlsplit(page.url).netloc == f"{new}.localhost:8000"
    page = Browser(ClientFor(scene.app)(None)).open(f"/i/{scene.agency.slug}/lacak")
    assert (page.status, page.path) == (200, f"/i/{new}/lacak")


def test_every_address_it_ever_had_leads_to_the_present_one(app: Flask, scene: Scene) -> None:
    set_interval(app, 0)
    first = scene.agency.slug
    second = renamed(scene)
    scene.agency = agency_now(app, scene.agency)
    third = renamed(scene)
    for slug in (first, second):
        assert location(app, f"http://{slug}.localhost:8000/lacak")[1] == (
            f"http://{third}.localhost:8000/lacak"
        )
    scene.agency = agency_now(app, scene.agency)
    assert renamed(scene, first) == first
    assert Browser(ClientFor(app)(first)).open("/").status == 200
    assert location(app, f"http://{third}.localhost:8000/")[0] == 308


def test_national_pages_of_an_old_address_lead_on_too(scene: Scene) -> None:
    old, new = scene.agency.slug, renamed(scene)
    browser = coordinator_browser(scene.app, "super_admin")
    page = browser.open(f"/nasional/instansi/{old}?lang=id")
    assert (page.status, page.path) == (200, f"/nasional/instansi/{new}")
    page = browser.open(f"/nasional/instansi/{old}/laporan?status=closed")
    assert (page.status, page.path) == (200, f"/nasional/instansi/{new}/buka")
    assert any(hop.endswith(f"/{new}/laporan?status=closed") for hop in page.hops)
    assert browser.open(f"/nasional/instansi/tiada-{old}").status == 404


def test_mails_and_links_name_the_new_address_afterwards(app: Flask, scene: Scene) -> None:
    new = renamed(scene)
    with app.app_context(), edge(NATIONAL):
        facts = agency_by_id(scene.agency.id)
        assert facts is not None
        assert agency_url(facts, "/lacak") == f"http://{new}.localhost:8000/lacak"
    front = Browser(ClientFor(app)(None)).open(f"/instansi?q={new}")
    assert f"http://{new}.localhost:8000/" in front.text


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("", "Isi alamat singkat"),
        ("nasional", "dipakai oleh sistem"),
        ("www", "dipakai oleh sistem"),
        ("9dinas", "hanya boleh berisi"),
        ("dinas_x", "hanya boleh berisi"),
        ("xn--dinas", "hanya boleh berisi"),
        ("dinas.evil", "hanya boleh berisi"),
        ("x" * 64, "paling panjang 63 huruf"),
        ("{own}", "sudah alamat instansi Anda"),
        ("{other}", "sudah dipakai"),
        ("{others_old}", "sudah dipakai"),
    ],
)
def test_an_address_that_cannot_be_had_is_refused_at_its_field(
    scene: Scene, admin: Browser, other_agency: AgencyFacts, slug: str, words: str
) -> None:
    other = renamed(Scene(scene.app, other_agency))
    own = scene.agency.slug
    typed = slug.format(own=own, other=other, others_old=other_agency.slug)
    page = proposed(admin, typed)
    assert page.status == 422
    assert any(words in error for error in page.errors)
    assert page.form("ganti").values["slug"] == typed
    form = page.form("ganti")
    page = admin.send_filled(form, {**form.values, "slug": typed, "agreed": typed})
    assert page.status == 422
    assert agency_now(scene.app, scene.agency).slug == own


def test_it_waits_as_long_as_the_national_level_says(app: Flask, scene: Scene) -> None:
    set_interval(app, 90)
    renamed(scene)
    scene.agency = agency_now(app, scene.agency)
    admin = scene.desk()
    page = admin.open(RENAME)
    assert "belum dapat diganti lagi" in page.words
    with scene.inside() as session, pytest.raises(NotPossible, match="Tunggu"):
        operations.rename(session, slug=new_slug(), actor=scene.admin)
    with clock.frozen(clock.now() + timedelta(days=91)), scene.inside() as session:
        operations.rename(session, slug=new_slug(), actor=scene.admin)


def test_the_national_level_sets_the_interval_with_its_basis(app: Flask) -> None:
    browser = coordinator_browser(app, "super_admin")
    form = browser.open(NUMBERS).form("ketentuan/")
    page = browser.send(form, amount="-1", basis="")
    assert page.status == 422
    assert len(page.errors) >= 2
    page = browser.send(page.form("ketentuan/"), amount="30", basis="SE 12/2026")
    assert "SE 12/2026" in page.words
    assert page.form("ketentuan/").values["amount"] == "30"
    page = browser.send(page.form("ketentuan/"), handover_hops="99", dispute_days="5", basis="SE 7")
    assert (page.status, page.errors) == (422, ["Isi angka dari 1 sampai 10."])
    assert page.form("ketentuan/").values["dispute_days"] == "5"
    page = browser.send(page.form("ketentuan/"), handover_hops="2", basis="SE 7")
    assert page.words.count("Dasarnya: SE 7") == 2
    values = page.form("ketentuan/").values
    assert (values["amount"], values["handover_days"]) == ("30", "3")
    assert (values["handover_hops"], values["dispute_days"]) == ("2", "5")
    before = {"handover_hops": "3", "dispute_days": "10"}  # for the tests that come after
    browser.send(page.form("ketentuan/"), basis="SE 8", **before)
    assert coordinator_browser(app).open(NUMBERS).status == 403


@pytest.mark.parametrize("role", ["head", "liaison", "viewer"])
@pytest.mark.parametrize("path", [HOME, RENAME])
def test_only_the_admin_gets_there(scene: Scene, role: str, path: str) -> None:
    assert scene.desk(scene.person(role)).open(path).status == 403
    assert scene.browser().open(path).path == "/masuk"


def test_an_agency_renames_itself_alone(
    scene: Scene, other_agency: AgencyFacts, superuser: sa.Connection
) -> None:
    """Whatever it asks of the database: the function knows the scope's agency only."""
    with Inside(scene.app)(scene.agency) as session:
        for statement in (
            f"UPDATE agency SET slug = 'x' WHERE id = {other_agency.id}",
            f"UPDATE agency SET slug = 'x' WHERE id = {scene.agency.id}",
            f"INSERT INTO agency_former_slug VALUES ('x', {scene.agency.id})",
            f"DELETE FROM agency_former_slug WHERE agency_id = {other_agency.id}",
            f"SELECT rename_agency('{other_agency.slug}')",
            "SELECT rename_agency('evil.test')",
            f"SELECT rename_agency('{scene.agency.slug}')",
        ):
            with pytest.raises(DBAPIError), session.begin_nested():
                session.execute(sa.text(statement))
    with scene.app.app_context(), edge(NATIONAL), pytest.raises(DBAPIError):
        db.session.execute(sa.text("SELECT rename_agency('tanpainstansi')"))
    assert (
        superuser.scalar(sa.text("SELECT count(*) FROM agency WHERE slug = 'tanpainstansi'")) == 0
    )


def test_of_two_that_race_for_one_address_one_gets_it(
    scene: Scene, other_agency: AgencyFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the first had looked before the second was there."""
    slug = new_slug()
    renamed(Scene(scene.app, other_agency), slug)
    monkeypatch.setattr(operations, "is_anothers", lambda session, slug: False)
    for taken in (slug, other_agency.slug):
        with scene.inside() as session, pytest.raises(Invalid, match="sudah dipakai"):
            operations.rename(session, slug=taken, actor=scene.admin)
    assert agency_now(scene.app, scene.agency).slug == scene.agency.slug


def test_what_files_say_of_a_former_slug_is_about_the_renamed_agency(app: Flask) -> None:
    agency = make_agency(app, kind="lembaga")
    new = renamed(Scene(app, agency))
    old = Entry("lembaga", agency.slug, "Badan Uji", "BU")
    child = Entry("lembaga", new_slug(), "Badan Anak", "BA", successors=(agency.slug,))
    lines = [Line(2, old), Line(3, child), Line(4, replace(old, slug=new))]
    with app.app_context(), edge(NATIONAL):
        session, today = db.session(), clock.today(clock.CAPITAL)
        report = import_agencies(session, lines, today=today, record=unrecorded)
        assert (report.added, report.changed) == (1, 1)
        assert [line.number for line in report.bad] == [4]
        followed = sa.select(Agency.slug).join(
            AgencySuccession, AgencySuccession.successor_id == Agency.id
        )
        assert new in session.scalars(followed).all()
        with pytest.raises(Invalid, match="sudah dipakai"):
            add_agency(session, old, today=today, record=unrecorded)
    assert agency_now(app, agency).name == "Badan Uji"
    assert agency_now(app, agency).slug == new


def unrecorded(_session: Session, /, **entry: object) -> None:
    """The audit is not what this is about."""


def test_a_kept_page_of_an_old_address_is_forgotten_in_time(app: Flask, settings: Settings) -> None:
    house = create_app(replace(settings, kept_seconds=2))
    agency = make_agency(app)
    visitor = house.test_client()
    at = f"http://{agency.slug}.localhost:8000/"
    assert visitor.get(at).status_code == 200
    renamed(Scene(app, agency))
    deadline = time.monotonic() + 2.3
    while (answer := visitor.get(at)).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert answer.status_code == 308


def test_a_page_at_any_address_takes_one_statement_for_its_agency(
    app: Flask, agency: AgencyFacts
) -> None:
    new = renamed(Scene(app, agency))
    # The present one's page reads its cases, too.
    for slug, status, most in ((new, 200, 2), (agency.slug, 308, 1)):
        client = ClientFor(app)(slug)
        client.get("/")
        with statements() as sent:
            assert client.get("/").status_code == status
        assert len(sent) == most


def agency_now(app: Flask, agency: AgencyFacts) -> AgencyFacts:
    with app.app_context(), edge(NATIONAL):
        facts = agency_by_id(agency.id)
    assert facts is not None
    return facts


def set_interval(app: Flask, days: int) -> None:
    with app.app_context(), edge(NATIONAL):
        row = NationalSetting(key="rename_interval_days", amount=days, basis="uji")
        db.session.merge(row)
