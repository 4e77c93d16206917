"""The national front page: find your agency by one box, or by province and kind."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from sp4n.cases.queries import custodian
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.portal.blueprints import national_site as bp
from sp4n.settings.tile_map import Tile
from sp4n.tenants.addresses import agency_link
from sp4n.tenants.models import AgencyKind
from sp4n.tenants.register.queries import (
    AgencyPage,
    agencies_matching,
    agency_directory,
    kinds_with_counts,
    provinces_with_counts,
)
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.words import kind_label
from sp4n.web.asking import page_number
from sp4n.web.everyones import for_everyone

ON_A_PAGE = 30
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; whatever it does not understand is as if not said."""

    text: str
    kind: str | None
    province: str | None
    page: int


def wanted() -> Wanted:
    kind = request.args.get("jenis", "")
    return Wanted(
        text=request.args.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        kind=kind if kind in set(AgencyKind) else None,
        province=request.args.get("provinsi", "").replace("\x00", "").strip()[:10] or None,
        page=page_number(request.args),
    )


@bp.get("/")
@for_everyone
def front() -> ResponseReturnValue:
    asked = wanted()
    found = agencies_matching(db.session(), asked.text, limit=12) if asked.text else None
    return render_template(
        "portal/national/front.html",
        asked=asked,
        found=found,
        tiles=province_tiles(),
        kinds=kinds_with_counts(db.session()),
        kind_label=kind_label,
    )


def province_tiles() -> list[Tile]:
    """Each province with its number of agencies, leading to them."""
    return [
        Tile(
            one.code,
            one.name.removeprefix("Provinsi "),
            url_for("portal_national.directory", provinsi=one.code),
            format_decimal(one.agencies),
            _("instansi"),
        )
        for one in provinces_with_counts(db.session())
    ]


@bp.get("/instansi")
@for_everyone
def directory() -> ResponseReturnValue:
    asked = wanted()
    return render_template(
        "portal/national/directory.html",
        asked=asked,
        found=agencies(asked),
        on_a_page=ON_A_PAGE,
        provinces=provinces_with_counts(db.session()),
        kinds=kinds_with_counts(db.session()),
        kind_label=kind_label,
    )


def agencies(asked: Wanted) -> AgencyPage:
    offset = (asked.page - 1) * ON_A_PAGE
    narrowed = {"kind": asked.kind, "province": asked.province}
    if asked.text:
        return agencies_matching(
            db.session(), asked.text, **narrowed, limit=ON_A_PAGE, offset=offset
        )
    return agency_directory(db.session(), **narrowed, limit=ON_A_PAGE, offset=offset)


@bp.get("/lacak")
def track() -> ResponseReturnValue:
    """A reference is no secret: it tells which agency has the case, and the code is asked there."""
    reference = request.args.get("reference", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    if not reference:
        return render_template("portal/national/track.html", reference="", errors={})
    agency_id = custodian(db.session(), reference=reference)
    agency = agency_by_id(agency_id) if agency_id else None
    if agency is None:
        return render_template(
            "portal/national/track.html", reference=reference, errors=unknown_reference()
        ), NotFound.status
    return redirect(agency_link(agency, "/lacak?" + urlencode({"reference": reference})))


def unknown_reference() -> dict[str, str]:
    return {
        "reference": _(
            "Nomor laporan ini tidak kami temukan. Periksa lagi nomor di tanda terima Anda."
        )
    }
