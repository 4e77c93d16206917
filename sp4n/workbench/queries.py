"""Reads of what staff keep at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.groups import members_in_one
from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.visibility import visible_to
from sp4n.errors import NotFound
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import UnitNode, tree_of
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import current_agency_id
from sp4n.workbench.models import BulkAct, BulkItem, NationalReplyTemplate, ReplyTemplate
from sp4n.workbench.replies import Reply, Template, filled_reply, meant_for, values_for

MOST_LISTED: Final = 50


@dataclass(frozen=True)
class AtHand:
    """What the page of a case offers to choose from. `public_title`: of a published case. `group`:
    reference, title and state of the others about the same event."""

    units: list[UnitNode]
    templates: Sequence[Template]
    public_title: str | None
    group: Sequence[tuple[str, str, str]] = ()


def at_hand(session: Session, *, case: CaseRecord, actor: Actor) -> AtHand:
    """In one statement: that page sends no more of them than it must."""
    public = sa.select(PublicCase.title).where(
        PublicCase.agency_id == case.agency_id, PublicCase.id == case.id
    )
    asked = sa.select(
        _units(),
        *_template_rows(),
        public.scalar_subquery(),
        members_in_one(case, actor) if case.lead_id is not None else sa.literal([], JSONB),
    )
    units, own, national, title, group = session.execute(asked).one()
    nodes = (
        UnitNode(unit_id, name, short_name, parent_id, active, 0, kind)
        for unit_id, name, short_name, parent_id, active, kind in units
    )
    return AtHand(tree_of(nodes), _templates(own, national), title, group)


def reply_templates(session: Session) -> list[Template]:
    """Those in use: the agency's own by name, then the national ones."""
    own, national = session.execute(sa.select(*_template_rows())).one()
    return _templates(own, national)


def replies_for(
    session: Session, found: AtHand, *, case: CaseRecord, agency: AgencyFacts
) -> list[Reply]:
    """The templates that are meant for this case, filled in for it."""
    units = {one.id: one.name for one in found.units}
    values = values_for(
        session,
        case,
        agency=agency,
        unit_name=units.get(case.unit_id or 0, ""),
        public_title=found.public_title if case.published else None,
    )

    def values_with(one: Template) -> dict[str, str]:
        """Where the case will be when it is sent."""
        return values | {"unit": units.get(one.assign_to, "")} if one.assign_to else values

    meant = meant_for(session, found.templates, case)
    return [filled_reply(one, values_with(one)) for one in meant]


def _units() -> sa.ScalarSelect[Any]:
    columns = (Unit.id, Unit.name, Unit.short_name, Unit.parent_id, Unit.active, Unit.kind)
    wanted = _listed(Unit, *columns).where(Unit.agency_id == current_agency_id())
    return wanted.scalar_subquery()


def _template_rows() -> tuple[sa.ScalarSelect[Any], sa.ScalarSelect[Any]]:
    one, all_ = ReplyTemplate, NationalReplyTemplate
    about = (one.id, one.name, one.body, one.final, one.topic, one.unit_id, one.macro)
    own = _listed(one, *about, one.assign_to)
    national = _listed(all_, all_.id, all_.name, all_.body, all_.final, all_.topic)
    return (
        own.where(one.active, one.agency_id == current_agency_id()).scalar_subquery(),
        national.where(all_.active).scalar_subquery(),
    )


def _listed(table: Any, *columns: Any) -> sa.Select[Any]:
    """All its rows, by name, as one value."""
    order = (sa.func.lower(table.name), table.id)
    rows = sa.func.jsonb_agg(aggregate_order_by(sa.func.jsonb_build_array(*columns), *order))
    return sa.select(sa.func.coalesce(rows, sa.literal([], JSONB), type_=JSONB))


def _templates(own: list[Any], national: list[Any]) -> list[Template]:
    mine = [Template(f"i{row[0]}", *row[1:]) for row in own]
    return [*mine, *(Template(f"n{row[0]}", *row[1:]) for row in national)]


@dataclass(frozen=True)
class BulkLine:
    """What became of a case; `title` "": of one that this reader may not open."""

    reference: str
    title: str
    words: LazyString
    sentiment: str
    why: str


MARKS: Final[dict[str, tuple[LazyString, str]]] = {
    "waiting": (_l("Belum diproses"), "neutral"),
    "acted": (_l("Diproses"), "ok"),
    "refused": (_l("Dilewati"), "soon"),
    "undone": (_l("Kembali ke unit semula"), "neutral"),
    "left": (_l("Tidak dikembalikan"), "soon"),
}


def bulk_acts(session: Session, *, actor: Actor) -> Sequence[BulkAct]:
    """The newest first: one's own; of an agency's admin all."""
    wanted = sa.select(BulkAct).where(_readable_by(actor)).order_by(BulkAct.id.desc())
    return session.scalars(wanted.limit(MOST_LISTED)).all()


def bulk_by_id(session: Session, *, bulk_id: int, actor: Actor) -> BulkAct:
    found = session.scalar(sa.select(BulkAct).where(BulkAct.id == bulk_id, _readable_by(actor)))
    if found is None:
        raise NotFound
    return found


def bulk_lines(session: Session, *, bulk: BulkAct, actor: Actor) -> list[BulkLine]:
    """Those that were left out first."""
    same = sa.and_(CaseRecord.id == BulkItem.case_id, visible_to(actor))
    wanted = (
        sa.select(BulkItem, CaseRecord.reference, CaseRecord.title)
        .outerjoin(CaseRecord, sa.and_(CaseRecord.agency_id == BulkItem.agency_id, same))
        .where(BulkItem.bulk_id == bulk.id)
        .order_by(BulkItem.why == "", BulkItem.case_id)
    )
    return [
        BulkLine(reference or "", title or "", *MARKS[item.state], item.why)
        for item, reference, title in session.execute(wanted)
    ]


def _readable_by(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.true() if actor.role == "admin" else BulkAct.account_id == actor.id
