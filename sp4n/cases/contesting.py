"""Whether the end of a case can still be contested by its reporter, and if not, why."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import CaseRecord
from sp4n.cases.states import WITHDRAWN, Act, can, why_not
from sp4n.cases.time_limits import clockwork_of
from sp4n.errors import NotPossible
from sp4n.settings.queries import Step

# Ends that somebody else brought about, or that the reporter may have agreed to too early; what
# they took back themselves, and what a coordinator decided, is over.
CONTESTABLE: Final = (Act.ACCEPT, Act.EXPIRE, Act.ARCHIVE, Act.LAPSE)


def contest_until(session: Session, case: CaseRecord, act: Act, at: datetime) -> datetime | None:
    """Of a case that this act has just moved."""
    if act not in CONTESTABLE:
        return None
    return clockwork_of(session, case).due(Step.CONTEST, at, case.classification)


def contest_act(case: CaseRecord) -> Act:
    """The first time the agency has it again; from the second on a coordinator decides."""
    return Act.APPEAL if case.contests else Act.CONTEST


def contest_open(case: CaseRecord, at: datetime) -> bool:
    ended = can(case.state, contest_act(case))
    return ended and case.contest_until is not None and at < case.contest_until


def check_contest(case: CaseRecord) -> None:
    """NotPossible, with what is possible instead, for what has not ended or is over for good."""
    if not can(case.state, act := contest_act(case)):
        raise NotPossible(why_not(act, case.state))
    if contest_open(case, clock.now()):
        return
    if case.archive_reason == WITHDRAWN:
        raise NotPossible(
            _(
                "Anda sendiri yang menarik laporan ini. Bila masalahnya masih ada, buat laporan "
                "baru."
            )
        )
    if case.contest_until is None:
        raise NotPossible(
            _(
                "Akhir laporan ini tidak dapat disanggah. Bila masalahnya masih ada, buat laporan "
                "baru dan sebutkan nomor laporan ini."
            )
        )
    raise NotPossible(
        _(
            "Waktu untuk menyanggah sudah lewat. Bila masalahnya masih ada, buat laporan baru dan "
            "sebutkan nomor laporan ini."
        )
    )
