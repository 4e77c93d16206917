"""The register as it is seeded: today's agencies and those they came from."""

from __future__ import annotations

from collections import Counter
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from sp4n.tenants.models import Agency, AgencySuccession, Region
from sp4n.tenants.register.csv_file import central_agencies
from sp4n.tenants.register.operations import seed_register
from sp4n.tenants.register.regions import regional_governments
from tests.tenants.register.conftest import TODAY, Hooks

KNOWN = [entry.slug for entry in [*regional_governments(), *central_agencies()]]


def agency(session: Session, slug: str) -> Agency:
    return session.scalars(sa.select(Agency).where(Agency.slug == slug)).one()


def successors(session: Session, slug: str) -> list[tuple[str, date | None]]:
    before, after = aliased(Agency), aliased(Agency)
    rows = session.execute(
        sa.select(after.slug, AgencySuccession.on_date)
        .join(before, before.id == AgencySuccession.predecessor_id)
        .join(after, after.id == AgencySuccession.successor_id)
        .where(before.slug == slug)
        .order_by(after.slug)
    )
    return [(row.slug, row.on_date) for row in rows]


def test_the_agencies_of_today_are_there_by_kind(seeded: Session) -> None:
    rows = seeded.execute(
        sa.select(Agency.kind, Agency.status, sa.func.count())
        .where(Agency.slug.in_(KNOWN))
        .group_by(Agency.kind, Agency.status)
    )
    assert {(kind, status): count for kind, status, count in rows} == {
        ("kementerian", "active"): 49,
        ("kementerian", "archived"): 11,
        ("lembaga", "active"): 98,
        ("lembaga", "archived"): 2,
        ("provinsi", "active"): 38,
        ("kabupaten", "active"): 415,
        ("kota", "active"): 93,
    }


def test_all_regions_are_there_also_those_without_a_government(seeded: Session) -> None:
    kinds = Counter(seeded.scalars(sa.select(Region.kind)))
    assert kinds == {"provinsi": 38, "kabupaten": 416, "kota": 98}


def test_every_regency_and_city_belongs_to_its_province(seeded: Session) -> None:
    parent = aliased(Agency)
    rows = seeded.execute(
        sa.select(Agency.region_code, parent.region_code)
        .join(parent, parent.id == Agency.parent_id)
        .where(Agency.slug.in_(KNOWN))
    ).all()
    assert len(rows) == 415 + 93
    assert all(code[:2] == above for code, above in rows)


def test_an_agency_keeps_the_time_of_its_place(seeded: Session) -> None:
    zones = {slug: agency(seeded, slug).time_zone for slug in ("badungkab", "slemankab", "bpom")}
    assert zones == {
        "badungkab": "Asia/Makassar",
        "slemankab": "Asia/Jakarta",
        "bpom": "Asia/Jakarta",
    }


def test_a_ministry_that_was_split_names_its_successors_and_the_day(seeded: Session) -> None:
    assert agency(seeded, "kemenkumham").connected_to == date(2024, 10, 20)
    assert successors(seeded, "kemenkumham") == [
        ("kemenham", date(2024, 10, 21)),
        ("kemenimipas", date(2024, 10, 21)),
        ("kemenkum", date(2024, 10, 21)),
    ]


def test_seeding_again_changes_nothing(seeded: Session, hooks: Hooks) -> None:
    report = seed_register(seeded, today=TODAY, record=hooks.record)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 706)
