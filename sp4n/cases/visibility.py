"""Which cases an actor may see: the one place that says so. Roles that are not named see none."""

from __future__ import annotations

import sqlalchemy as sa

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord

READERS_OF_ALL_UNITS = ("head", "viewer")


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The circle of a confidential case: the agency's admins and the liaisons of its unit."""
    if actor.kind == "system" or (actor.kind, actor.role) == ("staff", "admin"):
        return sa.true()
    if (actor.kind, actor.role) == ("staff", "liaison"):
        return CaseRecord.unit_id.in_(actor.unit_ids)
    if actor.kind == "coordinator" or (
        actor.kind == "staff" and actor.role in READERS_OF_ALL_UNITS
    ):
        return CaseRecord.confidential.is_(False)
    return sa.false()
