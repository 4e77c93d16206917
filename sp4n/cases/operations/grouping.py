"""Cases about the same event are put together, and taken apart again. Each stays its reporter's
own, with its state and limits; only its history has a line more.

One of these is done in an agency at a time, so that nobody joins what another takes apart; and the
cases are locked in their order, so that an answer to many of them never waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.groups import MOST, group_fault
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations.deeds import begin
from sp4n.cases.visibility import visible_to
from sp4n.errors import Invalid, NotPossible
from sp4n.tenants.scope import current_agency_id


def group_cases(
    session: Session, *, case: CaseRecord, others: Collection[CaseRecord], actor: Actor
) -> int:
    """The others come to the case's group; or it to theirs, where it has none. A new group is led
    by the case. Returns how many there are now."""
    _take_turn(session)
    chosen = {case.id, *(one.id for one in others)}
    found = [one for one in _locked(session, _with_groups(session, chosen)) if one.id in chosen]
    leads = {one.lead_id for one in found if one.lead_id is not None}
    if len(leads) > 1:
        raise Invalid(_two_groups(found, case))
    lead_id = next(iter(leads), case.id)
    coming = [one for one in found if one.lead_id is None]
    if not coming or len(found) < 2:
        raise Invalid(_("Pilih laporan lain yang belum ada di kelompok ini."))
    for one in coming:
        _check(one, case)
    there = len(_of_group(session, lead_id))
    if there + len(coming) > MOST:
        raise NotPossible(_("Satu kelompok paling banyak %(n)s laporan.", n=MOST))
    reference = _reference(session, lead_id)
    for one in coming:
        _join(session, one, lead_id, reference, actor)
    return there + len(coming)


def ungroup_case(session: Session, *, case: CaseRecord, actor: Actor) -> None:
    """Out of its group. Where it led, the next one does; where one would be left, it is alone."""
    group = _group_of(session, case)
    if case.id not in {one.id for one in group}:
        raise NotPossible(_alone())
    rest = [one for one in group if one.id != case.id]
    leaving = [case] if len(rest) > 1 else group
    if len(rest) > 1 and case.lead_id == case.id:
        for one in rest:
            one.lead_id = rest[0].id
    for one in leaving:
        _leave(session, one, actor)


def dissolve_group(session: Session, *, case: CaseRecord, actor: Actor) -> int:
    """By who may see all of it. Returns how many cases it had."""
    group = _group_of(session, case)
    if not group:
        raise NotPossible(_alone())
    seen = sa.select(CaseRecord.id).where(
        CaseRecord.id.in_([one.id for one in group]), visible_to(actor)
    )
    if len(session.scalars(seen).all()) < len(group):
        raise NotPossible(
            _(
                "Kelompok ini memuat laporan unit lain. Keluarkan laporan Anda satu per satu, atau "
                "minta admin membubarkannya."
            )
        )
    for one in group:
        _leave(session, one, actor)
    return len(group)


def before_leaving(session: Session, case: CaseRecord, *, leaves: bool = True) -> None:
    """Before an act that takes a case out of its group locks it: who groups waits for cases, and
    never a case for who groups."""
    if leaves:
        _group_of(session, case)


def leave_group(session: Session, case: CaseRecord, actor: Actor, *, leaves: bool = True) -> None:
    """At the end of such an act."""
    if leaves and case.lead_id is not None:
        ungroup_case(session, case=case, actor=actor)


def _locked(session: Session, ids: Collection[int]) -> Sequence[CaseRecord]:
    """As they are now."""
    wanted = sa.select(CaseRecord).where(CaseRecord.id.in_(ids)).order_by(CaseRecord.id)
    anew = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(anew).all()


def _with_groups(session: Session, ids: Collection[int]) -> set[int]:
    """These, and all that are in a group with one of them: to be locked in one go."""
    leads = sa.select(CaseRecord.lead_id).where(CaseRecord.id.in_(ids))
    members = sa.select(CaseRecord.id).where(CaseRecord.lead_id.in_(leads))
    return {*ids, *session.scalars(members)}


def _take_turn(session: Session) -> None:
    key = f"groups/{current_agency_id()}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def _group_of(session: Session, case: CaseRecord) -> Sequence[CaseRecord]:
    """As it is now; none where the case is alone."""
    _take_turn(session)
    session.refresh(case, ["lead_id"])
    return _of_group(session, case.lead_id) if case.lead_id is not None else []


def _of_group(session: Session, lead_id: int) -> Sequence[CaseRecord]:
    ids = sa.select(CaseRecord.id).where(CaseRecord.lead_id == lead_id)
    return _locked(session, session.scalars(ids).all())


def _check(one: CaseRecord, case: CaseRecord) -> None:
    fault = group_fault(one)
    if not fault and one.trial != case.trial:
        fault = _("Laporan uji coba tidak dapat digabung dengan laporan warga.")
    if fault:
        raise Invalid(f"{one.reference}: {fault}")


def _join(session: Session, case: CaseRecord, lead_id: int, reference: str, actor: Actor) -> None:
    deed = begin(session, case=case, actor=actor, version=None)
    case.lead_id = lead_id
    deed.tell("grouped", data={"lead": reference})
    deed.record("case.grouped", {"lead": reference})


def _leave(session: Session, case: CaseRecord, actor: Actor) -> None:
    deed = begin(session, case=case, actor=actor, version=None)
    case.lead_id = None
    deed.tell("ungrouped")
    deed.record("case.ungrouped")


def _reference(session: Session, case_id: int) -> str:
    return session.scalars(sa.select(CaseRecord.reference).where(CaseRecord.id == case_id)).one()


def _two_groups(found: Sequence[CaseRecord], case: CaseRecord) -> str:
    other = next(one for one in found if one.lead_id not in (None, case.lead_id))
    return _(
        "%(reference)s sudah ada di kelompok lain. Keluarkan atau bubarkan kelompok itu lebih "
        "dahulu.",
        reference=other.reference,
    )


def _alone() -> str:
    return _("Laporan ini tidak digabung dengan laporan lain.")
