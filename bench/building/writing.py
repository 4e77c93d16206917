"""All cases of a database, written in the order in which things happened."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from bench.building.copying import Connection, Copier, unhindered
from bench.building.courses import Step
from bench.building.filing import Filed, case_row, counted, filed, public_row
from bench.building.history import History, timeline
from bench.building.offices import Limits, Office, drawn_agencies

YEARS = timedelta(days=3 * 365)
SEED = 20_260_101
COLUMNS: dict[str, tuple[str, ...]] = {
    "case_record": (
        *("agency_id", "id", "reference", "access_code_hash", "classification", "supervision"),
        *("title", "description", "occurred_on", "location", "category_id", "anonymous"),
        *("confidential", "state", "unit_id", "rule_set_id", "filed_at", "verified_at"),
        *("first_answered_at", "closed_at", "verify_due_at", "answer_due_at", "complete_due_at"),
        *("reply_due_at", "due_at", "archive_reason", "published", "updated_at", "version"),
    ),
    "case_event": (
        *("agency_id", "id", "case_id", "at", "kind", "public", "actor_kind", "actor_id"),
        *("actor_name", "from_state", "to_state", "unit_id", "body", "data"),
    ),
    "tracking": ("agency_id", "reference", "case_id"),
    "identity": ("agency_id", "case_id", "sealed", "reachable"),
    "audit_entry": (
        *("agency_id", "at", "actor_kind", "actor_id", "actor_name", "act", "object_kind"),
        *("object_id", "data"),
    ),
    "outbox": ("agency_id", "queue", "kind", "object_id", "state", "due_at", "attempts", "done_at"),
    "public_case": (
        *("agency_id", "id", "reference", "classification", "title", "body", "location"),
        *("category_id", "state", "filed_at", "updated_at", "timeline"),
    ),
    "figure_total": ("agency_id", "measure", "bucket", "amount"),
}


@dataclass(frozen=True)
class Secrets:
    """One access code and one identity for all: to make a million of them takes too long."""

    code_hash: bytes
    sealed: bytes


def write_cases(
    connection: Connection,
    offices: list[Office],
    cases: int,
    *,
    until: datetime,
    limits: Limits,
    category_ids: dict[str, int],
    secrets: Secrets,
) -> int:
    """How many rows that made."""
    copier = Copier(connection, COLUMNS)
    history = History(copier, limits, until)
    figures: dict[int, Counter[tuple[str, int]]] = {office.id: Counter() for office in offices}
    with unhindered(connection, list(COLUMNS)):
        drawn = _drawn(offices, cases, until, limits, category_ids)
        for case, step in _in_order(drawn):
            if step is not None:
                history.go_on(case, step)
                continue
            history.begin(case)
            _write_case(copier, case, limits, secrets)
            figures[case.office.id].update(counted(case))
        for agency_id, counts in figures.items():
            for (measure, bucket), amount in counts.items():
                copier.add("figure_total", agency_id, measure, bucket, amount)
        copier.finish()
    for table in ("case_record", "case_event"):
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )
    return copier.copied


def first_moment(until: datetime) -> datetime:
    return until - YEARS


def _drawn(
    offices: list[Office],
    cases: int,
    until: datetime,
    limits: Limits,
    category_ids: dict[str, int],
) -> Iterator[Filed]:
    rng, start = Random(SEED), first_moment(until)
    for number, office in enumerate(drawn_agencies(offices, cases, rng), 1):
        at = start + YEARS * (number / (cases + 1))
        yield filed(
            number,
            office,
            at,
            until=until,
            limits=limits,
            category_ids=category_ids,
            rng=rng,
        )


def _in_order(cases: Iterator[Filed]) -> Iterator[tuple[Filed, Step | None]]:
    """Each case as it comes in, and between them the acts on earlier ones."""
    ahead: list[tuple[datetime, int, Filed, Step]] = []
    turns = count()
    for case in cases:
        while ahead and ahead[0][0] <= case.filed_at:
            _at, _turn, earlier, step = heapq.heappop(ahead)
            yield earlier, step
        yield case, None
        for step in case.steps:
            heapq.heappush(ahead, (step.at, next(turns), case, step))
    while ahead:
        _at, _turn, earlier, step = heapq.heappop(ahead)
        yield earlier, step


def _write_case(copier: Copier, case: Filed, limits: Limits, secrets: Secrets) -> None:
    agency_id = case.office.id
    copier.add("case_record", *case_row(case, limits, secrets.code_hash))
    copier.add("tracking", agency_id, case.reference, case.id)
    if not case.traceless:
        copier.add("identity", agency_id, case.id, secrets.sealed, case.reachable)
    if case.published:
        copier.add("public_case", *public_row(case, timeline(case)))
