"""The vault of identities: who looks in leaves a trace, in the transaction of the look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.permissions import Permission, may
from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord, Identity, IdentityLook
from sp4n.errors import NotAllowed
from sp4n.sealing import Sealer

MAIL: Final = "mail"
PUBLISHING: Final = "publishing"  # whether the text names its reporter
SMS: Final = "sms"


@dataclass(frozen=True)
class IdentityFacts:
    """Text is "" where none was given."""

    name: str = ""
    email: str = ""
    phone: str = ""


def identity_of(
    session: Session, *, sealer: Sealer, case: CaseRecord, actor: Actor, purpose: str
) -> IdentityFacts | None:
    """None where none was given. The look is logged, with its purpose.

    NotAllowed for an anonymous reporter, but to the mailing job, and for anyone who does not answer
    cases; the system itself looks whether a text names its reporter. Whether the actor may see the
    case was found when it was loaded.
    """
    mailing = actor.kind == "system" and purpose in (MAIL, SMS)
    checking = actor.kind == "system" and purpose == PUBLISHING and not case.anonymous
    if not (mailing or checking):
        _check_person(case, actor)
    sealed = session.scalar(sa.select(Identity.sealed).where(Identity.case_id == case.id))
    if sealed is None:
        return None
    facts = IdentityFacts(**sealer.open(sealed))
    session.add(
        IdentityLook(
            case_id=case.id,
            at=clock.now(),
            actor_kind=actor.kind,
            actor_id=actor.id,
            purpose=purpose,
        )
    )
    session.flush()
    return facts


def names_of(
    session: Session, *, sealer: Sealer, cases: Iterable[CaseRecord], actor: Actor
) -> dict[int, str]:
    """Of many at once, to find whether what is going to be public names them; each look is logged
    as that of `actor`. None is anonymous."""
    mine = {case.id: case for case in cases}
    for case in mine.values():
        if case.anonymous or actor.kind != "system":
            _check_person(case, actor)
    rows = session.execute(
        sa.select(Identity.case_id, Identity.sealed).where(Identity.case_id.in_(mine))
    ).all()
    about = {"at": clock.now(), "actor_kind": actor.kind, "actor_id": actor.id}
    looks = [IdentityLook(case_id=row.case_id, purpose=PUBLISHING, **about) for row in rows]
    session.add_all(looks)
    session.flush()
    return {row.case_id: IdentityFacts(**sealer.open(row.sealed)).name for row in rows}


def _check_person(case: CaseRecord, actor: Actor) -> None:
    if case.anonymous:
        raise NotAllowed(_("Pelapor memilih anonim: identitasnya tidak dapat dibuka siapa pun."))
    if actor.kind != "staff" or not may(actor.role, Permission.CASE_ANSWER):
        raise NotAllowed(_("Hanya petugas yang menanggapi laporan yang dapat membuka identitas."))
