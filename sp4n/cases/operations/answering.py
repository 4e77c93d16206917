"""An answer reaches its reporter: said by who writes it, or by who approves what another wrote."""

from __future__ import annotations

from typing import Any

from sp4n.audit.actors import Actor
from sp4n.cases.evidence import NOTHING, Evidence
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations.deeds import Deed
from sp4n.cases.operations.linking import tell_linked
from sp4n.cases.publication import follow
from sp4n.cases.states import Act
from sp4n.cases.time_limits import clockwork_of
from sp4n.figures import operations as figures
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.settings.queries import Step


def give_answer(
    deed: Deed,
    text: str,
    *,
    final: bool,
    evidence: Evidence = NOTHING,
    author: Actor | None = None,
) -> CaseEvent:
    """`author`: whose words they are where another approves them; the history names both. The audit
    row is the act's own."""
    case, due = deed.case, _kept_limits(deed, final)
    deed.move(Act.CONCLUDE if final else Act.ANSWER)
    case.answer_draft = None
    if case.first_answered_at is None:
        case.first_answered_at = deed.at
        if not case.trial:
            figures.count_first_answer(deed.session, after=deed.at - case.filed_at)
    if final:
        clockwork = clockwork_of(deed.session, case)
        case.reply_due_at = clockwork.due(Step.REPLY, deed.at, case.classification)
    data: dict[str, Any] = {"final": final, **due, **evidence.data}
    if author is not None:
        data |= {"approved_by": deed.actor.name}
    event = deed.tell("answered", body=text, unit_id=case.unit_id, data=data, actor=author)
    if final and case.reply_due_at is not None:
        owe(
            deed.session,
            kind="case.close_unanswered",
            object_id=event.id,
            queue=UPKEEP,
            due_at=case.reply_due_at,
        )
    follow(deed.session, case=case, event=event)
    if case.linked and case.published:
        tell_linked(deed.session, case)
    deed.owe_reporter("notice.case_answered", event)
    return event


def _kept_limits(deed: Deed, final: bool) -> dict[str, str]:
    """By when it had to be: a case that is taken up again gets other limits, and what was in time
    stays so."""
    first = deed.case.first_answered_at is None
    limits = {
        "answer_due": deed.case.answer_due_at if first else None,
        "complete_due": deed.case.complete_due_at if final else None,
    }
    return {name: due.isoformat() for name, due in limits.items() if due is not None}
