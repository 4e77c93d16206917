"""Reads the database as superuser, past every wall, and names what must not be.

Every list is empty in a house that is well. What people were told is held against the rows, the
rows against each other, the figures against a direct count, what was owed against the mail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from bench.faults.ledger import Answer, Filing
from sp4n.figures.histograms import bucket_of

# A mail counts as in flight when a kill follows within this many seconds: it went out, and the
# kill may have prevented that this was written down.
IN_FLIGHT: Final = 1.0

# What belongs to every case exactly once: the pairs of agency and case that have it.
PARTS: Final = {
    "its first event": "SELECT agency_id, case_id FROM case_event WHERE kind = 'filed'",
    "where it is tracked": "SELECT agency_id, case_id FROM tracking",
    "the form's key": """
        SELECT k.agency_id, c.id FROM filing_key k
        LEFT JOIN case_record c ON (c.agency_id, c.reference) = (k.agency_id, k.reference)""",
    "its audit row": """
        SELECT agency_id, object_id FROM audit_entry
        WHERE act = 'case.filed' AND object_kind = 'case'""",
    "word to the staff": """
        SELECT agency_id, e.case_id FROM outbox o JOIN case_event e USING (agency_id)
        WHERE e.id = o.object_id AND o.kind = 'notice.staff_new_case' AND o.recipient_id IS NULL""",
}
# … and to every case whose reporter left a mail address
WORD_TO_REPORTER: Final = """
    SELECT agency_id, e.case_id FROM outbox o JOIN case_event e USING (agency_id)
    WHERE e.id = o.object_id AND o.kind = 'notice.case_filed'"""
REACHABLE: Final = "SELECT agency_id, case_id FROM identity WHERE reachable"

FIGURES: Final = """
    SELECT agency_id, measure, bucket, sum(amount) FROM (
        SELECT agency_id, measure, bucket, amount FROM figure_total
        UNION ALL SELECT agency_id, measure, bucket, amount FROM figure_delta) AS kept
    GROUP BY 1, 2, 3"""
CASES: Final = """
    SELECT agency_id, state, confidential::int, filed_at, first_answered_at FROM case_record"""

# A row that stands for one message: what is owed to staff is first split into one row a person.
LETTERS: Final = """
    SELECT agency_id, id, state FROM outbox WHERE queue = 'mail'
    AND NOT (kind LIKE 'notice.staff%' AND recipient_id IS NULL)"""


class Checker:
    """Of these agencies only, so that it can look into a database that others use too."""

    def __init__(self, connection: sa.Connection, agencies: Collection[int]) -> None:
        self.connection = connection
        self.agencies = frozenset(agencies)

    def lost(self, filings: Sequence[Filing]) -> list[str]:
        """Reports that were confirmed, and are not there under the reference that was shown."""
        there = {(a, r): title for a, r, title in self._rows_of("reference, title")}
        return [
            filing.title
            for filing in filings
            if filing.reference and there.get((filing.agency_id, filing.reference)) != filing.title
        ]

    def doubled(self) -> list[str]:
        """Titles that more than one case has: each report that is filed has one of its own."""
        counted = Counter((a, title) for a, title in self._rows_of("title"))
        return [title for (_agency, title), n in counted.items() if n > 1]

    def incomplete(self) -> list[str]:
        """A case and the part that it lacks, or has twice."""
        cases = set(self._rows_of("id"))
        wanted = [(name, cases, statement) for name, statement in PARTS.items()]
        reachable = set(self._rows(REACHABLE))
        wanted.append(("word to the reporter", reachable, WORD_TO_REPORTER))
        return [
            f"case {case[1]} of agency {case[0]}: {name} {counted[case]} times"
            for name, owners, statement in wanted
            for counted in [Counter(self._rows(statement))]
            for case in owners | counted.keys()
            if counted[case] != (case in owners)
        ]

    def figures_off(self) -> list[str]:
        kept = {key[:3]: int(key[3]) for key in self._rows(FIGURES) if key[3]}
        direct = self._counted()
        return [
            f"agency {key[0]}, {key[1]} {key[2]}: {kept.get(key, 0)} instead of {direct[key]}"
            for key in kept.keys() | direct.keys()
            if kept.get(key, 0) != direct[key]
        ]

    def _counted(self) -> Counter[tuple[int, str, int]]:
        counted: Counter[tuple[int, str, int]] = Counter()
        for agency, state, confidential, filed_at, first_answered_at in self._rows(CASES):
            counted[agency, "filed", confidential] += 1
            if state != "unverified":
                counted[agency, state, confidential] += 1
            if first_answered_at is not None:
                counted[agency, "first_answer", bucket_of(first_answered_at - filed_at)] += 1
        return counted

    def answers_lost(self, answers: Sequence[Answer]) -> list[str]:
        there = self._answered()
        return [a.body for a in answers if a.acknowledged and not there[a.agency_id, a.body]]

    def answers_doubled(self) -> list[str]:
        return [body for (_agency, body), n in self._answered().items() if n > 1]

    def _answered(self) -> Counter[tuple[int, str]]:
        bodies = "SELECT agency_id, body FROM case_event WHERE kind = 'answered'"
        return Counter((agency, body) for agency, body in self._rows(bodies))

    def unsent(self, arrivals: Mapping[str, Sequence[float]]) -> list[str]:
        """Letters that never came: still owed, dead, or called done without having been sent."""
        return [f"{name} ({state})" for name, state in self._letters() if not arrivals.get(name)]

    def sent_twice(
        self,
        arrivals: Mapping[str, Sequence[float]],
        upheavals: Sequence[tuple[float, float]] = (),
    ) -> list[str]:
        """But for those in flight when something was killed or away."""
        return [
            name
            for name, _state in self._letters()
            for times in [arrivals.get(name, ())]
            if not all(_in_flight(at, upheavals) for at in times[:-1])
        ]

    def still_owed(self) -> list[str]:
        undone = "SELECT agency_id, id, state FROM outbox WHERE state NOT IN ('done', 'dead')"
        mail = self._rows(f"{undone} AND queue = 'mail'")
        return [f"outbox-{agency}-{row} ({state})" for agency, row, state in mail]

    def _letters(self) -> list[tuple[str, str]]:
        return [(f"outbox-{agency}-{row}", state) for agency, row, state in self._rows(LETTERS)]

    def _rows_of(self, columns: str) -> list[tuple[Any, ...]]:
        return self._rows(f"SELECT agency_id, {columns} FROM case_record")

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The first column is the agency's."""
        found = self.connection.execute(sa.text(statement))
        return [tuple(row) for row in found if row[0] in self.agencies]


def _in_flight(at: float, upheavals: Sequence[tuple[float, float]]) -> bool:
    return any(begun - IN_FLIGHT <= at <= ended + IN_FLIGHT / 4 for begun, ended in upheavals)
