"""By which a reporter finds their own cases: a keyed hash of the mail address that they typed,
beside what is sealed. Another one at each agency, so that their rows cannot be laid side by side.

Never of an anonymous reporter, nor of an address that staff typed from a letter: nobody has shown
whose it is, and a slip of one letter would show the case to a stranger.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.cases.channels import PORTAL
from sp4n.cases.models import CaseRecord, Identity, IdentityLook
from sp4n.sealing import Sealer
from sp4n.tenants.scope import current_agency_id

NOBODYS: Final = b""
LOOK: Final = "mark"
AT_ONCE: Final = 500


def own_mark(sealer: Sealer, agency_id: int, address: str, *, anonymous: bool) -> bytes:
    return NOBODYS if anonymous or not address else address_mark(sealer, agency_id, address)


def address_mark(sealer: Sealer, agency_id: int, address: str) -> bytes:
    return sealer.mark(f"{agency_id:d}:{address.strip().casefold()}")


def found_by(mark: bytes) -> sa.ColumnElement[bool]:
    """Of `CaseRecord`: its reporter has typed this address, and not asked to stay unnamed."""
    theirs = sa.exists().where(
        Identity.agency_id == CaseRecord.agency_id,
        Identity.case_id == CaseRecord.id,
        Identity.address_hash == mark,
        Identity.address_hash != sa.literal_column("''"),  # as its index has it
    )
    return sa.and_(theirs, CaseRecord.anonymous.is_(False))


def mark_as_nobodys(session: Session, *, case_id: int) -> None:
    own = sa.update(Identity).where(Identity.case_id == case_id)
    session.execute(own.values(address_hash=NOBODYS))


def mark_addresses(sealer: Sealer, session: Session) -> None:
    """Of what was in the vault before there were marks, and what came from another agency's."""
    same = sa.and_(CaseRecord.agency_id == Identity.agency_id, CaseRecord.id == Identity.case_id)
    wanted = (
        sa.select(Identity, CaseRecord.anonymous, CaseRecord.channel)
        .join(CaseRecord, same)
        .where(Identity.agency_id == current_agency_id(), Identity.address_hash.is_(None))
        .order_by(Identity.case_id)
        .limit(AT_ONCE)
        .with_for_update(of=Identity, skip_locked=True)
    )
    for identity, anonymous, channel in session.execute(wanted).all():
        identity.address_hash = NOBODYS
        if not anonymous and channel == PORTAL:
            address = str(sealer.open(identity.sealed).get("email", ""))
            identity.address_hash = own_mark(
                sealer, identity.agency_id, address, anonymous=anonymous
            )
            session.add(
                IdentityLook(
                    case_id=identity.case_id, at=clock.now(), actor_kind=SYSTEM.kind, purpose=LOOK
                )
            )
    session.flush()
