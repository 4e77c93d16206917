"""What a case is, put right: its kind, its topic, whether it may be about somebody of the agency.

Whoever filed it may have chosen the wrong kind, and misconduct may come to light only later. Its
limits are then those of what it is, counted from where they were counted before: no time is won.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import SYSTEM, Actor
from sp4n.cases.answers import check_body
from sp4n.cases.in_hand import agency_of
from sp4n.cases.models import CLASSIFICATIONS, PUBLIC_INFORMATION, CaseEvent, CaseRecord
from sp4n.cases.operations.deeds import Deed, begin
from sp4n.cases.operations.grouping import before_leaving, leave_group
from sp4n.cases.operations.staff import check_classes, hand_to_unit
from sp4n.cases.publication import rename_class, withdraw
from sp4n.cases.recounting import dates_ahead
from sp4n.cases.routing import report_of, route_of
from sp4n.cases.states import Act, State, owed_at
from sp4n.cases.time_limits import clockwork_of
from sp4n.errors import Invalid
from sp4n.figures import operations as figures
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import inspecting_unit
from sp4n.settings.intake import read_intake, topic_label

LANGUAGES: Final = ("id", "en")
DATES: Final = ("verify_due_at", "answer_due_at", "complete_due_at", "due_at")


@dataclass(frozen=True)
class Classes:
    """`own_topic`: the agency's own, below the one of `category_id`. `supervision`: it may be about
    somebody of the agency."""

    classification: str
    category_id: int | None
    own_topic: int | None
    supervision: bool

    @classmethod
    def of(cls, case: CaseRecord) -> Classes:
        return cls(case.classification, case.category_id, case.own_topic, case.supervision)

    @property
    def topic(self) -> tuple[int | None, int | None]:
        return self.category_id, self.own_topic

    @property
    def limited_as(self) -> tuple[str, bool]:
        """What the nation's limits go by."""
        return self.classification, self.supervision


def reclassify_case(
    session: Session,
    *,
    case: CaseRecord,
    actor: Actor,
    right: Classes,
    reason: str,
    version: int | None = None,
) -> CaseEvent:
    """`reason`: its reporter reads it, but of the supervisory weight, which colleagues alone read
    of. What is found to be of that weight is confidential from here on, as in `verify_case`, and
    stays so if that was an error. What was due before stays in the history."""
    text = check_body(reason, field="reason")
    if right.classification not in CLASSIFICATIONS:
        raise Invalid(fields={"classification": _("Pilih jenis laporan dari daftar.")})
    before_leaving(session, case, leaves=right.supervision)
    deed = begin(session, case=case, actor=actor, version=version)
    was, dates = Classes.of(case), {name: getattr(case, name) for name in DATES}
    if right == was:
        raise Invalid(_("Belum ada yang diubah."))
    _set(deed, right)
    unit_id = _unit_for(session, case, was)
    deed.move(Act.RECLASSIFY)
    _count_anew(deed, was, unit_id)
    event = _tell(deed, was, text)
    if event.public:
        deed.owe_reporter("notice.case_reclassified", event)
    _tell_dates(deed, dates)
    if unit_id is not None and unit_id != case.unit_id:
        hand_to_unit(deed, unit_id)
    rename_class(session, case=case)
    audited = {"before": asdict(was), "after": asdict(right), "unit_id": unit_id}
    deed.record("case.reclassified", audited)
    leave_group(session, case, actor, leaves=right.supervision)
    return event


def _set(deed: Deed, right: Classes) -> None:
    session, case = deed.session, deed.case
    case.classification = right.classification
    check_classes(session, case, right.supervision, *right.topic)
    case.category_id, case.own_topic = right.topic
    case.supervision = right.supervision
    if right.classification != PUBLIC_INFORMATION:
        case.extended_days = 0
    if not right.supervision:
        return
    if not case.confidential:
        figures.count_as_confidential(
            session, contests=case.contests, trial=case.trial, state=case.state
        )
        case.confidential = True
    withdraw(session, case=case)


def _unit_for(session: Session, case: CaseRecord, was: Classes) -> int | None:
    """Whose business it has become by this: of the unit that inspects, where one is marked; or of
    that which a request for public information goes to when it is filed."""
    if case.supervision and not was.supervision:
        return inspecting_unit(session) or case.unit_id
    if case.classification != PUBLIC_INFORMATION or was.classification == PUBLIC_INFORMATION:
        return case.unit_id
    about = case.category_id, case.own_topic
    found = route_of(session, agency_of(case), report_of(session, case, about), about)
    if found is None or found.by not in ("rule", "ppid"):
        return case.unit_id
    active = sa.select(Unit.id).where(Unit.id == found.unit_id, Unit.active)
    return session.scalar(active) or case.unit_id


def _count_anew(deed: Deed, was: Classes, unit_id: int | None) -> None:
    """What it has ahead of it; what is behind it stays as promised. Who is late stays late where
    no more than the topic, or the unit, is another one."""
    case = deed.case
    ahead = dates_ahead(clockwork_of(deed.session, case, unit_id), case)
    if case.state == State.AWAITING_REPLY:  # owed again where the reporter writes back
        ahead = {"complete_due_at": ahead["complete_due_at"]}
    owed, at = case.due_at, deed.at
    if case.state == State.ON_HOLD:  # its clock stands still since then
        owed, at = getattr(case, next(iter(ahead))), case.held_at or at
    was_late = owed is not None and owed < at
    until = next(iter(ahead.values()))
    eased = until is None or (owed is not None and until > owed)
    if was_late and eased and Classes.of(case).limited_as == was.limited_as:
        return
    for name in ahead.keys() - {"due_at"}:
        if ahead[name] is not None or name != "verify_due_at":
            setattr(case, name, ahead[name])
    case.due_at = owed_at(case)
    if case.due_at is not None and case.due_at < deed.at and not was_late:
        case.owed_since = deed.at  # late by limits that nobody had to keep until now
    if case.escalates_at is not None:
        case.escalates_at = deed.at  # looked at anew


def _tell(deed: Deed, was: Classes, text: str) -> CaseEvent:
    """The reporter's event, where there is one; of the weight one that colleagues alone read."""
    right = Classes.of(deed.case)
    private = right.supervision != was.supervision
    event = None
    if private:
        marked = {"supervision": right.supervision}
        event = deed.tell("supervised", public=False, body=text, data=marked)
    if (right.classification, *right.topic) != (was.classification, *was.topic):
        data = {"before": _named(deed, was, right), "after": _named(deed, right, was)}
        event = deed.tell("reclassified", body="" if private else text, data=data)
    if event is None:
        raise LookupError("nothing has changed")
    return event


def _named(deed: Deed, one: Classes, other: Classes) -> dict[str, Any]:
    """Of what changed, as it is called today: a topic may be renamed, and is of this agency."""
    told: dict[str, Any] = {}
    if one.classification != other.classification:
        told["classification"] = one.classification
    if one.topic != other.topic:
        intake = read_intake(agency_of(deed.case).intake)
        told["topic"] = {
            language: topic_label(deed.session, intake, *one.topic, language)
            for language in LANGUAGES
        }
    return told


def _tell_dates(deed: Deed, was: dict[str, datetime | None]) -> None:
    now = {name: getattr(deed.case, name) for name in DATES}
    moved = [name for name in DATES if now[name] != was[name]]
    if not moved:
        return
    data = {
        "cause": "reclassified",
        "before": {name: at.isoformat() if (at := was[name]) else None for name in moved},
        "after": {name: at.isoformat() if (at := now[name]) else None for name in moved},
    }
    deed.tell("rescheduled", data=data, actor=SYSTEM)
