"""The console: the overview of all agencies, their list, and one agency's figures."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.figures.queries import figures_of
from sp4n.national.blueprints import console as bp
from sp4n.national.overview import AgencyRow, overview
from sp4n.tenants.models import AgencyKind
from sp4n.tenants.resolver import agency_by_slug
from sp4n.tenants.words import kind_label

MOST_LATE = 20
ON_A_PAGE = 50
ORDERS: dict[str, Callable[[AgencyRow], tuple[Any, ...]]] = {
    "nama": lambda row: (row.name,),
    "terlambat": lambda row: (-row.overdue_share, row.name),
    "jawaban": lambda row: (-(row.figures.median_answer_hours or -1.0), row.name),
}


@bp.get("/")
@requires(Permission.AGENCY_OVERVIEW)
def front() -> ResponseReturnValue:
    found = overview(db.session())
    return render_template(
        "national/front.html",
        found=found,
        late=found.late[:MOST_LATE],
        kind_label=kind_label,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not understand is as if not said."""

    kind: str | None
    province: str | None
    order: str
    page: int


def wanted(provinces: Collection[str]) -> Wanted:
    """province "": the centre, which is in none."""
    kind, province = request.args.get("jenis", ""), request.args.get("provinsi")
    order = request.args.get("urut", "")
    return Wanted(
        kind=kind if kind in set(AgencyKind) else None,
        province=province if province in {"", *provinces} else None,
        order=order if order in ORDERS else "nama",
        page=min(max(request.args.get("hal", 1, type=int), 1), 1000),
    )


@bp.get("/instansi")
@requires(Permission.AGENCY_OVERVIEW)
def agencies() -> ResponseReturnValue:
    found = overview(db.session())
    asked = wanted(found.provinces)
    shown = found.narrowed(kind=asked.kind, province=asked.province)
    return render_template(
        "national/agencies.html",
        found=found,
        shown=shown,
        rows=page_of(shown.rows, asked.order, asked.page),
        asked=asked,
        on_a_page=ON_A_PAGE,
        kind_label=kind_label,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


def page_of(rows: list[AgencyRow], order: str, page: int) -> list[AgencyRow]:
    start = (page - 1) * ON_A_PAGE
    return sorted(rows, key=ORDERS[order])[start : start + ON_A_PAGE]


@bp.get("/instansi/<slug>")
@requires(Permission.AGENCY_OVERVIEW)
def agency(slug: str) -> ResponseReturnValue:
    found = agency_by_slug(slug)
    if found is None:
        raise NotFound
    return render_template(
        "national/agency.html",
        one=found,
        figures=figures_of(db.session(), found.id),
        kind_label=kind_label,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )
