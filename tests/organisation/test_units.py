"""The tree of units stays a tree, and nothing in use is removed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.organisation.models import Unit
from sp4n.organisation.operations import (
    Holdings,
    UnitAnswers,
    add_unit,
    change_unit,
    remove_unit,
)
from sp4n.organisation.queries import ids_with_below, in_use, unit_by_id, unit_tree
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside

ADMIN = Actor("staff", 1, "Ni Made Admin", "admin")


def add(session: Session, name: str, parent: Unit | None = None) -> Unit:
    answers = UnitAnswers(name, parent_id=parent.id if parent else None)
    return add_unit(session, answers=answers, actor=ADMIN)


def test_the_tree_lists_each_unit_after_its_parent(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        health = add(session, "Dinas Kesehatan")
        clinic = add(session, "Puskesmas Kuta", health)
        add(session, "Badan Pendapatan")
        add(session, "Poli Gigi", clinic)
        tree = [(node.name, node.depth) for node in unit_tree(session)]
    assert tree == [
        ("Badan Pendapatan", 0),
        ("Dinas Kesehatan", 0),
        ("Puskesmas Kuta", 1),
        ("Poli Gigi", 2),
    ]


def test_units_below_come_along_however_deep(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        top = add(session, "Dinas")
        middle = add(session, "Bidang", top)
        low = add(session, "Seksi", middle)
        add(session, "Lain")
        chosen = sa.select(Unit.agency_id, Unit.id).where(Unit.id == middle.id)
        assert ids_with_below(session, unit_ids=chosen) == {middle.id, low.id}


def test_a_unit_cannot_move_below_itself(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        top = add(session, "Dinas")
        below = add(session, "Bidang", top)
        for parent in (top, below):
            with pytest.raises(Invalid) as refusal:
                answers = UnitAnswers("Dinas", parent_id=parent.id)
                change_unit(session, unit=top, answers=answers, actor=ADMIN)
            assert "parent_id" in refusal.value.fields


def test_a_name_is_given_once_in_an_agency_and_again_in_another(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        add(session, "Dinas Kesehatan")
    with inside(agency) as session:
        unit = add(session, "Dinas Kesehatan")
        with pytest.raises(Invalid):
            add(session, "dinas kesehatan")
        change_unit(session, unit=unit, answers=UnitAnswers("Dinas Kesehatan"), actor=ADMIN)
        assert [node.name for node in unit_tree(session)] == ["Dinas Kesehatan"]


def test_a_parent_of_another_agency_is_no_parent(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        theirs = add(session, "Dinas Tetangga").id
    with inside(agency) as session:
        with pytest.raises(Invalid) as refusal:
            add_unit(session, answers=UnitAnswers("Bidang", parent_id=theirs), actor=ADMIN)
        assert "parent_id" in refusal.value.fields
        with pytest.raises(NotFound):
            unit_by_id(session, unit_id=theirs)


def test_a_unit_with_units_below_it_stays(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        top = add(session, "Dinas")
        below = add(session, "Bidang", top)
        with pytest.raises(NotPossible, match="unit di bawahnya"):
            remove_unit(session, unit=top, actor=ADMIN)
        remove_unit(session, unit=below, actor=ADMIN)
        remove_unit(session, unit=top, actor=ADMIN)
        assert unit_tree(session) == []


def test_every_change_is_in_the_audit(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        unit = add(session, "Dinas")
        answers = UnitAnswers("Dinas Baru", active=False)
        change_unit(session, unit=unit, answers=answers, actor=ADMIN)
        remove_unit(session, unit=unit, actor=ADMIN)
        acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["unit.add", "unit.change", "unit.remove"]


def test_a_tree_read_whole_can_be_left_with_what_is_in_use(
    agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        health = add(session, "Dinas Kesehatan")
        clinic = add(session, "Puskesmas Kuta", health)
        add(session, "Poli Gigi", clinic)
        add(session, "Rumah Sakit", health)
        add(session, "Badan Pendapatan")
        clinic.active = False
        session.flush()
        left = in_use(unit_tree(session))
        assert left == unit_tree(session, active_only=True)
    assert [node.name for node in left] == ["Badan Pendapatan", "Dinas Kesehatan", "Rumah Sakit"]


def test_a_unit_goes_out_of_use_only_with_nothing_left_behind(
    agency: AgencyFacts, inside: Inside
) -> None:
    off = UnitAnswers("Dinas", active=False)
    with inside(agency) as session:
        unit = add(session, "Dinas")
        for holdings, words in (
            (Holdings(open_cases=2), "masih memegang 2 laporan terbuka"),
            (Holdings(people=1), "Satu petugas masih menangani"),
        ):
            with pytest.raises(Invalid) as refusal:
                change_unit(session, unit=unit, answers=off, actor=ADMIN, holdings=holdings)
            assert words in refusal.value.fields["active"]
        change_unit(session, unit=unit, answers=off, actor=ADMIN)
        # What is out of use already can be renamed, whatever it still has.
        again = UnitAnswers("Dinas Lama", active=False)
        change_unit(session, unit=unit, answers=again, actor=ADMIN, holdings=Holdings(people=1))


def test_a_unit_is_of_a_known_kind(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        unit = add_unit(session, answers=UnitAnswers("Puskesmas", kind="upt"), actor=ADMIN)
        assert [node.kind for node in unit_tree(session)] == ["upt"]
        with pytest.raises(Invalid):
            answers = UnitAnswers("Puskesmas", kind="kerajaan")
            change_unit(session, unit=unit, answers=answers, actor=ADMIN)
