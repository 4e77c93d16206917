"""What every act on a filed case shares: lock, check, move, history, audit, and word to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.cases import on_its_way
from sp4n.cases.contesting import contest_until
from sp4n.cases.escalation import after_move
from sp4n.cases.in_hand import locked_with_reach
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.states import ENDED, Act, State, move, state_owed_in
from sp4n.cases.words import changed_meanwhile
from sp4n.errors import NotPossible
from sp4n.figures import operations as figures
from sp4n.jobs.outbox import owe
from sp4n.notices.sms import sms_is_on

EventKind = Literal[
    "filed",
    "verified",
    "assigned",
    "answered",
    "noted",
    "rescheduled",
    "replied",
    "closed",
    "archived",
    "asked",
    "resumed",
    "reopened",
    "entrusted",
    "drafted",
    "draft_returned",
    "contested",
    "appealed",
    "upheld",
    "overturned",
    "offered",
    "recalled",
    "kept",
    "decided",
    "forwarded",
    "rated",
    "withdrawn",
    "escalated",
    "reclassified",
    "supervised",
    "extended",
    "ombudsman_offered",
    "ombudsman_asked",
    "ombudsman_received",
    "ombudsman_decided",
    "ombudsman_withdrawn",
    "grouped",
    "ungrouped",
    "linked",
    "unlinked",
    "suggested",
    "erased",
    "redacted",
    "photo_shown",
    "photo_hidden",
    "split",
    "split_off",
]

# Nobody's form is refused for one of these.
LEAVING_IT_AS_IT_IS: Final = ("rescheduled", "noted", "escalated", "rated", "ombudsman_offered")


@dataclass
class Deed:
    """An act under way. The case stays locked until the transaction ends."""

    session: Session
    case: CaseRecord
    actor: Actor
    at: datetime
    reporter_reachable: bool
    traceless: bool
    before: State

    @property
    def told_at(self) -> datetime | None:
        """When staff hear of what a traceless reporter did: at once would tell the minute."""
        return clock.next_hour(self.at) if self.traceless else None

    def move(self, act: Act) -> None:
        if act is Act.WITHDRAW and self.case.handover_id is not None:
            on_its_way.stop(self.session, self.case, "cancelled")
        owed = state_owed_in(self.case.state, self.case.state_before)
        self.before = move(self.case, act)
        after_move(self.case, owed_before=owed, at=self.at)
        figures.count_move(
            self.session,
            before=self.before,
            after=self.case.state,
            confidential=self.case.confidential,
            trial=self.case.trial,
        )
        self.case.updated_at = self.at
        if self.case.state in (State.AWAITING_REPLY, *ENDED):
            self.case.answer_draft = None
        self.case.contest_until = contest_until(self.session, self.case, act, self.at)

    def tell(
        self,
        kind: EventKind,
        *,
        public: bool = True,
        body: str = "",
        unit_id: int | None = None,
        data: dict[str, Any] | None = None,
        actor: Actor | None = None,
    ) -> CaseEvent:
        """Append to the history; the event has its id when this returns. `actor`: whose it is,
        where that is not who acts."""
        who = actor or self.actor
        event = CaseEvent(
            case_id=self.case.id,
            at=self.at,
            kind=kind,
            public=public,
            actor_kind=who.kind,
            actor_id=who.id,
            actor_name=who.name,
            from_state=self.before,
            to_state=self.case.state,
            unit_id=unit_id,
            body=body,
            data=data or {},
        )
        self.session.add(event)
        self.session.flush()
        if public and self.case.handover_id is not None:
            on_its_way.keep_up(self.session, self.case)
        return event

    def owe_reporter(self, kind: str, event: CaseEvent) -> None:
        if self.reporter_reachable:
            owe(self.session, kind=kind, object_id=event.id)
            if sms_is_on():
                owe(self.session, kind="case.sms", object_id=event.id)

    def record(self, act: str, data: dict[str, Any] | None = None) -> None:
        """The one audit row of this act; with it the transaction's work is with the database."""
        states = {"from": self.before, "to": self.case.state}
        record(
            self.session,
            actor=self.actor,
            act=act,
            object_kind="case",
            object_id=self.case.id,
            data={**states, **(data or {})},
            at=self.at,
        )
        self.session.flush()


def begin(session: Session, *, case: CaseRecord, actor: Actor, version: int | None) -> Deed:
    """`version`: that of the case when the form was made; NotPossible when it has changed since."""
    reachable = locked_with_reach(session, case)
    if version is not None and case.version != version:
        raise NotPossible(changed_meanwhile(*_last_change(session, case)))
    traceless = case.anonymous and reachable is None
    return Deed(
        session=session,
        case=case,
        actor=actor,
        at=clock.rounded_to_hour(clock.now()) if traceless else clock.now(),
        reporter_reachable=bool(reachable),
        traceless=traceless,
        before=State(case.state),
    )


def _last_change(session: Session, case: CaseRecord) -> tuple[str, str]:
    """Who made it, and what kind of event tells of it."""
    last = (
        sa.select(CaseEvent.actor_name, CaseEvent.actor_kind, CaseEvent.kind)
        .where(CaseEvent.case_id == case.id, CaseEvent.kind.not_in(LEAVING_IT_AS_IT_IS))
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )
    row = session.execute(last).one_or_none()
    if row is None:
        return "", ""
    who = _("pelapor") if row.actor_kind == "reporter" else row.actor_name
    return who, row.kind
