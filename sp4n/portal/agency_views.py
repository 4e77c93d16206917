"""An agency's own pages for everyone: its front page, its public cases, its colours."""

from __future__ import annotations

from flask import Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.addresses.domains import verified_token
from sp4n.addresses.probing import ARRIVAL, PATH, expected, told_here
from sp4n.cases.models import PublicCase
from sp4n.cases.public_search import PublicFound, search_public
from sp4n.cases.queries import PublicLine, public_case, public_cases
from sp4n.cases.time_limits import clockwork_for
from sp4n.cases.words import CLASSIFICATION_LABELS, EVENT_LABELS
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.public_lists import (
    ON_A_PAGE,
    asked_here,
    order_choices,
    period_choices,
    state_choices,
    topic_choices,
    wanted_here,
)
from sp4n.settings.intake import read_intake, topic_label
from sp4n.settings.queries import Step, rule_set_in_force
from sp4n.tenants.register.palette import stylesheet, stylesheet_version
from sp4n.web.assets import kept_by
from sp4n.web.everyones import for_everyone
from sp4n.web.language import current_language
from sp4n.web.sites import request_site

RECENT = 6


@bp.get("/")
@for_everyone
def front() -> ResponseReturnValue:
    return render_template(
        "portal/agency/front.html",
        recent=public_cases(db.session(), agency_id=g.agency.id, limit=RECENT).rows,
        limits=limits(),
        topic_of=topic_of,
    )


def limits() -> dict[str, int]:
    """Working days by step: of the rules in force today, or the agency's own stricter ones."""
    session = db.session()
    rules = rule_set_in_force(session, clock.today(g.agency.zone))
    work = clockwork_for(g.agency, rules)
    found = {step.value: work.days(step, "pengaduan") for step in Step}
    return {step: days for step, days in found.items() if days}


def topic_of(case: PublicLine | PublicFound | PublicCase) -> str:
    intake, about = read_intake(g.agency.intake), (case.category_id, case.own_topic)
    return topic_label(db.session(), intake, *about, current_language())


@bp.get("/laporan")
@for_everyone
def cases() -> ResponseReturnValue:
    session, wanted = db.session(), wanted_here(request.args)
    asked = asked_here(session, wanted, g.agency.id)
    return render_template(
        "portal/agency/cases.html",
        wanted=wanted,
        found=search_public(session, asked, limit=ON_A_PAGE),
        topic_of=topic_of,
        topics=topic_choices(read_intake(g.agency.intake)),
        states=state_choices(),
        periods=period_choices(),
        orders=order_choices(),
    )


@bp.get("/laporan/<reference>")
@for_everyone
def case(reference: str) -> ResponseReturnValue:
    found = public_case(db.session(), agency_id=g.agency.id, reference=reference)
    return render_template(
        "portal/agency/case.html",
        case=found,
        classification=CLASSIFICATION_LABELS[found.classification],
        topic_of=topic_of,
        event_labels=EVENT_LABELS,
    )


@bp.get(PATH)
def domain_proof() -> ResponseReturnValue:
    """A domain that was proven by this file, and points here since, goes on being so."""
    token = verified_token(db.session(), domain=request_site(request).domain)
    if not token:
        raise NotFound
    return Response(expected(token) + "\n", mimetype="text/plain")


@bp.get(ARRIVAL)
def domain_arrival() -> ResponseReturnValue:
    """Who opens the domain comes out here: asked before letters name it."""
    domain = request_site(request).domain
    if not domain:
        raise NotFound
    told = told_here(current_app.extensions["sp4n.settings"].secret_key, domain)
    return Response(told + "\n", mimetype="text/plain")


@bp.get("/warna.css")
@for_everyone
def colours() -> ResponseReturnValue:
    """The agency's own colours; the address holds their hash, so it is kept for a year."""
    page = Response(stylesheet(g.agency.colour), mimetype="text/css")
    page.headers["Cache-Control"] = kept_by(stylesheet_version(g.agency.colour))
    return page
