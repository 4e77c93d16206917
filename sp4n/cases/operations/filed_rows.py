"""All that a filing writes, as one statement: built once, so that sending it costs little.

Each part comes from the room that owns its table. Every part takes its rows from the one before, so
that nothing at all is written when the form's key has been used already.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from sp4n.audit.actors import REPORTER, SYSTEM
from sp4n.audit.operations import recording
from sp4n.cases.drafts import dropping_draft, replacing_draft
from sp4n.cases.models import CaseEvent, CaseRecord, FilingKey, Identity, Tracking
from sp4n.cases.states import State
from sp4n.db import insert_for_each
from sp4n.figures import operations as figures
from sp4n.files.operations import giving_draft_to_case
from sp4n.jobs.outbox import owing
from sp4n.organisation.models import Unit

REPORTER_NOTICE: Final = "notice.case_filed"
STAFF_NOTICE: Final = "notice.staff_new_case"

_case = cast(sa.Table, CaseRecord.__table__)
_event = cast(sa.Table, CaseEvent.__table__)
_tracking = cast(sa.Table, Tracking.__table__)
_key = cast(sa.Table, FilingKey.__table__)
_identity = cast(sa.Table, Identity.__table__)
_unit = cast(sa.Table, Unit.__table__)

FROM_ANSWERS: Final = (
    *("access_code_hash", "classification", "title", "description", "occurred_on"),
    *("location", "category_id", "own_topic", "extra_answers", "anonymous", "confidential"),
    *("language", "rule_set_id", "trial", "photos_told"),
)


def _given(column: sa.Column[Any], name: str = "") -> sa.BindParameter[Any]:
    return sa.bindparam(name or column.name, type_=column.type)


# Not by their columns' names, which SQLAlchemy would take for what an UPDATE is to set.
AGENCY: Final = _given(_case.c.agency_id, "agency")
KEY_HASH: Final = _given(_key.c.key_hash, "form")
REFERENCE: Final = _given(_case.c.reference)
AT: Final = _given(_case.c.filed_at, "at")
DUE_AT: Final = _given(_case.c.due_at, "verify_due_at")
UNIT: Final = _given(_case.c.unit_id, "unit")
BECAUSE: Final = _given(_event.c.data, "because")
AUDITED: Final = _given(_event.c.data, "audited")


@cache
def file_all(*, identified: bool, reachable: bool, confirmed: bool, routed: bool) -> sa.Select[int]:
    """Gives the id of the case; no row where the form's key was used before, or the reference is
    taken.

    `identified`: an identity goes into the vault; `reachable`: its owner is owed mail; `confirmed`:
    a confirmation stays in the draft's place; `routed`: it goes to a unit at once.
    """
    taken = _take_key().cte("taken")
    filed = _file_case(taken, routed).cte("filed")
    told = _tell(filed).cte("told")
    parts = [_track(filed), *_follow(told, reachable, routed), _finish_draft(told, confirmed)]
    if routed:
        parts.append(_send_to_unit(filed, told))
    if identified:
        parts.append(_keep_identity(filed))
    return sa.select(told.c.case_id).add_cte(*(part.cte(f"p{n}") for n, part in enumerate(parts)))


def _take_key() -> Any:
    """Waits for one who is about to use the same key.

    Not with a reference that is taken anywhere; two drawn alike at the same moment, which is one
    filing in 3e11, break the unique key instead.
    """
    patience = sa.func.set_config("lock_timeout", sa.bindparam("patience"), True)
    free = ~sa.exists().where(_tracking.c.reference == REFERENCE)
    row = [AGENCY, KEY_HASH, _given(_key.c.body_hash), REFERENCE, _given(_key.c.expires_at)]
    take = insert(_key).from_select(
        ["agency_id", "key_hash", "body_hash", "reference", "expires_at"],
        sa.select(*row).where(patience.is_not(None), free),
    )
    return take.on_conflict_do_nothing().returning(_key.c.key_hash)


def _file_case(taken: sa.CTE, routed: bool) -> Any:
    values = {name: _given(_case.c[name]) for name in FROM_ANSWERS}
    times = {"filed_at": AT, "updated_at": AT, "verify_due_at": DUE_AT, "due_at": DUE_AT}
    row: dict[str, Any] = {"agency_id": AGENCY, "reference": REFERENCE, **values, **times}
    if routed:
        # A process may not know yet that the unit is gone: then the case stays with the agency.
        there = sa.select(_unit.c.id).where(
            _unit.c.agency_id == AGENCY, _unit.c.id == UNIT, _unit.c.active
        )
        row["unit_id"] = there.scalar_subquery()
    made = insert_for_each(taken, _case, {**row, "state": State.UNVERIFIED})
    return made.returning(_case.c.agency_id, _case.c.id, _case.c.unit_id)


def _track(filed: sa.CTE) -> sa.Insert:
    where = {"agency_id": filed.c.agency_id, "reference": REFERENCE, "case_id": filed.c.id}
    return insert_for_each(filed, _tracking, where)


def _tell(filed: sa.CTE) -> Any:
    event = {
        "agency_id": filed.c.agency_id,
        "case_id": filed.c.id,
        "at": AT,
        "kind": "filed",
        "public": True,
        "actor_kind": REPORTER.kind,
        "to_state": State.UNVERIFIED,
    }
    made = insert_for_each(filed, _event, event)
    return made.returning(_event.c.agency_id, _event.c.case_id, _event.c.id)


def _send_to_unit(filed: sa.CTE, told: sa.CTE) -> sa.Insert:
    """The next line of the history: which unit, and what said so."""
    both = told.join(filed, told.c.case_id == filed.c.id)
    sent = sa.select(told.c.agency_id, told.c.case_id, filed.c.unit_id).select_from(both)
    source = sent.where(filed.c.unit_id.is_not(None)).subquery("sent")
    event = {
        "agency_id": source.c.agency_id,
        "case_id": source.c.case_id,
        "at": AT,
        "kind": "assigned",
        "public": True,
        "actor_kind": SYSTEM.kind,
        "from_state": State.UNVERIFIED,
        "to_state": State.UNVERIFIED,
        "unit_id": source.c.unit_id,
        "data": BECAUSE,
    }
    return insert_for_each(source, _event, event)


def _follow(told: sa.CTE, reachable: bool, routed: bool) -> Iterator[sa.Insert | sa.Update]:
    """What every filing brings about: audit, figures, files, word to people."""
    agency_id, case_id, event_id = told.c.agency_id, told.c.case_id, told.c.id
    yield recording(
        told,
        agency_id=agency_id,
        actor=REPORTER,
        act="case.filed",
        object_kind="case",
        object_id=case_id,
        at=AT,
        data=AUDITED if routed else None,
    )
    bucket = figures.bucket_for(_given(_case.c.confidential), _given(_case.c.trial))
    yield figures.counting(told, agency_id=agency_id, measure=figures.FILED, bucket=bucket)
    yield giving_draft_to_case(
        agency_id=agency_id, draft_key=KEY_HASH, case_id=case_id, event_id=event_id
    )
    yield owing(told, agency_id=agency_id, kind=STAFF_NOTICE, object_id=event_id)
    if reachable:
        yield owing(told, agency_id=agency_id, kind=REPORTER_NOTICE, object_id=event_id)


def _keep_identity(filed: sa.CTE) -> sa.Insert:
    given = {name: _given(_identity.c[name]) for name in ("sealed", "reachable", "address_hash")}
    return insert_for_each(
        filed, _identity, {"agency_id": filed.c.agency_id, "case_id": filed.c.id, **given}
    )


def _finish_draft(told: sa.CTE, confirmed: bool) -> sa.Insert | sa.Delete:
    if confirmed:
        return replacing_draft(told, agency_id=told.c.agency_id, key_hash=KEY_HASH)
    return dropping_draft(agency_id=told.c.agency_id, key_hash=KEY_HASH)
