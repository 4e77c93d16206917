"""A reporter corrects or erases who they are. The case, its history and the figures stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import REPORTER, Actor
from sp4n.audit.operations import record
from sp4n.cases.answers import LONGEST
from sp4n.cases.handover_models import Custody, Handover, HandoverContact
from sp4n.cases.models import CaseRecord, Identity, IdentityLook
from sp4n.cases.operations.deeds import begin
from sp4n.cases.own_address import own_mark
from sp4n.cases.own_number import forget_numbers
from sp4n.cases.parts_models import CasePart
from sp4n.cases.states import ENDED
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.privacy.models import ErasureRequest
from sp4n.privacy.rules import waits_for
from sp4n.sealing import Sealer
from sp4n.tenants.scope import current_agency_id

# The object is the case; each other agency that has had it erases as well.
ELSEWHERE: Final = "privacy.erase_elsewhere"
AT_ONCE: Final = 200
Eraser = Callable[[Session, CaseRecord], None]
_erasers: dict[str, Eraser] = {}


def register_eraser(name: str, erase: Eraser) -> None:
    """Of a room that keeps a reporter's contact outside the vault: what it has of the case goes in
    the same transaction."""
    _erasers[name] = erase


def correct_identity(
    session: Session, *, sealer: Sealer, case: CaseRecord, changes: Mapping[str, str]
) -> None:
    """`changes`: name, email, phone; what is "" stays as it is."""
    given = {name: text.strip() for name, text in changes.items() if text.strip()}
    if not given:
        raise Invalid(fields={"name": _("Isi yang ingin Anda ganti.")})
    for name, text in given.items():
        if len(text) > LONGEST[f"reporter_{name}"]:
            raise Invalid(fields={name: _("Terlalu panjang.")})
    session.refresh(case, with_for_update=True)
    sealed = session.scalar(sa.select(Identity.sealed).where(Identity.case_id == case.id))
    if sealed is None:
        raise NotPossible(_("Laporan ini tidak menyimpan nama atau kontak."))
    content = {**sealer.open(sealed), **given}
    session.add(IdentityLook(case_id=case.id, at=clock.now(), actor_kind="reporter", purpose="own"))
    _forget(session, case)
    mark = own_mark(sealer, case.agency_id, content.get("email", ""), anonymous=case.anonymous)
    kept = {"sealed": sealer.seal(content), "reachable": "email" in content}
    session.add(Identity(case_id=case.id, address_hash=mark, **kept))
    record(
        session,
        actor=REPORTER,
        act="identity.corrected",
        object_kind="case",
        object_id=case.id,
        data={"fields": sorted(given)},
    )
    session.flush()


def ask_erasure(session: Session, *, case: CaseRecord) -> bool:
    """Whether name and contact are gone at once; else they go by themselves once the law lets
    them. NotPossible where there are none, or this was asked for before."""
    session.refresh(case, with_for_update=True)
    before = session.scalar(sa.select(ErasureRequest).where(ErasureRequest.case_id == case.id))
    there = sa.select(sa.exists().where(Identity.case_id == case.id))
    if before is not None and before.done_at is None:
        raise NotPossible(_("Permintaan Anda sudah tercatat."))
    if not session.scalar(there):
        raise NotPossible(_("Laporan ini tidak menyimpan nama atau kontak."))
    why = waits_for(case)
    asked_at = clock.rounded_to_hour(clock.now())
    if before is None:
        session.add(ErasureRequest(case_id=case.id, asked_at=asked_at, waits_for=why))
    else:  # given again since, by a correction of the agency that had it before
        before.asked_at, before.waits_for, before.done_at = asked_at, why, None
    session.flush()
    if why:
        record(
            session,
            actor=REPORTER,
            act="identity.erasure_asked",
            object_kind="case",
            object_id=case.id,
            data={"waits_for": why},
        )
        return False
    erase_identity(session, case=case, actor=REPORTER)
    return True


def erase_waiting(session: Session) -> int:
    """Of those that had to wait, the ones that need not any more: how many."""
    over = (
        sa.select(CaseRecord)
        .join(
            ErasureRequest,
            sa.and_(
                ErasureRequest.agency_id == CaseRecord.agency_id,
                ErasureRequest.case_id == CaseRecord.id,
            ),
        )
        .where(
            ErasureRequest.agency_id == current_agency_id(),
            ErasureRequest.done_at.is_(None),
            sa.or_(CaseRecord.state.in_(ENDED), CaseRecord.supervision.is_(False)),
        )
        .order_by(CaseRecord.id)
        .limit(AT_ONCE)
    )
    cases = session.scalars(over).all()
    for case in cases:
        erase_identity(session, case=case, actor=REPORTER)
    return len(cases)


def erase_identity(
    session: Session, *, case: CaseRecord, actor: Actor, elsewhere: bool = True
) -> None:
    """Name and contact, wherever this agency has them, with the parts that a report was split
    into; `elsewhere`: the others that have had the case do the same, by a job."""
    for one in _with_kin(session, case):
        if waits_for(one):
            _wait(session, one)
        else:  # a part may have gone to yet another agency, which has heard of nothing
            _erase(session, one, actor, elsewhere or one.id != case.id)


def _wait(session: Session, case: CaseRecord) -> None:
    """Until the law lets it be erased."""
    asked = {"asked_at": clock.rounded_to_hour(clock.now()), "waits_for": waits_for(case)}
    row = session.get(ErasureRequest, (case.agency_id, case.id))
    if row is None:
        session.add(ErasureRequest(case_id=case.id, **asked))
    else:
        row.done_at = None
    session.flush()


def _erase(session: Session, case: CaseRecord, actor: Actor, elsewhere: bool) -> None:
    deed = begin(session, case=case, actor=actor, version=None)
    _forget(session, case)
    for erase in _erasers.values():
        erase(session, case)
    deed.tell("erased", data={"parts": ["identity"]})
    done = sa.update(ErasureRequest).where(ErasureRequest.case_id == case.id)
    session.execute(done.values(done_at=clock.rounded_to_hour(clock.now())))
    if elsewhere and _others(session, case.reference):
        owe(session, kind=ELSEWHERE, object_id=case.id, queue=UPKEEP)
    deed.record("identity.erased")


def _with_kin(session: Session, case: CaseRecord) -> Sequence[CaseRecord]:
    """What was split, and its parts as far as they know who reported them; `case` in any event."""
    part = sa.select(CasePart.whole_id).where(CasePart.part_id == case.id)
    whole_id = session.scalar(part) or case.id
    parts = sa.select(CasePart.part_id).where(CasePart.whole_id == whole_id)
    known = sa.select(Identity.case_id).where(
        sa.or_(Identity.case_id == whole_id, Identity.case_id.in_(parts))
    )
    wanted = sa.or_(CaseRecord.id == case.id, CaseRecord.id.in_(known))
    return session.scalars(sa.select(CaseRecord).where(wanted).order_by(CaseRecord.id)).all()


def erase_here(session: Session, *, reference: str) -> None:
    """In another agency's scope: its own copy, however often it is asked."""
    case = session.scalar(sa.select(CaseRecord).where(CaseRecord.reference == reference))
    if case is None:
        return
    kin = [one.id for one in _with_kin(session, case)]
    if session.scalar(sa.select(sa.exists().where(Identity.case_id.in_(kin)))):
        erase_identity(session, case=case, actor=REPORTER, elsewhere=False)


def agencies_to_ask(session: Session, *, case_id: int) -> tuple[str, list[int]]:
    """The reference, and the other agencies that have had the case or are to have it."""
    case = session.scalars(sa.select(CaseRecord).where(CaseRecord.id == case_id)).one()
    return case.reference, _others(session, case.reference)


def _others(session: Session, reference: str) -> list[int]:
    had = sa.select(Custody.agency_id).where(Custody.reference == reference).distinct()
    return [one for one in session.scalars(had) if one != current_agency_id()]


def _forget(session: Session, case: CaseRecord) -> None:
    """Out of the vault, and out of what is on its way to another agency's."""
    session.execute(sa.delete(Identity).where(Identity.case_id == case.id))
    forget_numbers(session, [case.id])
    sent = sa.select(Handover.id).where(
        Handover.agency_id == current_agency_id(), Handover.reference == case.reference
    )
    mine = sa.delete(HandoverContact).where(HandoverContact.agency_id == current_agency_id())
    session.execute(mine.where(HandoverContact.handover_id.in_(sent)))
    session.flush()
