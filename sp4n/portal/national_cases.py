"""Public cases of all agencies: found by words and place, and counted on the map of provinces."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from sp4n.cases.public_search import PublicFound, public_of_provinces, search_public
from sp4n.db import db
from sp4n.portal.blueprints import national_site as bp
from sp4n.portal.public_lists import (
    CENTRAL,
    ON_A_PAGE,
    asked_of_all,
    order_choices,
    period_choices,
    state_choices,
    topic_choices,
    wanted_of_all,
)
from sp4n.remembered import Remembered
from sp4n.settings.intake import read_intake, topic_label
from sp4n.settings.tile_map import Tile
from sp4n.tenants.models import Agency
from sp4n.tenants.register.queries import provinces_with_counts
from sp4n.tenants.resolver import AgencyFacts, agencies_facts
from sp4n.web.everyones import for_everyone
from sp4n.web.language import current_language

_counts = Remembered(public_of_provinces)


@bp.get("/laporan")
@for_everyone
def cases() -> ResponseReturnValue:
    wanted = wanted_of_all(request.args)
    found = search_public(db.session(), asked_of_all(db.session(), wanted), limit=ON_A_PAGE)
    return render_template(
        "portal/national/cases.html",
        wanted=wanted,
        found=found,
        agencies=agencies_of(found.page.rows),
        topic_of=topic_of,
        topics=topic_choices(),
        states=state_choices(),
        periods=period_choices(),
        orders=order_choices(),
        provinces=province_choices(),
        there=[("", _("Semua"))] + [(one.slug, one.short_name) for one in wanted.agencies],
    )


def agencies_of(rows: Iterable[PublicFound]) -> dict[int, AgencyFacts]:
    ids = {one.agency_id for one in rows}
    return {one.id: one for one in agencies_facts(Agency.id.in_(ids))} if ids else {}


def topic_of(case: PublicFound, agency: AgencyFacts) -> str:
    about = (case.category_id, case.own_topic)
    return topic_label(db.session(), read_intake(agency.intake), *about, current_language())


def province_choices() -> list[tuple[str, str]]:
    return [
        ("", _("Seluruh Indonesia")),
        (CENTRAL, _("Kementerian dan lembaga pusat")),
        *((one.code, bare(one.name)) for one in provinces_with_counts(db.session())),
    ]


def bare(name: str) -> str:
    return name.removeprefix("Provinsi ")


@bp.get("/laporan/peta")
@for_everyone
def cases_on_map() -> ResponseReturnValue:
    counts = dict(_counts(db.session()))
    tiles = [
        Tile(
            one.code,
            bare(one.name),
            url_for(".cases", provinsi=one.code),
            format_decimal(counts.get(one.code, 0)),
            _("laporan"),
            "" if counts.get(one.code) else "neutral",
        )
        for one in provinces_with_counts(db.session())
    ]
    rows = [(tile.name, counts.get(tile.code, 0), "brand", tile.href) for tile in tiles]
    return render_template(
        "portal/national/cases_map.html",
        tiles=tiles,
        rows=sorted(rows, key=lambda row: (-row[1], row[0])),
        central=counts.get("", 0),
        total=sum(counts.values()),
    )
