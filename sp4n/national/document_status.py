"""Which agency has which instrument, until when: of all agencies, for who coordinates them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.states import PlanState
from sp4n.db import db
from sp4n.documents.for_everyone import best_of
from sp4n.documents.kinds import ACTION_PLAN, POLICY, kind_label
from sp4n.documents.models import Document
from sp4n.documents.queries import duties
from sp4n.documents.standing import (
    HOLDING,
    SENTIMENTS,
    STANDING_LABELS,
    UNSIGNED,
    Standing,
    last_day,
    standing,
)
from sp4n.national.blueprints import console as bp
from sp4n.policies.models import PolicyVersion
from sp4n.tenants.models import Agency, AgencyKind, AgencyStatus, Region
from sp4n.tenants.words import kind_label as agency_kind_label
from sp4n.web.asking import is_named, page_number, search_text

ON_A_PAGE: Final = 50
MISSING: Final = "missing"
HELD: Final = "held"  # in force, soon running out or not
STATES: Final = (
    MISSING,
    HELD,
    UNSIGNED,
    *map(str, (Standing.IN_FORCE, Standing.EXPIRING, Standing.EXPIRED)),
)


class Issued(NamedTuple):
    agency_id: int
    kind: str
    state: str
    valid_from: date | None
    valid_to: date | None
    ended_on: date | None
    ended_why: str


@dataclass(frozen=True)
class AgencyLine:
    slug: str
    name: str
    kind: str
    province: str
    stands: dict[str, tuple[str, date | None]]  # kind -> how it stands, its last day


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what it does not understand is as if not said."""

    kind: str
    province: str | None
    instrument: str
    state: str
    text: str
    page: int

    @property
    def place(self) -> dict[str, Any]:
        return {
            "jenis": self.kind or None,
            "provinsi": self.province,
            "instrumen": self.instrument or None,
            "keadaan": self.state or None,
            "q": self.text or None,
        }

    def wants(self, line: AgencyLine) -> bool:
        if self.kind and line.kind != self.kind:
            return False
        if self.province is not None and line.province != self.province:
            return False
        if not is_named(self.text, line.name, line.slug):
            return False
        if not self.state:
            return True
        kinds = [self.instrument] if self.instrument else list(line.stands)
        wanted = HOLDING if self.state == HELD else (self.state,)
        return any(line.stands[kind][0] in wanted for kind in kinds)


@bp.get("/dokumen")
@requires(Permission.AGENCY_OVERVIEW)
def documents() -> ResponseReturnValue:
    session, today = db.session(), clock.today(clock.CAPITAL)
    instruments = [one.kind for one in duties(session, today)]
    provinces = provinces_of(session)
    lines = agency_lines(session, instruments, today)
    asked = asked_for(instruments, provinces)
    found = [line for line in lines if asked.wants(line)]
    return render_template(
        "national/documents.html",
        rows=found[(asked.page - 1) * ON_A_PAGE : asked.page * ON_A_PAGE],
        total=len(found),
        asked=asked,
        instruments=instruments,
        held={kind: held(found, kind) for kind in instruments},
        unsigned={kind: unsigned(found, kind) for kind in instruments},
        provinces=provinces,
        kinds=[(one.value, agency_kind_label(one.value)) for one in AgencyKind],
        states=STATES,
        on_a_page=ON_A_PAGE,
        kind_label=kind_label,
        standing_label={one.value: label for one, label in STANDING_LABELS.items()},
        sentiment={UNSIGNED: "soon", **{one.value: tone for one, tone in SENTIMENTS.items()}},
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


def held(lines: Sequence[AgencyLine], kind: str) -> int:
    return sum(line.stands[kind][0] in HOLDING for line in lines)


def unsigned(lines: Sequence[AgencyLine], kind: str) -> int:
    return sum(line.stands[kind][0] == UNSIGNED for line in lines)


def asked_for(instruments: Collection[str], provinces: Collection[str]) -> Asked:
    args = request.args
    kind, state, instrument = (args.get(name, "") for name in ("jenis", "keadaan", "instrumen"))
    province = args.get("provinsi")
    return Asked(
        kind=kind if kind in set(AgencyKind) else "",
        province=province if province in {"", *provinces} else None,
        instrument=instrument if instrument in instruments else "",
        state=state if state in STATES else "",
        text=search_text(args),
        page=page_number(args),
    )


def provinces_of(session: Session) -> dict[str, str]:
    named = sa.select(Region.code, Region.name).where(Region.parent_code.is_(None))
    return {row.code: row.name for row in session.execute(named.order_by(Region.code))}


def agency_lines(session: Session, instruments: Sequence[str], today: date) -> list[AgencyLine]:
    """Of the agencies that are not archived; three statements, however many there are."""
    columns = [getattr(Document, name) for name in Issued._fields]
    issued = sa.select(*columns).where(Document.state == "issued", Document.kind.in_(instruments))
    some: dict[tuple[int, str], list[Issued]] = {}
    for row in session.execute(issued):
        some.setdefault((row.agency_id, row.kind), []).append(Issued(*row))
    alive = alive_everywhere(session, today)
    province = sa.func.coalesce(Region.parent_code, Region.code, "").label("province")
    listed = (
        sa.select(Agency.id, Agency.slug, Agency.name, Agency.kind, province)
        .outerjoin(Region, Region.code == Agency.region_code)
        .where(Agency.status != AgencyStatus.ARCHIVED)
        .order_by(Agency.name)
    )
    return [
        AgencyLine(
            row.slug,
            row.name,
            row.kind,
            row.province,
            {
                kind: stands(some.get((row.id, kind), ()), today, row.id in alive.get(kind, ()))
                for kind in instruments
            },
        )
        for row in session.execute(listed)
    ]


def alive_everywhere(session: Session, today: date) -> dict[str, set[int]]:
    """By kind, where one holds as data, signed or not: a ratified plan, a policy in force."""
    plans = sa.select(sa.literal(ACTION_PLAN), ActionPlan.agency_id).where(
        ActionPlan.state == PlanState.RATIFIED, ActionPlan.period_to >= today.year
    )
    policies = sa.select(sa.literal(POLICY), PolicyVersion.agency_id).where(
        PolicyVersion.published_at.is_not(None),
        PolicyVersion.starts_on <= today,
        sa.or_(PolicyVersion.ends_on.is_(None), PolicyVersion.ends_on >= today),
    )
    found: dict[str, set[int]] = {}
    for row in session.execute(sa.union_all(plans, policies)):
        found.setdefault(row[0], set()).add(row[1])
    return found


def stands(some: Sequence[Issued], today: date, alive: bool) -> tuple[str, date | None]:
    best = best_of(some, today)
    if alive and (best is None or standing(best, today) not in (*HOLDING, Standing.COMING)):
        return UNSIGNED, None
    return (standing(best, today).value, last_day(best)) if best else (MISSING, None)
