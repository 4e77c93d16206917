"""Agencies imported, added, edited, suspended and resumed, in the national scope."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bench.counting import statements
from sp4n.audit.actors import Actor
from sp4n.audit.models import NationalAuditEntry
from sp4n.audit.operations import record_national
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.tenants.models import Agency, AgencySuccession
from sp4n.tenants.register.csv_file import Line
from sp4n.tenants.register.entry import Entry, Period
from sp4n.tenants.register.operations import (
    ImportReport,
    add_agency,
    edit_agency,
    import_agencies,
    resume_agency,
    seed_register,
    suspend_agency,
)
from sp4n.tenants.register.palette import contrast
from tests.tenants.register.conftest import TODAY, Hooks

BUC = Entry("lembaga", "ujicoba", "Badan Uji Coba", "BUC")


def imported(session: Session, hooks: Hooks, *entries: Entry) -> ImportReport:
    lines = [Line(number, entry) for number, entry in enumerate(entries, start=2)]
    return import_agencies(session, lines, today=TODAY, record=hooks.record)


def added(session: Session, hooks: Hooks, entry: Entry) -> int:
    return add_agency(session, entry, today=TODAY, record=hooks.record)


def agency(session: Session, slug: str) -> Agency:
    session.expire_all()
    return session.scalars(sa.select(Agency).where(Agency.slug == slug)).one()


def successors(session: Session, slug: str) -> list[str]:
    before, after = aliased(Agency), aliased(Agency)
    chosen = (
        sa.select(after.slug)
        .join(AgencySuccession, AgencySuccession.successor_id == after.id)
        .join(before, before.id == AgencySuccession.predecessor_id)
        .where(before.slug == slug)
        .order_by(after.slug)
    )
    return list(session.scalars(chosen))


def test_importing_twice_changes_nothing_the_second_time(session: Session, hooks: Hooks) -> None:
    entries = (BUC, replace(BUC, slug="ujilain", name="Badan Uji Lain", short_name="BUL"))
    first = imported(session, hooks, *entries)
    second = imported(session, hooks, *entries)
    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 2)
    assert [entry["act"] for entry in hooks.acts] == ["agencies.imported"] * 2
    assert hooks.acts[0]["data"] == {"added": 2, "changed": 0, "refused": 0}


def test_importing_a_changed_line_changes_that_agency_only(session: Session, hooks: Hooks) -> None:
    other = replace(BUC, slug="ujilain")
    imported(session, hooks, BUC, other)
    report = imported(session, hooks, replace(BUC, name="Badan Uji Baru"), other)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    assert agency(session, "ujicoba").name == "Badan Uji Baru"


def test_what_a_line_does_not_say_stays_as_it_is(session: Session, hooks: Hooks) -> None:
    full = replace(
        BUC,
        connected=Period(date(2020, 1, 1)),
        region_code="51",
        time_zone="Asia/Makassar",
        colour="#0b5cad",
        contact_email="buc@ujicoba.example",
    )
    imported(session, hooks, full)
    imported(session, hooks, BUC)
    row = agency(session, "ujicoba")
    assert (row.region_code, row.time_zone, row.colour) == ("51", "Asia/Makassar", "#0b5cad")
    assert row.connected_from == date(2020, 1, 1)
    assert row.contact_email == "buc@ujicoba.example"


def test_a_colour_that_cannot_be_read_is_corrected(session: Session, hooks: Hooks) -> None:
    imported(session, hooks, replace(BUC, colour="#ffe100"))
    stored = agency(session, "ujicoba").colour
    assert stored != "#ffe100"
    assert contrast(stored, "#ffffff") >= 4.5


def test_lines_that_name_what_is_not_there_are_refused_with_all_that_hang_on_them(
    session: Session, hooks: Hooks
) -> None:
    report = imported(
        session,
        hooks,
        BUC,
        replace(BUC, slug="satu", successors=("tiada",)),
        replace(BUC, slug="dua", successors=("satu",)),
        replace(BUC, slug="tiga", parent="tiada"),
        replace(BUC, slug="empat", region_code="99"),
        replace(BUC, slug="lima", kind="kota", region_code="51.03"),
    )
    assert report.added == 1
    assert [line.number for line in report.bad] == [3, 4, 5, 6, 7]
    reasons = [line.reason for line in report.bad]
    assert "“tiada” tidak dikenal" in reasons[0]
    assert "“satu” tidak dikenal" in reasons[1]
    assert "“tiada” tidak dikenal" in reasons[2]
    assert "“99” tidak dikenal" in reasons[3]
    assert "“51.03” bukan kota" in reasons[4]


def test_successors_may_stand_before_or_after_in_the_same_file(
    session: Session, hooks: Hooks
) -> None:
    imported(
        session,
        hooks,
        replace(BUC, slug="baru1"),
        replace(BUC, connected=Period(None, date(2024, 10, 20)), successors=("baru1", "baru2")),
        replace(BUC, slug="baru2"),
    )
    assert successors(session, "ujicoba") == ["baru1", "baru2"]
    assert agency(session, "ujicoba").status == "archived"


def test_successions_follow_what_the_file_says_now(session: Session, hooks: Hooks) -> None:
    new = (replace(BUC, slug="baru1"), replace(BUC, slug="baru2"))
    ended = Period(None, date(2024, 10, 20))
    imported(session, hooks, *new, replace(BUC, connected=ended, successors=("baru1",)))
    report = imported(session, hooks, replace(BUC, connected=ended, successors=("baru2",)))
    assert report.changed == 1
    assert successors(session, "ujicoba") == ["baru2"]
    imported(session, hooks, BUC)
    assert successors(session, "ujicoba") == ["baru2"]
    imported(session, hooks, replace(BUC, connected=Period(), successors=()))
    assert successors(session, "ujicoba") == []
    assert agency(session, "ujicoba").status == "active"


def test_an_import_does_not_lift_a_suspension(session: Session, hooks: Hooks) -> None:
    imported(session, hooks, BUC)
    suspend_agency(session, "ujicoba", reason="Belum ada tim pengelola", record=hooks.record)
    imported(session, hooks, replace(BUC, name="Badan Uji Baru"))
    assert agency(session, "ujicoba").status == "suspended"


def test_progress_reaches_the_number_of_lines(session: Session, hooks: Hooks) -> None:
    steps: list[int] = []
    lines = [Line(n, replace(BUC, slug=f"uji{n}")) for n in range(2, 252)]
    lines.append(Line(252, replace(BUC, slug="ujisalah", parent="tiada")))
    import_agencies(
        session,
        lines,
        today=TODAY,
        record=hooks.record,
        on_progress=steps.append,
    )
    assert sum(steps) == 251
    assert len(steps) > 2


def test_the_690th_agency_costs_what_the_7th_did(session: Session, hooks: Hooks) -> None:
    regency = Entry(
        "kabupaten", "ujikab", "Pemerintah Kabupaten Uji", "Pemkab Uji", region_code="51.03"
    )
    imported(session, hooks, BUC)
    with statements() as for_the_7th:
        added(session, hooks, regency)
    seed_register(session, today=TODAY, record=hooks.record)
    with statements() as for_the_690th:
        added(session, hooks, replace(regency, slug="ujikab2"))
    assert len(for_the_690th) == len(for_the_7th) <= 7


def test_a_new_agency_gets_a_colour_a_time_zone_a_parent_and_its_beginning(
    session: Session, hooks: Hooks
) -> None:
    bali = Entry("provinsi", "ujiprov", "Pemerintah Provinsi Uji", "Pemprov Uji", region_code="51")
    imported(session, hooks)
    above = added(session, hooks, bali)
    below = added(
        session,
        hooks,
        Entry("kota", "ujikota", "Pemerintah Kota Uji", "Pemkot Uji", region_code="51.71"),
    )
    row = agency(session, "ujikota")
    assert (row.id, row.parent_id) == (below, above)
    assert row.time_zone == "Asia/Makassar"
    assert row.colour.startswith("#")
    assert row.status == "preparing"
    assert hooks.acts[-1]["act"] == "agency.added"
    assert hooks.acts[-1]["object_id"] == below


def test_an_address_that_is_taken_is_refused_at_its_field(session: Session, hooks: Hooks) -> None:
    added(session, hooks, BUC)
    with pytest.raises(Invalid) as refusal:
        added(session, hooks, BUC)
    assert list(refusal.value.fields) == ["slug"]


def test_every_wrong_field_of_a_new_agency_is_named_at_once(session: Session, hooks: Hooks) -> None:
    wrong = Entry(
        "yayasan",
        "www",
        "",
        "N" * 81,
        connected=Period(date(2024, 1, 2), date(2024, 1, 1)),
        successors=("tiada",),
        region_code="99",
        parent="tiada",
        time_zone="UTC",
        colour="merah",
        contact_phone="1" * 301,
    )
    with pytest.raises(Invalid) as refusal:
        added(session, hooks, wrong)
    assert set(refusal.value.fields) == {
        "kind",
        "slug",
        "name",
        "short_name",
        "connected_to",
        "successors",
        "region_code",
        "parent",
        "time_zone",
        "colour",
        "contact_phone",
    }
    assert hooks.acts == []


def test_an_edit_is_recorded_with_what_was_and_what_is(session: Session, hooks: Hooks) -> None:
    made = added(session, hooks, BUC)
    held = agency(session, "ujicoba")
    changed = replace(BUC, name="Badan Uji Baru", connected=Period(date(2020, 1, 1)))
    edit_agency(session, changed, today=TODAY, record=hooks.record)
    assert held.name == "Badan Uji Baru"
    assert hooks.acts[-1]["act"] == "agency.edited"
    assert hooks.acts[-1]["object_id"] == made
    assert hooks.acts[-1]["data"] == {
        "slug": "ujicoba",
        "changed": {
            "name": ["Badan Uji Coba", "Badan Uji Baru"],
            "connected_from": [None, "2020-01-01"],
        },
    }


def test_an_edit_that_changes_nothing_is_not_recorded(session: Session, hooks: Hooks) -> None:
    added(session, hooks, BUC)
    edit_agency(session, BUC, today=TODAY, record=hooks.record)
    assert [entry["act"] for entry in hooks.acts] == ["agency.added"]


def test_an_agency_that_is_not_there_cannot_be_edited(session: Session, hooks: Hooks) -> None:
    with pytest.raises(NotFound):
        edit_agency(session, BUC, today=TODAY, record=hooks.record)
    with pytest.raises(NotFound):
        resume_agency(session, "tiada", record=hooks.record)


def test_an_edit_is_checked_like_a_new_agency(session: Session, hooks: Hooks) -> None:
    added(session, hooks, BUC)
    with pytest.raises(Invalid) as refusal:
        edit_agency(session, replace(BUC, name=" "), today=TODAY, record=hooks.record)
    assert list(refusal.value.fields) == ["name"]


def test_suspending_and_resuming_are_recorded_with_the_reason(
    session: Session, hooks: Hooks
) -> None:
    imported(session, hooks, BUC)
    made = agency(session, "ujicoba").id
    suspend_agency(session, "ujicoba", reason=" Tim  dibubarkan ", record=hooks.record)
    row = agency(session, "ujicoba")
    assert (row.status, row.status_reason) == ("suspended", "Tim dibubarkan")
    resume_agency(session, "ujicoba", record=hooks.record)
    row = agency(session, "ujicoba")
    assert (row.status, row.status_reason) == ("active", "")
    assert [(entry["act"], entry["object_id"]) for entry in hooks.acts[-2:]] == [
        ("agency.suspended", made),
        ("agency.resumed", made),
    ]
    assert hooks.acts[-2]["data"]["reason"] == "Tim dibubarkan"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\0b"])
def test_a_suspension_needs_a_reason_that_can_be_read(
    session: Session, hooks: Hooks, reason: str
) -> None:
    added(session, hooks, BUC)
    with pytest.raises(Invalid) as refusal:
        suspend_agency(session, "ujicoba", reason=reason, record=hooks.record)
    assert list(refusal.value.fields) == ["reason"]


def test_only_an_active_agency_is_suspended_and_only_a_suspended_one_resumed(
    session: Session, hooks: Hooks
) -> None:
    imported(session, hooks, BUC)
    with pytest.raises(NotPossible):
        resume_agency(session, "ujicoba", record=hooks.record)
    suspend_agency(session, "ujicoba", reason="Alasan", record=hooks.record)
    with pytest.raises(NotPossible):
        suspend_agency(session, "ujicoba", reason="Alasan", record=hooks.record)


def test_an_agency_that_is_being_prepared_is_neither_suspended_nor_opened_from_above(
    session: Session, hooks: Hooks
) -> None:
    added(session, hooks, BUC)
    with pytest.raises(NotPossible):
        suspend_agency(session, "ujicoba", reason="Alasan", record=hooks.record)
    with pytest.raises(NotPossible):
        resume_agency(session, "ujicoba", record=hooks.record)
    edit_agency(session, replace(BUC, name="Badan Uji Baru"), today=TODAY, record=hooks.record)
    imported(session, hooks, replace(BUC, name="Badan Uji Lain"))
    assert agency(session, "ujicoba").status == "preparing"


def test_an_archived_agency_is_not_suspended(session: Session, hooks: Hooks) -> None:
    added(session, hooks, replace(BUC, connected=Period(None, date(2020, 1, 1))))
    with pytest.raises(NotPossible):
        suspend_agency(session, "ujicoba", reason="Alasan", record=hooks.record)


def test_the_audit_of_the_national_level_fits_the_hook(session: Session, hooks: Hooks) -> None:
    actor = Actor("coordinator", 7, "Ratna")
    made = add_agency(
        session,
        BUC,
        today=TODAY,
        record=partial(record_national, actor=actor),
    )
    session.flush()
    row = session.scalars(
        sa.select(NationalAuditEntry).where(NationalAuditEntry.object_id == made)
    ).one()
    assert (row.act, row.actor_name, row.data["slug"]) == ("agency.added", "Ratna", "ujicoba")


def test_seeding_takes_a_few_statements_and_less_than_three_seconds(
    session: Session, hooks: Hooks
) -> None:
    began = time.monotonic()
    with statements() as sent:
        report = seed_register(session, today=TODAY, record=hooks.record)
    assert time.monotonic() - began < 3
    assert report.added == 706
    assert len(sent) <= 10


def test_the_register_of_an_earlier_day_knows_nothing_of_what_came_later(
    session: Session, hooks: Hooks
) -> None:
    before = date(2024, 10, 20)
    seed_register(session, today=before, record=hooks.record)
    assert agency(session, "kemenkumham").status == "active"
    assert successors(session, "kemenkumham") == []
    assert session.scalar(sa.select(Agency.id).where(Agency.slug == "kemenkum")) is None
