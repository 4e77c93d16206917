"""Public cases of two agencies about the same event: linked by one, known to both, and what one has
answered in public is offered to the other. Nothing else crosses the wall.

As between agencies everywhere: each writes its own rows, knocks at the other's door, and what the
other then does it finds by itself, however late or often it is told.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, aliased

from sp4n import clock
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.cases.link_models import CaseLink
from sp4n.cases.models import CaseEvent, CaseRecord, PublicCase, Tracking
from sp4n.cases.operations.deeds import begin
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import current_agency_id

KNOCK: Final = "link.knock"  # the object is the agency whose door it is
MOST_LINKS: Final = 20  # of a case


def link_case(session: Session, *, case: CaseRecord, to: PublicCase, actor: Actor) -> None:
    """Both are public; the other agency hears of it."""
    if to.agency_id == case.agency_id:
        raise Invalid(_("Laporan itu ada di instansi Anda sendiri. Gabungkan saja."))
    if not case.published:
        raise NotPossible(_("Hanya laporan yang diumumkan yang dapat ditautkan."))
    _take_turn(session)
    known = links_of(session, case.reference)
    row = next((one for one in known if one.to_reference == to.reference), None)
    if row is not None and row.linked:
        raise Invalid(_("Kedua laporan itu sudah ditautkan."))
    if sum(one.linked for one in known) >= MOST_LINKS:
        raise NotPossible(_("Satu laporan paling banyak ditautkan dengan %(n)s.", n=MOST_LINKS))
    if row is None:
        row = CaseLink(
            to_agency_id=to.agency_id, reference=case.reference, to_reference=to.reference
        )
        session.add(row)
    row.linked, row.at = True, clock.now()
    _tell(session, case, row, actor)
    owe(session, kind=KNOCK, object_id=to.agency_id, queue=UPKEEP)
    owe(session, kind=KNOCK, object_id=case.agency_id, queue=UPKEEP)  # it may have answered already


def unlink_case(session: Session, *, case: CaseRecord, reference: str, actor: Actor) -> None:
    """Whoever linked them. What was offered stays in the history."""
    _take_turn(session)
    known = links_of(session, case.reference)
    row = next((one for one in known if one.to_reference == reference and one.linked), None)
    if row is None:
        raise NotPossible(_("Laporan itu tidak ditautkan dengan laporan ini."))
    row.linked, row.at = False, clock.now()
    _tell(session, case, row, actor)
    owe(session, kind=KNOCK, object_id=row.to_agency_id, queue=UPKEEP)


def links_of(session: Session, reference: str) -> list[CaseLink]:
    """Our own word about each."""
    mine = (CaseLink.agency_id == current_agency_id(), CaseLink.reference == reference)
    return list(session.scalars(sa.select(CaseLink).where(*mine).order_by(CaseLink.at)))


def tell_linked(session: Session, case: CaseRecord) -> None:
    """It was answered in public: who has a case of the same event may want the words."""
    for row in links_of(session, case.reference):
        if row.linked:
            owe(session, kind=KNOCK, object_id=row.to_agency_id, queue=UPKEEP)


def settle_links(session: Session, other: int | None = None) -> None:
    """All that the scope's agency owes for links between it and others, or one other (`other`);
    harmless to repeat."""
    _take_turn(session)
    for theirs, mine, case in _undecided(session, other):
        _follow(session, theirs, mine, case)
    for row, custodian in _moved(session, other):
        _point_to(session, row, custodian)
    for row in _left(session, other):
        row.linked = False
    for row, public in _changed(session, other):
        _offer(session, row, public)
        row.seen_at = public.updated_at
    session.flush()


def _take_turn(session: Session) -> None:
    key = f"links/{current_agency_id()}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def _moved(session: Session, other: int | None) -> list[Any]:
    """Our words about cases that another agency has by now."""
    wanted = sa.select(CaseLink, Tracking.agency_id).join(
        Tracking, Tracking.reference == CaseLink.to_reference
    )
    mine = (CaseLink.agency_id == current_agency_id(), CaseLink.linked, *_of(CaseLink, other))
    gone = Tracking.agency_id != CaseLink.to_agency_id
    return list(session.execute(wanted.where(*mine, gone).order_by(CaseLink.reference)).all())


def _point_to(session: Session, row: CaseLink, custodian: int) -> None:
    """Who has it now hears of the link, also where ours went away itself: it then finds out where
    to. Two cases that have come to one agency are grouped there, if anything."""
    if custodian == current_agency_id():
        row.linked = False
        case = session.scalar(sa.select(CaseRecord).where(CaseRecord.reference == row.reference))
        if case is not None:
            _tell(session, case, row, SYSTEM)
    row.to_agency_id, row.at, row.seen_at = custodian, clock.now(), None
    if row.linked:
        owe(session, kind=KNOCK, object_id=custodian, queue=UPKEEP)


def _left(session: Session, other: int | None) -> list[CaseLink]:
    """Of cases that we have no more, once the other side points past us, or has ended it."""
    theirs = aliased(CaseLink)
    pointed = sa.exists().where(
        theirs.linked,
        theirs.agency_id == CaseLink.to_agency_id,
        theirs.reference == CaseLink.to_reference,
        theirs.to_reference == CaseLink.reference,
        theirs.to_agency_id == CaseLink.agency_id,
    )
    here = Tracking.reference == CaseLink.reference
    mine = (CaseLink.agency_id == current_agency_id(), CaseLink.linked, *_of(CaseLink, other))
    gone = Tracking.agency_id != CaseLink.agency_id
    wanted = sa.select(CaseLink).join(Tracking, here).where(*mine, gone, ~pointed)
    return list(session.scalars(wanted.order_by(CaseLink.reference)))


def _of(link: Any, other: int | None) -> list[sa.ColumnElement[bool]]:
    return [] if other is None else [link.to_agency_id == other]


def _undecided(session: Session, other: int | None) -> list[Any]:
    """What others have decided later than we have, of cases that are public here."""
    theirs, mine = aliased(CaseLink), aliased(CaseLink)
    me = current_agency_id()
    same = sa.and_(
        mine.agency_id == me,
        mine.reference == theirs.to_reference,
        mine.to_reference == theirs.reference,
    )
    ours = sa.and_(CaseRecord.reference == theirs.to_reference, CaseRecord.published)
    wanted = (
        sa.select(theirs, mine, CaseRecord)
        .join(CaseRecord, ours)
        .outerjoin(mine, same)
        .where(theirs.to_agency_id == me, sa.or_(mine.at.is_(None), mine.at < theirs.at))
    )
    if other is not None:
        wanted = wanted.where(theirs.agency_id == other)
    return list(session.execute(wanted.order_by(CaseRecord.id)).all())


def _follow(session: Session, theirs: CaseLink, mine: CaseLink | None, case: CaseRecord) -> None:
    over = mine is None and not theirs.linked  # before it was known
    if over or (theirs.linked and not _is_public(session, theirs)):
        return
    before = mine.linked if mine is not None else False
    if mine is None:
        mine = CaseLink(
            to_agency_id=theirs.agency_id,
            reference=theirs.to_reference,
            to_reference=theirs.reference,
        )
        session.add(mine)
    if mine.to_agency_id != theirs.agency_id:  # it has come there from elsewhere
        mine.to_agency_id, mine.seen_at = theirs.agency_id, None
    mine.linked, mine.at = theirs.linked, theirs.at
    if before != mine.linked:
        event = _tell(session, case, mine, SYSTEM)
        if mine.linked:
            owe(session, kind="notice.staff_linked", object_id=event.id)


def _is_public(session: Session, theirs: CaseLink) -> bool:
    shown = sa.select(PublicCase.id).where(
        PublicCase.agency_id == theirs.agency_id, PublicCase.reference == theirs.reference
    )
    return session.scalar(shown) is not None


def _changed(session: Session, other: int | None) -> list[Any]:
    """Linked cases of others in whose public face anything is new since it was last looked at."""
    there = sa.and_(
        PublicCase.agency_id == CaseLink.to_agency_id,
        PublicCase.reference == CaseLink.to_reference,
    )
    wanted = sa.select(CaseLink, PublicCase).join(PublicCase, there)
    mine = (CaseLink.agency_id == current_agency_id(), CaseLink.linked, *_of(CaseLink, other))
    new = CaseLink.seen_at.is_distinct_from(PublicCase.updated_at)
    return list(session.execute(wanted.where(*mine, new).order_by(CaseLink.reference)).all())


def _offer(session: Session, row: CaseLink, public: PublicCase) -> None:
    """The newest answer that was not offered yet: as a private line of the history, which can be
    made a draft of. Its words stay where everyone reads them (`linking_queries.suggestions`), so
    that what is hidden there later is hidden here."""
    answers = [one["at"] for one in public.timeline if one["kind"] == "answered" and one["body"]]
    before, row.heard = row.heard, max(row.heard, len(answers))
    if row.heard <= before:
        return
    case = session.scalar(sa.select(CaseRecord).where(CaseRecord.reference == row.reference))
    if case is None:
        return
    deed = begin(session, case=case, actor=SYSTEM, version=None)
    event = deed.tell("suggested", public=False, data={**_other(row), "answered": answers[-1]})
    deed.record("case.suggested", {"event_id": event.id})
    owe(session, kind="notice.staff_suggested", object_id=event.id)


def _tell(session: Session, case: CaseRecord, row: CaseLink, actor: Actor) -> CaseEvent:
    deed = begin(session, case=case, actor=actor, version=None)
    case.linked = True
    kind: Any = "linked" if row.linked else "unlinked"
    event = deed.tell(kind, public=False, data=_other(row))
    deed.record(f"case.{kind}", {"other": row.to_reference})
    return event


def _other(row: CaseLink) -> dict[str, str]:
    agency = agency_by_id(row.to_agency_id)
    return {"other": agency.short_name if agency else "", "reference": row.to_reference}
