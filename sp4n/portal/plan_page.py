"""A ratified action plan for everyone: to be read, and the same for machines."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.action_plans.for_everyone import (
    ON_A_PAGE,
    branches,
    grouped,
    line_for_machines,
    public_plan,
    reported,
)
from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.queries import years_of
from sp4n.action_plans.showing import quarters_label
from sp4n.action_plans.states import QUARTER_LABELS
from sp4n.db import db
from sp4n.documents.models import Document
from sp4n.documents.queries import document_by_id
from sp4n.documents.standing import SENTIMENTS, STANDING_LABELS, standing
from sp4n.portal.blueprints import agency as bp
from sp4n.settings.road_maps import road_map_by_id
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.succession import successors
from sp4n.web.asking import page_number


@bp.get("/dokumen/rencana-aksi/<int:plan_id>")
def published_plan(plan_id: int) -> ResponseReturnValue:
    session, today = db.session(), clock.today(g.agency.zone)
    plan = public_plan(session, plan_id=plan_id)
    if plan.id != plan_id:
        return redirect(url_for(".published_plan", plan_id=plan.id))
    whole = branches(session, plan, g.agency.name)
    years = years_of(plan)
    year = min(max(today.year, years[0]), years[-1])
    page = page_number(request.args)
    return render_template(
        "portal/plan.html",
        plan=plan,
        road_map=road_map_by_id(session, plan.road_map_id),
        objectives=grouped(whole[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]),
        total=len(whole),
        page=page,
        on_a_page=ON_A_PAGE,
        year=year,
        reported=reported(whole, year),
        budget=sum(one.activity.item.budget or 0 for one in whole if one.activity),
        quarters_words=quarters_label,
        quarter_labels=QUARTER_LABELS,
        document=document_of(plan),
        successors=successors(g.agency),
        standing_of=lambda one: standing(one, today),
        standing_label=STANDING_LABELS,
        sentiment=SENTIMENTS,
    )


def document_of(plan: ActionPlan) -> Document | None:
    return document_by_id(db.session(), plan.document_id) if plan.document_id else None


@bp.get("/dokumen/rencana-aksi/<int:plan_id>/data.json")
def published_plan_json(plan_id: int) -> ResponseReturnValue:
    session = db.session()
    plan = public_plan(session, plan_id=plan_id)
    if plan.id != plan_id:
        return redirect(url_for(".published_plan_json", plan_id=plan.id))
    road_map = road_map_by_id(session, plan.road_map_id)
    said = {
        "agency": {"slug": g.agency.slug, "name": g.agency.name},
        "as_of": clock.today(g.agency.zone).isoformat(),
        **plan_for_machines(plan),
        "road_map": {
            "key": road_map.key,
            "name": road_map.name,
            "citation": road_map.citation,
            "verified": road_map.verified,
        },
        "objectives": [
            {
                "code": objective.item.code,
                "name": objective.item.name,
                "objective": objective.item.objective or None,
                "programmes": [
                    {
                        "code": one.item.code,
                        "name": one.item.name,
                        "objective": one.item.objective or None,
                        "activities": [line_for_machines(each) for each in one.activities],
                    }
                    for one in objective.programmes
                    if one.item is not None
                ],
            }
            for objective in grouped(branches(session, plan, g.agency.name))
        ],
    }
    return Response(json.dumps(said, ensure_ascii=False, indent=1), mimetype="application/json")


def plan_for_machines(plan: ActionPlan) -> dict[str, Any]:
    """Which plan it is, and where it is read."""
    return {
        "id": plan.id,
        "period_from": plan.period_from,
        "period_to": plan.period_to,
        "version": plan.version,
        "number": plan.number,
        "ratified_on": plan.ratified_on.isoformat() if plan.ratified_on else None,
        "ratified_by": plan.ratified_by,
        "document": plan.document_id,
        "page": agency_url(g.agency, f"/dokumen/rencana-aksi/{plan.id}"),
        "data": agency_url(g.agency, f"/dokumen/rencana-aksi/{plan.id}/data.json"),
    }
