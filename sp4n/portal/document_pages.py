"""The agency's documents for everyone: what it must have and has, what it shows, and the same for
machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.action_plans.for_everyone import public_plans
from sp4n.action_plans.models import ActionPlan
from sp4n.db import db
from sp4n.decrees.for_everyone import Team, team_of_agency
from sp4n.decrees.positions import POSITION_LABELS
from sp4n.documents.for_everyone import Had, had_by_agency, shown_documents, shown_file
from sp4n.documents.kinds import ACTION_PLAN, POLICY, kind_label
from sp4n.documents.models import Document
from sp4n.documents.standing import SENTIMENTS, STANDING_LABELS, UNSIGNED, last_day, standing
from sp4n.files.serving import file_response
from sp4n.policies.queries import in_force, versions_of
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.plan_page import plan_for_machines
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.succession import predecessors, successors
from sp4n.web.forms import clean_text

LONGEST_SEARCH = 200


@bp.get("/dokumen")
def documents() -> ResponseReturnValue:
    session, today = db.session(), clock.today(g.agency.zone)
    text = clean_text(request.args.get("q", ""))[:LONGEST_SEARCH]
    plans, rules = public_plans(session), has_rules(session, today)
    had = had_by_agency(session, today, alive(plans, rules, today))
    if g.agency.over:  # of it nothing is asked any more
        had = [one for one in had if one.standing or one.unsigned]
    return render_template(
        "portal/documents.html",
        had=had,
        documents=shown_documents(session, text=text),
        text=text,
        plans=plans,
        team=team_of_agency(session, today),
        positions=POSITION_LABELS,
        has_rules=rules,
        today=today,
        successors=successors(g.agency),
        predecessors=predecessors(g.agency),
        kind_label=kind_label,
        standing_of=lambda one: standing(one, today),
        standing_label=STANDING_LABELS,
        sentiment=SENTIMENTS,
    )


@bp.get("/dokumen.json")
def documents_json() -> ResponseReturnValue:
    session, today = db.session(), clock.today(g.agency.zone)
    plans = public_plans(session)
    kinds = alive(plans, has_rules(session, today), today)
    said = {
        "agency": {
            "slug": g.agency.slug,
            "name": g.agency.name,
            "status": "closed" if g.agency.over else "open",
            "successors": [one.slug for one in successors(g.agency)],
        },
        "as_of": today.isoformat(),
        "duties": [
            {
                "kind": one.duty.kind,
                "name": kind_label(one.duty.kind),
                "force": one.duty.force,
                "citation": one.duty.citation,
                "source": one.duty.source,
                "verified": one.duty.verified,
                "standing": standing_word(one),
                "until": None if one.unsigned else _day(one.until),
                "document": one.shown.id if one.shown else None,
            }
            for one in had_by_agency(session, today, kinds)
        ],
        "documents": [_said(one, today) for one in shown_documents(session)],
        "team": _team(team_of_agency(session, today)),
        "action_plans": [plan_for_machines(one) for one in plans],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1)
    return Response(text, mimetype="application/json")


def has_rules(session: Session, today: date) -> bool:
    return any(in_force(one, today) for one in versions_of(session))


def alive(plans: Sequence[ActionPlan], rules: bool, today: date) -> set[str]:
    """Kinds of which one holds here as data."""
    planned = any(one.period_to >= today.year for one in plans)
    return {kind for kind, there in ((ACTION_PLAN, planned), (POLICY, rules)) if there}


def standing_word(one: Had) -> str:
    if one.unsigned:
        return UNSIGNED
    return one.standing.value if one.standing else "missing"


def _said(one: Document, today: date) -> dict[str, Any]:
    path = f"/dokumen/{one.id}/berkas" if one.publicity == "file" else ""
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title,
        "number": one.number,
        "dated": _day(one.dated),
        "signatory": one.signatory,
        "valid_from": _day(one.valid_from),
        "valid_to": _day(last_day(one)),
        "standing": standing(one, today).value,
        "replaces": one.replaces_id,
        "file": agency_url(g.agency, path) if path else None,
    }


def _team(team: Team | None) -> dict[str, Any] | None:
    if team is None:
        return None
    return {
        "document": team.document.id,
        "positions": [
            {"position": one.position, "number": one.number, "units": list(one.units)}
            for one in team.seats
        ],
        "units_without_liaison": list(team.bare),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@bp.get("/dokumen/<int:document_id>/berkas")
def shown_document(document_id: int) -> ResponseReturnValue:
    found = shown_file(db.session(), document_id)
    return file_response(found, storage=current_app.extensions["sp4n.storage"])
