"""What is held about the reporter of a case, for that reporter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.extra_answers import answer_lines
from sp4n.cases.models import CaseEvent, CaseRecord, Identity, IdentityLook
from sp4n.cases.vault import IdentityFacts
from sp4n.files.models import Attachment
from sp4n.files.queries import attachments_of_case
from sp4n.privacy.models import ErasureRequest
from sp4n.sealing import Sealer

MOST_LOOKS: Final = 100


@dataclass(frozen=True)
class Look:
    at: datetime
    actor_kind: str
    purpose: str


@dataclass(frozen=True)
class Held:
    """`looks`: who opened name and contact, newest first. `files`: that the reporter can read."""

    identified: bool
    looks: Sequence[Look]
    wrote: Sequence[CaseEvent]
    files: Sequence[Attachment]
    request: ErasureRequest | None


def held_of(session: Session, *, case: CaseRecord) -> Held:
    there = sa.select(sa.exists().where(Identity.case_id == case.id))
    looks = (
        sa.select(IdentityLook.at, IdentityLook.actor_kind, IdentityLook.purpose)
        .where(IdentityLook.case_id == case.id)
        .order_by(IdentityLook.id.desc())
        .limit(MOST_LOOKS)
    )
    public = sa.select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.public)
    events = session.scalars(public.order_by(CaseEvent.id)).all()
    told = {event.id for event in events}
    return Held(
        identified=bool(session.scalar(there)),
        looks=[Look(*row) for row in session.execute(looks)],
        wrote=[event for event in events if event.actor_kind == "reporter" and event.body],
        files=[one for one in attachments_of_case(session, case.id) if one.event_id in told],
        request=session.scalar(sa.select(ErasureRequest).where(ErasureRequest.case_id == case.id)),
    )


def own_identity(session: Session, *, sealer: Sealer, case: CaseRecord) -> IdentityFacts | None:
    """For who has shown the access code; anonymous reporters see their own, too. Logged as any
    look is."""
    sealed = session.scalar(sa.select(Identity.sealed).where(Identity.case_id == case.id))
    if sealed is None:
        return None
    session.add(IdentityLook(case_id=case.id, at=clock.now(), actor_kind="reporter", purpose="own"))
    session.flush()
    return IdentityFacts(**sealer.open(sealed))


def taken_along(
    case: CaseRecord, held: Held, who: IdentityFacts | None, language: str
) -> dict[str, Any]:
    """All of it, for a machine to read."""
    return {
        "reference": case.reference,
        "filed_at": case.filed_at.isoformat(),
        "classification": case.classification,
        "title": case.title,
        "description": case.description,
        "location": case.location,
        "occurred_on": case.occurred_on.isoformat() if case.occurred_on else None,
        "answers": [{"question": q, "answer": a} for q, a in _answers(case, language)],
        "anonymous": case.anonymous,
        "confidential": case.confidential,
        "identity": {"name": who.name, "email": who.email, "phone": who.phone} if who else None,
        "written_since": [
            {"at": one.at.isoformat(), "kind": one.kind, "text": one.body} for one in held.wrote
        ],
        "files": [
            {"name": one.file_name, "size": one.size, "sha256": bytes(one.sha256).hex()}
            for one in held.files
        ],
        "identity_opened": [
            {"at": one.at.isoformat(), "by": one.actor_kind, "purpose": one.purpose}
            for one in held.looks
        ],
    }


def _answers(case: CaseRecord, language: str) -> list[tuple[str, str]]:
    return answer_lines(case.extra_answers, language)
