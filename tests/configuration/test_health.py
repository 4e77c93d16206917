"""The health card on the first page of an agency's keeping: causes, and one next act each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bench.counting import statements
from sp4n import clock
from sp4n.addresses.domains import add_domain
from sp4n.calendars.local_holidays import LocalHoliday, written_holidays
from sp4n.configuration.health import findings
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import NeverPossible, OutboxFacts
from sp4n.jobs.run import _failed
from sp4n.tenants.models import AgencyDomain, AgencyProfile
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside
from tests.pages import Browser
from tests.scenes import Scene

KEEPING = "/kelola/"


@pytest.fixture
def admin(scene: Scene) -> Browser:
    return scene.desk()


def late(_scene: Scene) -> dict[str, Any]:
    return {"at": clock.now() - timedelta(days=40)}


def test_an_agency_in_good_health_is_told_so(scene: Scene, admin: Browser) -> None:
    page = admin.open(KEEPING)
    assert "Hanya ada satu admin" in page.words
    assert page.link("Undang admin kedua").endswith("/kelola/orang/undang")
    scene.person("admin")
    scene.person("liaison", units=[scene.unit()])
    assert "Semuanya baik" in admin.open(KEEPING).words


def test_a_unit_is_looked_after_by_the_liaison_of_the_unit_above(
    scene: Scene, admin: Browser, inside: Inside
) -> None:
    top, below = scene.unit(), scene.unit()
    page = admin.open(KEEPING)
    assert "2 unit tanpa penghubung" in page.words
    with inside(scene.agency) as session:
        session.execute(
            sa.text("UPDATE unit SET parent_id = :top WHERE id = :below"),
            {"top": top, "below": below},
        )
    liaison = scene.person("liaison", units=[top])
    assert "tanpa penghubung" not in admin.open(KEEPING).words
    with inside(scene.agency) as session:
        session.execute(
            sa.text("UPDATE account SET active = false WHERE id = :id"), {"id": liaison.id}
        )
    assert scene.unit_name(below) in admin.open(KEEPING).words


def test_late_cases_are_told_with_where_most_of_them_lie(scene: Scene, admin: Browser) -> None:
    scene.filed(**late(scene))
    page = admin.open(KEEPING)
    assert "Satu laporan terlambat" in page.words
    assert "Satu di antaranya menunggu verifikasi" in page.words
    assert page.link("Buka daftarnya").endswith("/desk/?terlambat=1&status=unverified")
    unit = scene.unit()
    for _number in range(2):
        filing = scene.filed(**late(scene))
        with clock.frozen(clock.now() - timedelta(days=30)):
            scene.verify(filing, unit_id=unit)
    page = admin.open(KEEPING)
    assert "3 laporan terlambat" in page.words
    assert f"Terbanyak di {scene.unit_name(unit)}: 2." in page.words
    shown = admin.follow(page, "Buka daftarnya")
    assert filing.reference in shown.text


def test_late_cases_are_counted_up_to_a_bound(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, admin: Browser
) -> None:
    monkeypatch.setattr("sp4n.configuration.health.MOST_LATE", 2)
    for _number in range(3):
        scene.filed(**late(scene))
    assert "Sedikitnya 2 laporan terlambat" in admin.open(KEEPING).words


def test_a_liaison_whose_deputy_left_is_told(scene: Scene, admin: Browser, inside: Inside) -> None:
    liaison, deputy = scene.person("liaison", "Ketut Pergi"), scene.person("liaison")
    scene.away(liaison, deputy)
    assert "tanpa pengganti" not in admin.open(KEEPING).words
    with inside(scene.agency) as session:
        session.execute(
            sa.text("UPDATE account SET role = 'viewer' WHERE id = :id"), {"id": deputy.id}
        )
    page = admin.open(KEEPING)
    assert "Tidak ada yang menggantikan Ketut Pergi." in page.words
    assert page.link("Atur penggantinya").endswith(f"/kelola/orang/{liaison.id}")


def lost(inside: Inside, agency: AgencyFacts, error: Exception, **row: Any) -> None:
    values = {"queue": "mail", "attempts": 8, **row}
    job = OutboxFacts(1, agency.id, row["kind"], row.get("object_id"), None, 8)
    with inside(agency) as session:
        session.add(Outbox(**values, **_failed(job, error)))


def test_letters_that_do_not_arrive_are_told_for_a_while(
    scene: Scene, admin: Browser, inside: Inside
) -> None:
    assert "tidak sampai" not in admin.open(KEEPING).words
    person = scene.person("viewer")
    lost(inside, scene.agency, OSError(), kind="account.reset", object_id=person.id)
    lost(inside, scene.agency, OSError(), kind="cases.recount", object_id=1)
    page = admin.open(KEEPING)
    assert "Satu email tidak sampai" in page.words
    assert "Server email kami" in page.words
    assert page.link("Periksa alamatnya").endswith(f"/kelola/orang/{person.id}")
    filing = scene.filed()
    with inside(scene.agency) as session:
        event = session.scalar(
            sa.text("SELECT id FROM case_event WHERE case_id = :id"), {"id": filing.case_id}
        )
    refused = NeverPossible("recipient refused, 550")
    lost(inside, scene.agency, refused, kind="notice.case_filed", object_id=event)
    page = admin.open(KEEPING)
    assert "Satu alamat ditolak server penerimanya" in page.words
    assert page.link("Hubungi pelapor").endswith(f"/desk/laporan/{filing.reference}")
    with clock.frozen(clock.now() + timedelta(days=15)), inside(scene.agency) as session:
        labels = [one.label for one in findings(session, agency=scene.agency)]
    assert not any("email" in label for label in labels)


def test_a_domain_that_is_about_to_be_let_go_is_told(
    scene: Scene, admin: Browser, inside: Inside
) -> None:
    with inside(scene.agency) as session:
        name = f"aduan.{scene.agency.slug}.go.id"
        row = add_domain(session, typed=name, base_domain="localhost", actor=scene.admin)
        row.verified_at = clock.now()
        row_id = row.id
    assert name not in admin.open(KEEPING).words
    with inside(scene.agency) as session:
        session.execute(sa.update(AgencyDomain).values(failing_since=clock.now()))
    page = admin.open(KEEPING)
    assert f"Domain {name} akan dilepas" in page.words
    assert page.link("Lihat cara memulihkannya").endswith(f"/kelola/alamat/domain/{row_id}")


@pytest.mark.parametrize(
    ("month", "years", "told"),
    [(12, (2026,), True), (10, (2026,), False), (12, (2026, 2027), False), (12, (), False)],
)
def test_next_years_days_off_are_asked_for_in_time(
    scene: Scene, inside: Inside, month: int, years: tuple[int, ...], told: bool
) -> None:
    days = [LocalHoliday(date(year, 6, 1), "Hari jadi", "Perda 1/2020") for year in years]
    shown = {"local_holidays": written_holidays(days)}
    with inside(scene.agency) as session:
        session.add(AgencyProfile(version=1, shown=shown))
    page_at = datetime(2026, month, 5, 3, tzinfo=UTC)
    with clock.frozen(page_at):
        words = scene.desk().open(KEEPING).words
    assert ("Hari libur daerah 2027 belum diisi" in words) is told


def test_another_agencys_troubles_are_not_told(
    scene: Scene, admin: Browser, inside: Inside, other_agency: AgencyFacts
) -> None:
    other = Scene(scene.app, other_agency)
    other.filed(**late(other))
    other.unit()
    lost(inside, other_agency, OSError(), kind="account.reset", object_id=other.admin.id)
    page = admin.open(KEEPING)
    for words in ("terlambat", "tanpa penghubung", "tidak sampai"):
        assert words not in page.words


def test_the_card_is_a_few_statements_however_much_there_is(scene: Scene, admin: Browser) -> None:
    def sent() -> int:
        admin.strict = False
        admin.open(KEEPING)
        with statements() as found:
            assert admin.open(KEEPING).status == 200
        return len(found)

    few = sent()
    for _number in range(5):
        scene.filed(**late(scene))
        scene.away(scene.person("liaison", units=[scene.unit()]), scene.person("liaison"))
    assert sent() == few <= 10
