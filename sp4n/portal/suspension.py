"""An agency that is suspended, archived or not live yet: no new reports, a clear page; tracking
goes on. Before it goes live its own staff see its pages, and what they file is a trial."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from sp4n.accounts.login import signed_in
from sp4n.portal.blueprints import agency as bp
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.succession import successors

# What stays open: following a case that was filed, and the colours of every page.
OPEN_WHEN_CLOSED = {"portal.track", "portal.tracked", "portal.reply", "portal.accept"}
OPEN_WHEN_CLOSED |= {"portal.colours", "portal.tracked_file", "portal.stop_tracking"}
OPEN_WHEN_CLOSED |= {"portal.filed", "portal.receipt", "portal.leave"}
# Else a domain would be lost while the agency prepares.
OPEN_WHEN_CLOSED |= {"portal.domain_proof", "portal.unfollow"}
OPEN_WHEN_CLOSED |= {"portal.documents", "portal.documents_json", "portal.shown_document"}
# Before it goes live, an agency shows that its reply address is read.
OPEN_WHEN_CLOSED |= {"portal.confirm_reply"}
OPEN_WHEN_CLOSED |= {"portal.published_policies"}
OPEN_WHEN_CLOSED |= {"portal.published_plan", "portal.published_plan_json"}


def accepts_reports(agency: AgencyFacts) -> bool:
    return agency.active


@bp.before_request
def closed() -> ResponseReturnValue | None:
    if accepts_reports(g.agency) or request.endpoint in OPEN_WHEN_CLOSED:
        return None
    if g.agency.preparing:
        return None if is_tried() else (render_template("errors/preparing.html"), 403)
    return render_template("errors/suspended.html", successors=successors(g.agency)), 403


def is_tried() -> bool:
    """Whoever is signed in here is of this agency's staff."""
    g.trying = g.agency.preparing and signed_in() is not None
    return bool(g.trying)
