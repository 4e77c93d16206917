"""Late cases that have climbed to the coordinators: which agencies have how many, and those that
are late the longest. Of a case only what everyone may read; the rest is read inside its agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.cases.escalation import MISSED, MISSED_LABELS
from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.states import State
from sp4n.db import db
from sp4n.national.blueprints import console as bp
from sp4n.tenants.models import Agency

MOST: Final = 200
# As its index has it, so that the others are not looked at.
AT_COORDINATORS: Final = sa.text("case_record.escalation_level = 4")


class AgencyLine(NamedTuple):
    slug: str
    agency: str
    cases: int
    oldest: datetime


class EscalatedLine(NamedTuple):
    """`title` "": of what is not published."""

    reference: str
    slug: str
    agency: str
    title: str
    state: str
    due_at: datetime | None

    @property
    def missed(self) -> str:
        return str(MISSED_LABELS[MISSED[State(self.state)]])


@bp.get("/eskalasi")
@requires(Permission.AGENCY_OVERVIEW)
def escalations() -> ResponseReturnValue:
    by_agency = agencies_with_escalated(db.session())
    return render_template(
        "national/escalations.html",
        by_agency=by_agency,
        total=sum(row.cases for row in by_agency),
        found=escalated_cases(db.session(), most=MOST),
        most=MOST,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


def agencies_with_escalated(session: Session) -> Sequence[AgencyLine]:
    """In the national scope; the most first."""
    number, oldest = sa.func.count().label("cases"), sa.func.min(CaseRecord.due_at)
    there = (AT_COORDINATORS, CaseRecord.due_at.is_not(None), CaseRecord.trial.is_(False))
    counted = sa.select(CaseRecord.agency_id, number, oldest.label("oldest")).where(*there)
    rows = counted.group_by(CaseRecord.agency_id).subquery()
    wanted = sa.select(Agency.slug, Agency.name, rows.c.cases, rows.c.oldest)
    wanted = wanted.join(rows, rows.c.agency_id == Agency.id)
    order = (rows.c.cases.desc(), Agency.name)
    return [AgencyLine(*row) for row in session.execute(wanted.order_by(*order))]


def escalated_cases(session: Session, *, most: int) -> Sequence[EscalatedLine]:
    """In the national scope; what is late the longest first."""
    case = CaseRecord
    public = sa.and_(PublicCase.agency_id == case.agency_id, PublicCase.id == case.id)
    title = sa.func.coalesce(PublicCase.title, "")
    wanted = (
        sa.select(case.reference, Agency.slug, Agency.name, title, case.state, case.due_at)
        .join(Agency, Agency.id == case.agency_id)
        .outerjoin(PublicCase, public)
        .where(AT_COORDINATORS, case.due_at.is_not(None), case.trial.is_(False))
        .where(case.confidential.is_(False))  # they are counted, and who they are stays
        .order_by(case.due_at, case.agency_id, case.id)
    )
    return [EscalatedLine(*row) for row in session.execute(wanted.limit(most))]
