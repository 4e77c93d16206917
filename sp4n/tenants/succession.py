"""Who took over from an agency that was merged or split, and from whom an agency took over."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.db import db
from sp4n.remembered import Remembered
from sp4n.tenants.models import Agency, AgencySuccession
from sp4n.tenants.resolver import AgencyFacts, agencies_facts

NOBODY: Final = (0, 0)  # so that it is remembered, too, that there is none


def _pairs(session: Session) -> tuple[tuple[int, int], ...]:
    known = sa.select(AgencySuccession.predecessor_id, AgencySuccession.successor_id)
    return (NOBODY, *((row[0], row[1]) for row in session.execute(known)))


# Predecessor and successor: a few dozen, in the register that all share.
pairs: Final = Remembered(_pairs)


def successors(agency: AgencyFacts) -> list[AgencyFacts]:
    """Of one that is no more; none of one that is."""
    if not agency.over:
        return []
    followed = sa.select(AgencySuccession.successor_id).where(
        AgencySuccession.predecessor_id == agency.id
    )
    return agencies_facts(Agency.id.in_(followed))


def predecessors(agency: AgencyFacts) -> list[AgencyFacts]:
    """Those that are no more: what they had stays with them, to be read."""
    ids = {before for before, after in pairs(db.session()) if after == agency.id}
    return [one for one in agencies_facts(Agency.id.in_(ids)) if one.over] if ids else []
