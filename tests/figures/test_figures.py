"""Counts and their folding: what is read is exact, folded or not, at every moment."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.counting import statements
from sp4n import clock
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import accept_answer, answer_case, archive_case, reply_to_case
from sp4n.cases.states import State
from sp4n.db import db
from sp4n.figures import queries
from sp4n.figures.models import FigureDelta, FigureTotal
from sp4n.figures.operations import FILED, correct, count, count_first_answer, fold
from sp4n.figures.queries import (
    Figures,
    figures_of,
    first_answers_by_kind,
    national_figures,
    state_counts,
    sum_of,
)
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency, AgencyStatus
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import ADMIN, MONDAY, a_case, verified
from tests.factories import Inside


@contextmanager
def nationally(app: Flask) -> Iterator[Session]:
    with app.app_context(), edge(NATIONAL):
        yield db.session()


def test_folding_changes_no_figure(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        count(session, measure=FILED, amount=5)
        count(session, measure="closed")
        count_first_answer(session, after=timedelta(hours=20))
        session.flush()
        before = figures_of(session, agency.id)
        assert fold(session) == 3
        assert session.scalars(sa.select(FigureDelta)).all() == []
        assert figures_of(session, agency.id) == before
        count(session, measure=FILED, amount=-1)
        session.flush()
        assert figures_of(session, agency.id).filed == 4
        assert (fold(session), fold(session)) == (1, 0)
        assert figures_of(session, agency.id).filed == 4
        assert session.scalar(sa.select(sa.func.count()).select_from(FigureTotal)) == 3
        session.rollback()  # others compare the figures of all agencies with their cases


def test_an_agency_folds_and_reads_only_its_own(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    for one, amount in ((agency, 2), (other_agency, 3)):
        with inside(one) as session:
            count(session, measure=FILED, amount=amount)
    with inside(agency) as session:
        fold(session)
        assert figures_of(session, agency.id).filed == 2
        assert figures_of(session, other_agency.id) == Figures()
    with inside(other_agency) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FigureDelta)) == 1
    for one in (agency, other_agency):
        with inside(one) as session:
            assert correct(session) == 1


def test_the_figures_of_a_walk_are_those_of_its_cases(
    app: Flask, agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with clock.frozen(MONDAY), inside(agency) as session:
        late = a_case(session, agency)
        answered = verified(session, a_case(session, agency))
        closed = verified(session, a_case(session, agency))
        with clock.frozen(MONDAY + timedelta(hours=50)):
            answer_case(session, case=answered, actor=ADMIN, body="Dicek.", final=False)
            answer_case(session, case=closed, actor=ADMIN, body="Selesai.", final=True)
            accept_answer(session, case=closed)
        just_after = late.verify_due_at + timedelta(seconds=1)
    with clock.frozen(just_after):
        with inside(agency) as session:
            mine = figures_of(session, agency.id)
            fold(session)
        with nationally(app) as session:
            everywhere = national_figures(session, times=True)
            without_times = national_figures(session, times=False)
            by_kind = first_answers_by_kind(session)
            alike = (Agency.kind == agency.kind, Agency.status != AgencyStatus.ARCHIVED)
            of_a_kind = session.scalars(sa.select(Agency.id).where(*alike)).all()
    assert everywhere[agency.id] == mine
    assert without_times[agency.id] == replace(mine, first_answers=Counter())
    together = sum_of(everywhere[one] for one in of_a_kind if one in everywhere)
    assert by_kind[agency.kind] == together.first_answers
    assert other_agency.id not in everywhere
    assert (mine.filed, mine.open, mine.answered, mine.closed, mine.archived) == (3, 2, 2, 1, 0)
    assert mine.overdue == 1
    assert mine.median_answer_hours == pytest.approx(50, rel=0.096)


USUAL = {"unverified", "unhandled", "in_progress", "awaiting_reply", "closed", "archived"}


def counted(session: Session, *, confidential: bool) -> dict[str, int]:
    """By counting the rows themselves."""
    seen = sa.true() if confidential else CaseRecord.confidential.is_(False)
    states = session.scalars(sa.select(CaseRecord.state).where(seen)).all()
    return {state.value: states.count(state) for state in State}


def test_the_counts_by_state_are_those_of_the_rows(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        for number in range(12):
            case = a_case(session, agency, confidential=number % 3 == 0)
            if number > 1:
                verified(session, case, publish=False)
            if number > 3:
                answer_case(session, case=case, actor=ADMIN, body="Dicek.", final=number > 6)
            if number in (8, 9):
                accept_answer(session, case=case)
            if number == 10:
                reply_to_case(session, case=case, body="Belum.")
            if number == 2:
                words = {"reason": "spam", "message": "Bukan laporan."}
                archive_case(session, case=case, actor=ADMIN, **words)
        for _folded in range(2):
            for confidential in (False, True):
                found = state_counts(session, agency.id, confidential=confidential)
                kept, overdue = found.by_state, found.overdue
                assert kept == counted(session, confidential=confidential)
                assert overdue == 0
            fold(session)
        with clock.frozen(clock.now() + timedelta(days=400)):
            late = [
                state_counts(session, agency.id, confidential=one).overdue for one in (False, True)
            ]
        owing = sa.select(CaseRecord.confidential).where(CaseRecord.due_at.is_not(None))
        secret = session.scalars(owing).all()
        assert late == [secret.count(False), len(secret)]
        assert 0 < late[0] < late[1]
        assert sum(kept.values()) == 12
        assert {state for state, number in kept.items() if number} >= USUAL
        assert correct(session) == 0


def test_what_another_release_counted_wrong_is_put_right(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    with inside(other_agency) as session:
        a_case(session, other_agency)
    with inside(agency) as session:
        a_case(session, agency, confidential=True)
        verified(session, a_case(session, agency))
        count(session, measure=FILED, amount=5)
        count(session, measure="closed", amount=-3)
        count(session, measure="unhandled", bucket=1)
        fold(session)
        count(session, measure="in_progress")
        count_first_answer(session, after=timedelta(hours=20))
        session.flush()
        assert correct(session) == 4
        for confidential in (False, True):
            kept = state_counts(session, agency.id, confidential=confidential).by_state
            assert kept == counted(session, confidential=confidential)
        assert figures_of(session, agency.id).answered == 1
        assert correct(session) == 0
        session.rollback()
    with inside(other_agency) as session:
        assert figures_of(session, other_agency.id).filed == 1


def test_the_national_figures_are_one_statement(app: Flask) -> None:
    with nationally(app) as session, statements() as sent:
        national_figures(session, times=True)
    assert len(sent) == 1
    assert "UNION ALL" in sent[0]


def test_overdue_is_counted_out_of_its_index(
    app: Flask, agency: AgencyFacts, inside: Inside
) -> None:
    for opened, agency_id in ((nationally(app), None), (inside(agency), agency.id)):
        with opened as session:
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
            statement = queries._statement(agency_id, times=True).compile(
                session.get_bind(), compile_kwargs={"literal_binds": True}
            )
            plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {statement}")))
            assert "on case_record" in plan
            assert "due_at <" in plan
            assert "Seq Scan on case_record" not in plan


def test_figures_of_several_agencies_add_up() -> None:
    one = Figures(filed=3, closed=1, overdue=1, first_answers=Counter({10: 2}))
    two = Figures(filed=4, archived=1, first_answers=Counter({10: 1, 20: 4}))
    both = sum_of([one, two])
    assert (both.filed, both.open, both.answered, both.overdue) == (7, 5, 7, 1)
    assert both.median_answer_hours == two.median_answer_hours
    assert sum_of([]) == Figures()
    assert sum_of([]).median_answer_hours is None


class Unlucky(Exception):
    pass


def test_counts_are_exact_at_every_moment_under_writers_rollbacks_and_folds(
    agency: AgencyFacts, inside: Inside
) -> None:
    """Eight writers file at one agency, one in twenty rolls back, a folder folds; a reader compares
    the figures with the rows themselves in one snapshot, all the while."""
    over = Event()

    def write(seed: int) -> int:
        chance, kept = random.Random(seed), 0
        for _turn in range(25):
            try:
                with inside(agency) as session:
                    a_case(session, agency)
                    if chance.random() < 0.05:
                        raise Unlucky
                kept += 1
            except Unlucky:
                pass
        return kept

    def fold_often() -> int:
        folds = 0
        while not over.wait(0.01):
            with inside(agency) as session:
                assert correct(session) == 0
                folds += bool(fold(session))
        return folds

    def compare() -> tuple[int, list[tuple[int, int]]]:
        looks, wrong = 0, []
        while not over.is_set():
            with inside(agency) as session:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                figures = figures_of(session, agency.id)
                rows = session.scalar(sa.select(sa.func.count(CaseRecord.id))) or 0
                looks += 1
                if (figures.filed, figures.open) != (rows, rows):
                    wrong.append((figures.filed, rows))
        return looks, wrong

    with ThreadPoolExecutor(10) as threads:
        folder, reader = threads.submit(fold_often), threads.submit(compare)
        try:
            writers: list[Future[int]] = [threads.submit(write, seed) for seed in range(8)]
            kept = sum(writer.result(120) for writer in writers)
        finally:
            over.set()
        looks, wrong = reader.result(30)
        folds = folder.result(30)
    assert wrong == []
    assert looks > 10
    assert folds > 3
    with inside(agency) as session:
        assert figures_of(session, agency.id).filed == kept < 200
        fold(session)
        assert figures_of(session, agency.id).filed == kept
