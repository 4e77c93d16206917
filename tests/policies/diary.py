"""Cases acted on at random, and a diary of it kept by hand: what is counted from the diary, slowly
and one case at a time, is held against the figures."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases import operations
from sp4n.cases.models import CaseRecord
from sp4n.policies.measuring import Figure, Span
from sp4n.policies.rules import SHARES, Measure
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import ADMIN, MONDAY, a_case, verified

DAY = timedelta(days=1)
Fact = tuple[int, Measure, int, bool | None, Any]


@dataclass
class Entry:
    """Of one case: who had it since when; what was answered when, by when it had to be, and by
    whom; rounds are parted by contests."""

    case: CaseRecord
    moves: list[tuple[datetime, int | None]] = field(default_factory=list)
    first: tuple[datetime, datetime, int | None] | None = None
    finals: list[tuple[int, datetime, datetime, int | None]] = field(default_factory=list)
    ends: list[tuple[datetime, int | None]] = field(default_factory=list)
    contests: list[datetime] = field(default_factory=list)
    ratings: list[tuple[datetime, int | None, Fraction]] = field(default_factory=list)
    ended: datetime | None = None
    round: int = 0

    def holder(self, at: datetime) -> int | None:
        had = [unit for since, unit in self.moves if since <= at]
        return had[-1] if had else None

    @property
    def now(self) -> int | None:
        return self.moves[-1][1] if self.moves else None


@dataclass
class Diary:
    session: Session
    agency: AgencyFacts
    units: list[int]
    rng: random.Random
    entries: list[Entry] = field(default_factory=list)

    def write(self, cases: int) -> None:
        for number in range(cases):
            with clock.frozen(MONDAY + DAY * self.rng.uniform(-20, 40)) as at:
                entry = Entry(a_case(self.session, self.agency, title=f"Lampu {number}"))
            self.entries.append(entry)
            self._live(entry, at, self.rng.randrange(9))

    def _live(self, entry: Entry, at: datetime, luck: int) -> None:
        if luck == 0:
            return None
        at = self._verify(entry, at)
        if luck == 1:
            return None
        if luck == 2:
            return self._archive(entry, at)
        if luck == 3:
            at = self._answer(entry, at, final=False)
            return None
        if luck == 4:
            at = self._later(at, 0, 6)
            self._move(entry, at)
        at = self._answer(entry, at, final=False)
        at = self._answer(entry, at, final=True)
        if luck == 5:
            at = self._reply(entry, at)
            if self.rng.random() < 0.5:
                return None
            at = self._answer(entry, at, final=True)
        at = self._close(entry, at)
        if luck in (6, 7):
            at = self._contest(entry, at)
            if self.rng.random() < 0.5:
                self._move(entry, at)
            at = self._answer(entry, at, final=True)
        return None

    def _later(self, at: datetime, least: float, most: float) -> datetime:
        return at + DAY * self.rng.uniform(least, most)

    def _verify(self, entry: Entry, at: datetime) -> datetime:
        unit = self.rng.choice([*self.units, None])
        with clock.frozen(self._later(at, 0.1, 4)) as at:
            verified(self.session, entry.case, unit_id=unit)
        if unit is not None:
            entry.moves.append((at, unit))
        return at

    def _move(self, entry: Entry, at: datetime) -> None:
        unit = self.rng.choice([one for one in self.units if one != entry.now])
        with clock.frozen(at):
            operations.assign_case(self.session, case=entry.case, actor=ADMIN, unit_id=unit)
        entry.moves.append((at, unit))

    def _answer(self, entry: Entry, at: datetime, *, final: bool) -> datetime:
        case = entry.case
        answer_due, complete_due = case.answer_due_at, case.complete_due_at
        assert answer_due is not None
        assert complete_due is not None
        with clock.frozen(self._later(at, 0.1, 14)) as at:
            operations.answer_case(
                self.session, case=case, actor=ADMIN, body="Sudah kami periksa.", final=final
            )
        if entry.first is None:
            entry.first = (at, answer_due, entry.now)
        if final:
            entry.finals = [one for one in entry.finals if one[0] != entry.round]
            entry.finals.append((entry.round, at, complete_due, entry.now))
        return at

    def _reply(self, entry: Entry, at: datetime) -> datetime:
        with clock.frozen(self._later(at, 0.1, 3)) as at:
            operations.reply_to_case(self.session, case=entry.case, body="Belum menyala.")
        entry.finals = [one for one in entry.finals if one[0] != entry.round]
        return at

    def _close(self, entry: Entry, at: datetime) -> datetime:
        with clock.frozen(self._later(at, 0.1, 3)) as at:
            operations.accept_answer(self.session, case=entry.case)
        entry.ends.append((at, entry.now))
        entry.ended = at
        if self.rng.random() < 0.7:
            scores = dict(
                zip(
                    ("access", "response", "transparency", "result"),
                    self.rng.choices(range(1, 6), k=4),
                    strict=True,
                )
            )
            with clock.frozen(self._later(at, 0.1, 1)) as at:
                operations.rate_case(self.session, case=entry.case, scores=scores)
            entry.ratings.append((at, entry.now, Fraction(sum(scores.values()), 4)))
        return at

    def _archive(self, entry: Entry, at: datetime) -> None:
        with clock.frozen(self._later(at, 0.1, 12)) as at:
            operations.archive_case(
                self.session, case=entry.case, actor=ADMIN, reason="spam", message="Bukan laporan."
            )
        entry.ends.append((at, entry.now))
        entry.ended = at

    def _contest(self, entry: Entry, at: datetime) -> datetime:
        with clock.frozen(self._later(at, 0.1, 2)) as at:
            operations.contest_case(self.session, case=entry.case, body="Belum selesai.")
        entry.contests.append(at)
        entry.ended, entry.round = None, entry.round + 1
        return at


def counted(entries: Iterable[Entry], span: Span) -> dict[tuple[int, Measure], Figure]:
    """The same figures, a case at a time, from what was written down."""
    rows: dict[tuple[int, Measure], list[tuple[bool | None, Any]]] = {}
    for entry in entries:
        for unit, measure, good, value in facts(entry, span):
            if unit is not None:
                rows.setdefault((unit, measure), []).append((good, value))
    return {key: added(key[1], found) for key, found in rows.items()}


def facts(entry: Entry, span: Span) -> Iterable[tuple[int | None, Measure, bool | None, Any]]:
    inside = lambda at: span.start <= at < span.until  # noqa: E731
    owed = list(limits(entry))
    for measure, done, due, doer, ended in owed:
        in_time = done is not None and done <= due
        passed = due < min(ended or span.now, span.now)
        at = done if in_time else due
        if (in_time or passed) and inside(at):
            who = doer if in_time else entry.holder(due)
            yield who, measure, in_time, None
            if measure is Measure.FIRST_IN_TIME:
                yield who, Measure.ANSWERED, done is not None and done < span.until, None
    if entry.first is not None and inside(entry.first[0]):
        at, _due, who = entry.first
        came = max([since for since, _u in entry.moves if since <= at], default=at)
        hours = Fraction((at - max(came, entry.case.filed_at)) / timedelta(hours=1))
        yield who, Measure.MEDIAN_ANSWER, None, hours
    for at, who in entry.ends:
        if inside(at):
            after = [one for one in entry.contests if at <= one < span.settled]
            later = [one for one, _who in entry.ends if one > at]
            good = bool(after) and (not later or after[0] < later[0])
            yield who, Measure.CONTESTED, good, None
    for at, who, value in entry.ratings:
        if inside(at):
            yield who, Measure.RATING, None, value
    came_to = {unit for since, unit in entry.moves if inside(since)}
    for unit in came_to:
        yield unit, Measure.CASES, None, None
    late = any(
        due < span.until
        and (done is None or done >= span.until)
        and (ended is None or (ended >= span.until and ended > due))
        for _m, done, due, _w, ended in owed
    )
    last = entry.holder(span.until - timedelta(microseconds=1))
    for unit in came_to | ({last} if late else set()):
        yield unit, Measure.OVERDUE, late and unit == last, None


def limits(entry: Entry) -> Iterable[tuple[Measure, Any, datetime, int | None, Any]]:
    case = entry.case
    if entry.first is not None:
        at, due, who = entry.first
        yield Measure.FIRST_IN_TIME, at, due, who, None
    elif case.answer_due_at is not None:
        yield Measure.FIRST_IN_TIME, None, case.answer_due_at, None, entry.ended
    for _round, at, due, who in entry.finals:
        yield Measure.COMPLETED_IN_TIME, at, due, who, None
    open_now = entry.round not in {one[0] for one in entry.finals}
    if open_now and case.complete_due_at is not None:
        yield Measure.COMPLETED_IN_TIME, None, case.complete_due_at, None, entry.ended


def added(measure: Measure, found: list[tuple[bool | None, Any]]) -> Figure:
    number, good = len(found), sum(one is True for one, _v in found)
    if measure in SHARES:
        value = Fraction(100 * good, number)
    elif measure is Measure.MEDIAN_ANSWER:
        value = Fraction(median(one for _g, one in found))
    elif measure is Measure.RATING:
        value = sum((one for _g, one in found), Fraction()) / number
    else:
        value = Fraction(good if measure is Measure.OVERDUE else number)
    return Figure(number, good, value)
