"""The public face of a case: written when it is published, and nothing is in it but what may be.

Who acted is named as a unit, never as a person; what the reporter writes is never added; passages
that are hidden are masked before they get here, so that no list, search or feed can tell them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.following import kept_of, owe_news
from sp4n.cases.masking import masked
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase
from sp4n.files.models import PublicPhoto
from sp4n.organisation.models import Unit

# What everyone is told of a history, from the verification on.
TOLD_TO_ALL: Final = frozenset(
    {
        *("verified", "assigned", "answered", "closed", "reopened", "received"),
        *("contested", "appealed", "upheld", "overturned"),
    }
)


def publish(
    session: Session,
    *,
    case: CaseRecord,
    title: str,
    body: str,
    location: str,
) -> None:
    """`title`, `body`, `location`: as the agency words them; `case.hidden` is masked in them. What
    is published already keeps what has happened."""
    public = session.get(PublicCase, (case.agency_id, case.id)) if case.published else None
    if public is None:
        public = PublicCase(id=case.id, reference=case.reference, timeline=[])
        public.supports, public.followers = kept_of(session, case.id)
        session.add(public)
        if public.followers:
            owe_news(session, case.id)
    case.published = True
    public.classification = case.classification
    public.title, public.body = masked(title, case.hidden), masked(body, case.hidden)
    public.location = masked(location, case.hidden)
    public.category_id, public.own_topic = case.category_id, case.own_topic
    public.state = case.state
    public.filed_at, public.updated_at = case.filed_at, case.updated_at
    session.flush()


def tell_anew(session: Session, *, case: CaseRecord) -> None:
    """The public history, made once more out of the case's own: what is hidden has changed."""
    public = session.get(PublicCase, (case.agency_id, case.id))
    if public is None:
        return
    told = [_key(one) for one in public.timeline]
    entries = [_entry(session, case, event) for event in public_events(session, case, told)]
    known = [_key(one) for one in entries]
    rest = [one for one in public.timeline if _key(one) not in known]
    kept = [{**one, "body": masked(one["body"], case.hidden)} for one in rest]
    public.timeline = sorted([*kept, *entries], key=lambda one: _key(one)[0])
    words = sa.select(PublicPhoto.token, PublicPhoto.words).where(PublicPhoto.case_id == case.id)
    said = {row.token: row.words for row in session.execute(words)}
    public.photos = [
        {**one, "words": masked(said.get(one["token"], one["words"]), case.hidden)}
        for one in public.photos
    ]
    session.flush()


def public_events(
    session: Session, case: CaseRecord, told: Sequence[tuple[datetime, str]] = ()
) -> list[CaseEvent]:
    """`told`: moment and kind of what everyone has been told already."""
    history = sa.select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.public)
    events = list(session.scalars(history.order_by(CaseEvent.id)))
    begun = False
    found = []
    for event in events:
        begun = begun or event.kind in ("verified", "received", "split_off")
        if (begun and event.kind in TOLD_TO_ALL) or (event.at, event.kind) in told:
            found.append(event)
    return found


def follow(session: Session, *, case: CaseRecord, event: CaseEvent | None = None) -> None:
    """Bring the public case, if there is one, to the state of the case; `event` is told there."""
    if not case.published:
        return
    public = session.get(PublicCase, (case.agency_id, case.id))
    if public is None:
        return
    told = [] if event is None else [_entry(session, case, event)]
    public.state = case.state
    public.updated_at = case.updated_at
    public.timeline = [*public.timeline, *told]
    if told and public.followers:
        owe_news(session, case.id)


def rename_class(session: Session, *, case: CaseRecord) -> None:
    """What everyone reads it is: its kind and its topic are others by now."""
    if not case.published:
        return
    public = session.get(PublicCase, (case.agency_id, case.id))
    if public is not None:
        public.classification = case.classification
        public.category_id, public.own_topic = case.category_id, case.own_topic
        public.updated_at = case.updated_at
        session.flush()


def withdraw(session: Session, *, case: CaseRecord) -> None:
    if not case.published:
        return
    case.published = False
    gone = sa.delete(PublicCase).where(
        PublicCase.agency_id == case.agency_id, PublicCase.id == case.id
    )
    if session.scalar(gone.returning(PublicCase.followers)):
        owe_news(session, case.id)


def _key(entry: dict[str, Any]) -> tuple[datetime, str]:
    return datetime.fromisoformat(entry["at"]), entry["kind"]


def _entry(session: Session, case: CaseRecord, event: CaseEvent) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "by": event.data.get("agency") or _unit_name(session, event),
        "body": "" if event.actor_kind == "reporter" else masked(event.body, case.hidden),
    }


def _unit_name(session: Session, event: CaseEvent) -> str:
    """Empty where the agency itself acted."""
    if event.unit_id is None:
        return ""
    unit = session.get(Unit, (event.agency_id, event.unit_id))
    return unit.name if unit else ""
