"""An answer that waits: where an agency or a unit wants it so, a liaison writes and an admin
approves what is sent, or returns it with a note. Nothing of it is public, nor the reporter's to
read, before."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.answers import check_body
from sp4n.cases.evidence import NOTHING, Evidence, check_evidence
from sp4n.cases.in_hand import agency_of
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.answering import give_answer
from sp4n.cases.operations.deeds import begin
from sp4n.cases.states import Act, can, why_not
from sp4n.errors import NotPossible
from sp4n.files.operations import give_to_event
from sp4n.jobs.outbox import owe
from sp4n.settings.answer_rules import APPROVAL, asks

WAITING, RETURNED = "waiting", "returned"


def needs_approval(session: Session, case: CaseRecord, actor: Actor) -> bool:
    """By the rule of the unit that has it, of the agency, or of the national level."""
    return actor.role == "liaison" and asks(session, agency_of(case), APPROVAL, case.unit_id)


def draft_answer(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    body: str,
    final: bool,
    evidence: Evidence = NOTHING,
    version: int | None = None,
) -> CaseEvent:
    """In the place of one that waits already; the history keeps each."""
    text = check_body(body)
    deed = begin(session, case=case, actor=actor, version=version)
    act = Act.CONCLUDE if final else Act.ANSWER
    if not can(case.state, act):
        raise NotPossible(why_not(act, case.state))
    check_evidence(session, case, evidence, final=final)
    case.answer_draft = {
        "state": WAITING,
        "body": text,
        "final": final,
        "author_id": actor.id,
        "author": actor.name,
        "evidence": evidence.data,
    }
    told = {"final": final, **evidence.data}
    event = deed.tell("drafted", public=False, body=text, unit_id=case.unit_id, data=told)
    case.answer_draft = {**case.answer_draft, "event_id": event.id}
    owe(session, kind="notice.staff_draft", object_id=event.id)
    deed.record("case.drafted", {"event_id": event.id})
    return event


def approve_draft(
    session: Session, *, case: CaseRecord, actor: Actor, version: int | None = None
) -> CaseEvent:
    """It goes out as it is."""
    deed = begin(session, case=case, actor=actor, version=version)
    draft = _waiting(case)
    author = Actor("staff", draft["author_id"], draft["author"], "liaison")
    evidence = Evidence(**draft.get("evidence", {}))
    event = give_answer(deed, draft["body"], final=draft["final"], evidence=evidence, author=author)
    give_to_event(session, event_id=event.id, former_event_id=draft["event_id"])
    deed.record("case.answered", {"event_id": event.id, "final": draft["final"], "approved": True})
    return event


def return_draft(
    session: Session, *, case: CaseRecord, actor: Actor, note: str, version: int | None = None
) -> CaseEvent:
    """To its author, who reads in `note` what is to be mended."""
    text = check_body(note, field="note")
    deed = begin(session, case=case, actor=actor, version=version)
    draft = _waiting(case)
    case.answer_draft = {**draft, "state": RETURNED, "note": text, "by": actor.name}
    event = deed.tell("draft_returned", public=False, body=text, unit_id=case.unit_id)
    owe(
        session,
        kind="notice.staff_draft_returned",
        object_id=event.id,
        recipient_id=draft["author_id"],
    )
    deed.record("case.draft_returned", {"event_id": event.id})
    return event


def _waiting(case: CaseRecord) -> dict[str, Any]:
    draft = case.answer_draft
    if draft is None or draft["state"] != WAITING:
        raise NotPossible(_("Tidak ada draf tanggapan yang menunggu persetujuan."))
    return draft
