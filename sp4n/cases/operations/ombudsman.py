"""A case is handed to the Ombudsman: asked by its reporter, prepared by a job, and what came of it
noted by a coordinator, in the agency's scope."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import REPORTER, Actor
from sp4n.cases.answers import check_body
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.ombudsman import handoff_by_id, handoff_of, may_be_handed, missed_limits
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.tenants.resolver import agency_by_id

PREPARE: Final = "ombudsman.prepare"  # the object is the hand-off
LONGEST_NUMBER: Final = 100
TAKEN_BACK_FROM: Final = ("asked", "prepared")


def ask_ombudsman(session: Session, *, case: CaseRecord, consent: bool) -> OmbudsmanHandoff:
    """`consent`: the reporter's, to passing on what they reported and what they may read of it."""
    if not consent:
        raise Invalid(fields={"consent": _("Centang persetujuan Anda.")})
    deed = begin(session, case=case, actor=REPORTER, version=None)
    agency = agency_by_id(case.agency_id)
    told = sa.select(CaseEvent).where(CaseEvent.case_id == case.id)
    history = session.scalars(told.order_by(CaseEvent.id)).all()
    row = handoff_of(session, case_id=case.id)
    if row is not None and row.state != "withdrawn":
        raise NotPossible(_("Laporan ini sudah diserahkan kepada Ombudsman."))
    if agency is None or not may_be_handed(session, case, agency, history, clock.now()):
        raise NotPossible(_("Laporan ini belum atau tidak dapat diserahkan kepada Ombudsman."))
    event = deed.tell("ombudsman_asked")  # it stays where it stands, and with whom
    if row is None:
        row = OmbudsmanHandoff(case_id=case.id, reference=case.reference)
        session.add(row)
    row.state, row.asked_at = "asked", deed.at
    session.flush()
    owe(session, kind=PREPARE, object_id=row.id, queue=UPKEEP)
    owe(session, kind="notice.staff_ombudsman", object_id=event.id, due_at=deed.told_at)
    deed.record("case.ombudsman_asked", {"event_id": event.id})
    return row


def withdraw_from_ombudsman(session: Session, *, case: CaseRecord) -> None:
    """Its reporter does not agree any more. NotPossible once the Ombudsman has it: from there only
    they themselves can take it back."""
    deed = begin(session, case=case, actor=REPORTER, version=None)
    row = handoff_of(session, case_id=case.id)
    if row is None or row.state == "withdrawn":
        raise NotPossible(_("Laporan ini tidak sedang diserahkan kepada Ombudsman."))
    session.refresh(row, with_for_update=True)
    if row.state not in TAKEN_BACK_FROM:
        raise NotPossible(
            _(
                "Ombudsman sudah menerima laporan ini dengan nomor %(number)s. Bila tidak ingin "
                "diteruskan, sampaikan langsung kepada Ombudsman dengan nomor itu.",
                number=row.receipt_number,
            )
        )
    event = deed.tell("ombudsman_withdrawn")
    row.state, row.prepared_at, row.until_event_id, row.missed = "withdrawn", None, None, []
    owe(session, kind="notice.staff_ombudsman", object_id=event.id, due_at=deed.told_at)
    deed.record("case.ombudsman_withdrawn", {"event_id": event.id})


def prepare_handoff(session: Session, *, handoff_id: int) -> bool:
    """Says what is in the package: False, and nothing done, where that was said before."""
    wanted = sa.select(OmbudsmanHandoff).where(OmbudsmanHandoff.id == handoff_id)
    row = session.scalars(wanted.with_for_update()).one()
    if row.state != "asked":
        return False
    case = session.scalars(sa.select(CaseRecord).where(CaseRecord.id == row.case_id)).one()
    told = sa.select(sa.func.max(CaseEvent.id)).where(
        CaseEvent.case_id == row.case_id, CaseEvent.public
    )
    row.until_event_id = session.scalar(told)
    row.missed = missed_limits(case, row.asked_at)
    row.state, row.prepared_at = "prepared", clock.rounded_to_hour(clock.now())
    session.flush()
    return True


def note_receipt(
    session: Session, *, handoff_id: int, actor: Actor, number: str
) -> OmbudsmanHandoff:
    """The Ombudsman has it; `number`: the one that they gave it."""
    text = number.strip()
    if not text or len(text) > LONGEST_NUMBER:
        message = _(
            "Tulis nomor registrasi Ombudsman, paling panjang %(n)s huruf.", n=LONGEST_NUMBER
        )
        raise Invalid(fields={"number": message})
    deed, row = _begin(session, handoff_id, actor, "prepared")
    row.state, row.receipt_number, row.received_at = "received", text, clock.now()
    _tell(deed, "ombudsman_received", text)
    return row


def note_result(
    session: Session, *, handoff_id: int, actor: Actor, result: str
) -> OmbudsmanHandoff:
    text = check_body(result, field="result")
    deed, row = _begin(session, handoff_id, actor, "received")
    row.state, row.result, row.decided_at = "decided", text, clock.now()
    _tell(deed, "ombudsman_decided", text)
    return row


def _begin(
    session: Session, handoff_id: int, actor: Actor, state: str
) -> tuple[Deed, OmbudsmanHandoff]:
    row = handoff_by_id(session, handoff_id=handoff_id)
    case = session.scalars(sa.select(CaseRecord).where(CaseRecord.id == row.case_id)).one()
    deed = begin(session, case=case, actor=actor, version=None)
    session.refresh(row)
    if row.state != state:
        raise NotPossible(_("Langkah ini sudah dicatat, atau belum waktunya."))
    return deed, row


def _tell(deed: Deed, kind: str, body: str) -> None:
    if kind == "ombudsman_received":
        event = deed.tell("ombudsman_received", body=body)
    else:
        event = deed.tell("ombudsman_decided", body=body)
    owe(deed.session, kind="notice.staff_ombudsman", object_id=event.id)
    deed.owe_reporter("notice.case_ombudsman", event)
    deed.record(f"case.{kind}", {"event_id": event.id})
