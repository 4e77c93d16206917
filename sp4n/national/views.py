"""The console: the overview of all agencies, their list, and one agency's figures."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.figures.queries import figures_of, first_answers_by_kind, sum_of
from sp4n.figures.ratings import BEST, ratings_of
from sp4n.national.agency_list import ON_A_PAGE, page_of, rows_of, wanted
from sp4n.national.blueprints import console as bp
from sp4n.national.overview import GroupRow, overview, timed
from sp4n.national.provinces import MUCH, province_tiles
from sp4n.national.scopes import called_now
from sp4n.tenants.resolver import agency_by_slug
from sp4n.tenants.succession import predecessors, successors
from sp4n.tenants.words import SHORT_KIND_LABELS, kind_label
from sp4n.web.charts import Chart, Series

MOST_LATE = 10


@bp.get("/")
@requires(Permission.AGENCY_OVERVIEW)
def front() -> ResponseReturnValue:
    found = overview(db.session())
    by_kind = timed(found.by_kind, first_answers_by_kind(db.session()))
    by_province = found.by_province
    return render_template(
        "national/front.html",
        total=sum_of(group.figures for group in by_kind),
        by_kind=by_kind,
        by_province=by_province,
        answered_by_kind=answered_chart(by_kind),
        tiles=province_tiles(by_province),
        much=MUCH,
        late=found.late,
        most_late=MOST_LATE,
        kind_label=kind_label,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


def answered_chart(groups: list[GroupRow]) -> Chart:
    """What was filed, split into what has had an answer and what has not."""
    answered = [row.figures.answered for row in groups]
    waiting = [row.figures.filed - number for row, number in zip(groups, answered, strict=True)]
    return Chart(
        [str(SHORT_KIND_LABELS[row.key]) for row in groups],
        [
            Series(_("Pernah ditanggapi"), "brand", answered),
            Series(_("Belum ditanggapi"), "neutral", waiting),
        ],
    )


@bp.get("/instansi")
@requires(Permission.AGENCY_OVERVIEW)
def agencies() -> ResponseReturnValue:
    found = overview(db.session(), times=True)
    asked = wanted(found.provinces)
    rows = rows_of(found, asked)
    return render_template(
        "national/agencies.html",
        found=found,
        total=len(rows),
        rows=page_of(rows, asked.page),
        asked=asked,
        on_a_page=ON_A_PAGE,
        kind_label=kind_label,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


@bp.get("/instansi/<slug>")
@requires(Permission.AGENCY_OVERVIEW)
def agency(slug: str) -> ResponseReturnValue:
    found = called_now(agency_by_slug(slug), slug)
    return render_template(
        "national/agency.html",
        one=found,
        figures=figures_of(db.session(), found.id),
        ratings=ratings_of(db.session(), found.id),
        best=BEST,
        successors=successors(found),
        predecessors=predecessors(found),
        kind_label=kind_label,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )
