"""Answers of a form under way: sealed, for a day, for who holds the form's key."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.drafts import (
    DRAFT_LIFE,
    LARGEST_DRAFT,
    form_key_hash,
    live_drafts,
    load_draft,
    new_form_key,
    purge_drafts,
    save_draft,
)
from sp4n.cases.models import FilingDraft, FilingKey
from sp4n.errors import Invalid
from sp4n.sealing import Sealer
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import MONDAY, SEALER, filed
from tests.factories import Inside

ANSWERS = {"title": "Lampu padam", "anonymous": True, "category": None}


def test_what_was_answered_comes_back(agency: AgencyFacts, inside: Inside) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        save_draft(session, sealer=SEALER, form_key=form_key, answers={"title": "x"})
        save_draft(session, sealer=SEALER, form_key=form_key, answers=ANSWERS)
    with inside(agency) as session:
        assert load_draft(session, sealer=SEALER, form_key=form_key) == ANSWERS
        assert load_draft(session, sealer=SEALER, form_key=new_form_key()) == {}


def test_a_draft_is_one_agencys(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        save_draft(session, sealer=SEALER, form_key=form_key, answers=ANSWERS)
    with inside(other_agency) as session:
        assert load_draft(session, sealer=SEALER, form_key=form_key) == {}


def test_neither_answers_nor_key_are_stored_in_clear(
    agency: AgencyFacts, inside: Inside, superuser: sa.Connection
) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        save_draft(session, sealer=SEALER, form_key=form_key, answers=ANSWERS)
    stored = superuser.execute(
        sa.text("SELECT sealed, key_hash FROM filing_draft WHERE agency_id = :a"), {"a": agency.id}
    ).one()
    assert b"Lampu" not in stored.sealed
    assert form_key.encode() not in stored.key_hash + stored.sealed


def test_a_draft_lives_for_a_day(agency: AgencyFacts, inside: Inside) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        with clock.frozen(MONDAY):
            save_draft(session, sealer=SEALER, form_key=form_key, answers=ANSWERS)
        with clock.frozen(MONDAY + DRAFT_LIFE):
            assert load_draft(session, sealer=SEALER, form_key=form_key) == ANSWERS
            assert live_drafts(session) == {form_key_hash(form_key)}
        with clock.frozen(MONDAY + DRAFT_LIFE + timedelta(hours=1)):
            assert load_draft(session, sealer=SEALER, form_key=form_key) == {}
            assert live_drafts(session) == frozenset()


def test_what_has_expired_is_purged_and_nothing_else(agency: AgencyFacts, inside: Inside) -> None:
    def left(row: type[FilingDraft] | type[FilingKey]) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(row)) or 0

    with inside(agency) as session:
        with clock.frozen(MONDAY):
            filed(session, agency)
            save_draft(session, sealer=SEALER, form_key=new_form_key(), answers=ANSWERS)
        with clock.frozen(MONDAY + timedelta(days=6)):
            save_draft(session, sealer=SEALER, form_key=new_form_key(), answers=ANSWERS)
            purge_drafts(session)
            assert (left(FilingDraft), left(FilingKey)) == (1, 1)
        with clock.frozen(MONDAY + timedelta(days=8)):
            purge_drafts(session)
            assert (left(FilingDraft), left(FilingKey)) == (0, 0)


def test_a_draft_has_a_largest_size_that_the_longest_answers_fit(
    agency: AgencyFacts, inside: Inside
) -> None:
    form_key = new_form_key()
    longest = {"title": "💡" * 150, "description": "💡" * 10_000, "location": "💡" * 300}
    with inside(agency) as session:
        save_draft(session, sealer=SEALER, form_key=form_key, answers=longest)
        with pytest.raises(Invalid, match="terlalu panjang"):
            too_long = {"title": "x" * LARGEST_DRAFT}
            save_draft(session, sealer=SEALER, form_key=form_key, answers=too_long)
        assert load_draft(session, sealer=SEALER, form_key=form_key) == longest


@pytest.mark.parametrize(
    "form_key", ["", "1", "x" * 33, "x" * 31 + "/", "x" * 31 + "\n", "\0" * 32]
)
def test_what_is_no_form_key_is_refused(agency: AgencyFacts, inside: Inside, form_key: str) -> None:
    with inside(agency) as session, pytest.raises(Invalid):
        load_draft(session, sealer=SEALER, form_key=form_key)


def test_a_draft_under_a_lost_secret_is_gone_instead_of_an_error(
    agency: AgencyFacts, inside: Inside
) -> None:
    form_key = new_form_key()
    with inside(agency) as session:
        save_draft(session, sealer=Sealer("a former secret"), form_key=form_key, answers=ANSWERS)
        assert load_draft(session, sealer=SEALER, form_key=form_key) == {}
