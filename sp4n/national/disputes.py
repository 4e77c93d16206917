"""Ends of cases that were contested again: which of all agencies wait for a coordinator's decision,
the longest first. What a case is about is read inside its agency only, with a reason."""

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
from sp4n.cases.models import CaseRecord
from sp4n.db import db
from sp4n.national.blueprints import console as bp
from sp4n.tenants.models import Agency

MOST: Final = 200
# As its index has it, so that the others are not looked at.
DISPUTED: Final = sa.text("case_record.state = 'disputed'")


class DisputeLine(NamedTuple):
    reference: str
    slug: str
    agency: str
    contests: int
    since: datetime
    until: datetime | None

    @property
    def late(self) -> bool:
        return self.until is not None and self.until < clock.now()


@bp.get("/sanggahan")
@requires(Permission.CASE_DECIDE)
def disputes() -> ResponseReturnValue:
    found = disputed_cases(db.session(), most=MOST)
    return render_template(
        "national/disputes.html", found=found, most=MOST, as_of=clock.now(), zone=clock.CAPITAL
    )


def disputed_cases(session: Session, *, most: int) -> Sequence[DisputeLine]:
    """In the national scope. A case's `updated_at` is that of its last move."""
    case = CaseRecord
    wanted = (
        sa.select(
            *(case.reference, Agency.slug, Agency.name, case.contests),
            *(case.updated_at, case.reply_due_at),
        )
        .join(Agency, Agency.id == case.agency_id)
        .where(DISPUTED, case.trial.is_(False))
        .order_by(case.updated_at, case.agency_id, case.id)
    )
    return [DisputeLine(*row) for row in session.execute(wanted.limit(most))]
