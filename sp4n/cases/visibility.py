"""Which cases an actor may see: the one place that says so. Roles that are not named see none."""

from __future__ import annotations

import sqlalchemy as sa

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord

READERS_OF_ALL_UNITS = ("head", "viewer")


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The circle of a confidential case: the agency's admins and the liaisons of its unit; and the
    coordinators who are to decide about its end, for as long as it is disputed."""
    if actor.kind == "coordinator":
        return sa.or_(CaseRecord.confidential.is_(False), CaseRecord.state == "disputed")
    confidential = sees_confidential(actor)
    if confidential is not None:
        return sa.true() if confidential else CaseRecord.confidential.is_(False)
    if (actor.kind, actor.role) == ("staff", "liaison"):
        return CaseRecord.unit_id.in_(actor.unit_ids)
    return sa.false()


def sees_confidential(actor: Actor) -> bool | None:
    """Of who sees all units: whether the confidential cases too. None for who does not."""
    if actor.kind == "system" or (actor.kind, actor.role) == ("staff", "admin"):
        return True
    if actor.kind == "coordinator" or (
        actor.kind == "staff" and actor.role in READERS_OF_ALL_UNITS
    ):
        return False
    return None
