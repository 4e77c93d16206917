"""Reports that an agency's staff file before it goes live, to see the whole way through."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations.closing import close
from sp4n.cases.operations.deeds import begin
from sp4n.cases.states import ENDED, Act, State
from sp4n.errors import NotPossible
from sp4n.tenants.models import Agency, AgencyStatus
from sp4n.tenants.scope import current_agency_id

MOST_TRIALS = 20


def check_trial(session: Session) -> None:
    """NotPossible where the agency has gone live meanwhile, or has tried enough."""
    hold_back(session)
    status = sa.select(Agency.status).where(Agency.id == current_agency_id())
    if session.scalar(status) != AgencyStatus.PREPARING:
        raise NotPossible(_("Portal ini sudah dibuka untuk warga. Uji coba tidak dapat dikirim."))
    if sum(case.state != State.ARCHIVED for case in trial_cases(session)) >= MOST_TRIALS:
        raise NotPossible(_("Sudah ada %(n)s laporan uji coba. Itu cukup.", n=MOST_TRIALS))


def trial_cases(session: Session) -> list[CaseRecord]:
    """The newest first."""
    mine = sa.select(CaseRecord).where(CaseRecord.trial)
    return list(session.scalars(mine.order_by(CaseRecord.filed_at.desc(), CaseRecord.id.desc())))


def end_trials(session: Session, *, actor: Actor) -> None:
    """As the agency goes live: none is owed anything any more, none comes after."""
    for case in trial_cases(session):
        if case.state not in ENDED:
            close(begin(session, case=case, actor=actor, version=None), Act.END_TRIAL)


def hold_back(session: Session) -> None:
    """Until the transaction ends: who files a trial and who goes live wait for each other."""
    key = f"going-live/{current_agency_id()}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
