"""What the workers do for cases between agencies; `app.py` registers them.

A job runs in one agency's scope. What the other one has to do is done in a scope of its own, after
the first has committed: as an effect, which is repeated until it has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.handover_models import Handover
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.handover import KNOCK, LATE
from sp4n.cases.operations.settling import FILE_GOES, settle
from sp4n.cases.passing_on import place_of
from sp4n.cases.states import State
from sp4n.db import db
from sp4n.files.checking import Limits
from sp4n.files.cleaning import CleanFile
from sp4n.files.models import Attachment
from sp4n.files.operations import store_upload
from sp4n.files.storage import Storage
from sp4n.jobs import registry
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.jobs.registry import Effect, OutboxFacts
from sp4n.tenants.edge import agency_edge

# All that came here was within somebody's limits.
NO_LIMIT = Limits(count=10_000)


def register_handovers(storage: Storage) -> None:
    registry.register(KNOCK, knock)
    registry.register(LATE, look_again)
    registry.register(FILE_GOES, partial(pass_file, storage))
    registry.register_upkeep("cases between agencies", settle)


def knock(_session: Session, owed: OutboxFacts) -> Effect:
    """The object is the agency at whose door it is: there, what it would do by itself is done."""
    if owed.object_id is None:
        raise ValueError("whose door?")
    return partial(settle_there, owed.object_id)


def settle_there(agency_id: int) -> None:
    with agency_edge(agency_id):
        settle(db.session())


def look_again(session: Session, _owed: OutboxFacts) -> None:
    """The time for an answer is over."""
    settle(session)


@dataclass(frozen=True)
class _Passed:
    """A file, and at which event of which case it belongs."""

    reference: str
    place: int
    file: CleanFile


def pass_file(storage: Storage, session: Session, owed: OutboxFacts) -> Effect | None:
    """From this agency's store into the one of who has accepted the case."""
    attachment = session.scalars(
        sa.select(Attachment).where(Attachment.id == owed.object_id)
    ).one_or_none()
    if attachment is None or attachment.case_id is None or attachment.event_id is None:
        return None
    case = session.scalars(sa.select(CaseRecord).where(CaseRecord.id == attachment.case_id)).one()
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.id == attachment.event_id)).one()
    place = place_of(session, case, event.id)
    to = _accepted_by(session, case)
    if to is None or place is None or event.data.get("of") == to:
        return None
    with storage.open(attachment.storage_key) as stored:
        content = stored.read()
    file = CleanFile(
        file_name=attachment.file_name,
        media_type=attachment.media_type,
        content=content,
        width=attachment.width,
        height=attachment.height,
    )
    return partial(_keep_there, storage, to, _Passed(case.reference, place, file))


def _accepted_by(session: Session, case: CaseRecord) -> int | None:
    mine = sa.select(Handover.to_agency_id).where(
        Handover.agency_id == case.agency_id,
        Handover.case_id == case.id,
        Handover.state == "accepted",
    )
    return session.scalar(mine.order_by(Handover.id.desc()).limit(1))


def _keep_there(storage: Storage, agency_id: int, passed: _Passed) -> None:
    with agency_edge(agency_id):
        session = db.session()
        case = session.scalars(
            sa.select(CaseRecord).where(CaseRecord.reference == passed.reference)
        ).one()
        at = sa.select(CaseEvent.id).where(
            CaseEvent.case_id == case.id, CaseEvent.data["place"].as_integer() == passed.place
        )
        kept = store_upload(
            session,
            storage=storage,
            file=passed.file,
            case_id=case.id,
            event_id=session.scalar(at.order_by(CaseEvent.id.desc()).limit(1)),
            limits=NO_LIMIT,
        )
        if case.state == State.FORWARDED:  # gone on, meanwhile
            owe(session, kind="handover.pass_file", object_id=kept.id, queue=UPKEEP)
