"""A reporter rates how their case ended: once for each end, for good."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import REPORTER
from sp4n.cases.answers import check_body
from sp4n.cases.models import CaseEvent, CaseRecord, Rating
from sp4n.cases.operations.deeds import begin
from sp4n.cases.queries import case_events
from sp4n.cases.rating import end_to_rate
from sp4n.cases.states import WITHDRAWN, State
from sp4n.errors import Invalid, NotPossible
from sp4n.figures.ratings import BEST, DIMENSIONS, count_rating


def rate_case(
    session: Session, *, case: CaseRecord, scores: Mapping[str, int], comment: str = ""
) -> CaseEvent:
    """`scores`: 1 to BEST for each of DIMENSIONS. The comment is for staff, and never public."""
    _check_scores(scores)
    text = check_body(comment, field="comment") if comment.strip() else ""
    deed = begin(session, case=case, actor=REPORTER, version=None)
    end = end_to_rate(case, case_events(session, case=case, public_only=True))
    if end is None:
        raise NotPossible(_why_not(case))
    given = {one: scores[one] for one in DIMENSIONS}
    event = deed.tell("rated", body=text, data=given)
    session.add(
        Rating(end_event_id=end.id, event_id=event.id, case_id=case.id, at=deed.at, **given)
    )
    count_rating(session, given, confidential=case.confidential, trial=case.trial)
    deed.record("case.rated", {"event_id": event.id, **given})
    return event


def _check_scores(scores: Mapping[str, int]) -> None:
    wrong = [one for one in DIMENSIONS if scores.get(one) not in range(1, BEST + 1)]
    if wrong:
        raise Invalid(fields=dict.fromkeys(wrong, _("Pilih nilai 1 sampai 5.")))


def _why_not(case: CaseRecord) -> str:
    if case.state == State.ARCHIVED and case.archive_reason == WITHDRAWN:
        return _("Anda sendiri yang menarik laporan ini, jadi tidak ada yang dinilai.")
    if case.state in (State.CLOSED, State.ARCHIVED):
        return _("Terima kasih, penilaian Anda sudah kami simpan. Penilaian tidak dapat diubah.")
    return _("Laporan ini belum berakhir. Anda dapat menilainya sesudah selesai.")
