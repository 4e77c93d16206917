"""Which agencies have a policy of rewards and sanctions, with the three elements that the national
rubric asks for, and apply it: as a fact, from their rules and what they decided. Whom about stays
with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.national.blueprints import console as bp
from sp4n.policies.models import PolicyRun, PolicyVersion
from sp4n.policies.queries import Standing, standing
from sp4n.policies.words import ELEMENT_LABELS, GRADES
from sp4n.tenants.models import Agency
from sp4n.web.asking import is_named, page_number, search_text

ON_A_PAGE: Final = 50


@dataclass(frozen=True)
class PolicyLine:
    slug: str
    agency: str
    standing: Standing


@bp.get("/kebijakan")
@requires(Permission.AGENCY_OVERVIEW)
def agency_policies() -> ResponseReturnValue:
    found, text = policy_lines(db.session()), search_text(request.args)
    asked = request.args.get("nilai", "")
    grade = asked if asked in GRADES else ""
    shown = [one for one in found if not grade or one.standing.grade == grade]
    shown = [one for one in shown if is_named(text, one.agency, one.slug)]
    page = page_number(request.args)
    return render_template(
        "national/policies.html",
        found=shown[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        total=len(shown),
        page=page,
        on_a_page=ON_A_PAGE,
        grade=grade,
        text=text,
        counts=Counter(one.standing.grade for one in found),
        grades=GRADES,
        elements=ELEMENT_LABELS,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


def policy_lines(session: Session) -> Sequence[PolicyLine]:
    """In the national scope: three statements, however many agencies there are."""
    versions: defaultdict[int, list[PolicyVersion]] = defaultdict(list)
    for version in session.scalars(sa.select(PolicyVersion)):
        versions[version.agency_id].append(version)
    runs: defaultdict[int, list[PolicyRun]] = defaultdict(list)
    for run in session.scalars(sa.select(PolicyRun)):
        runs[run.agency_id].append(run)
    agencies = sa.select(Agency.id, Agency.slug, Agency.name).where(Agency.status == "active")
    today = clock.today(clock.CAPITAL)
    return [
        PolicyLine(row.slug, row.name, standing(versions[row.id], runs[row.id], today))
        for row in session.execute(agencies.order_by(Agency.name))
    ]
