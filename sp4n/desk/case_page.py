"""One case as the desk shows it: the case, its clock and history, and a form for each act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Self, TypeVar, cast

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases.channels import CHANNEL_LABELS, PORTAL
from sp4n.cases.deadlines import deadline
from sp4n.cases.escalation import level_label
from sp4n.cases.extension_words import extension_of
from sp4n.cases.extra_answers import answer_lines
from sp4n.cases.looking import history_and_look, news
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.neighbours import Neighbour, neighbours
from sp4n.cases.ombudsman import stands_there
from sp4n.cases.personal_data import found_in
from sp4n.cases.publicity_queries import face_of
from sp4n.cases.states import Act, State, allows
from sp4n.cases.timeline import Entry, FileLine, clock_words, entries, file_lines
from sp4n.cases.vault import IdentityFacts
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.desk.forms import (
    AnswerForm,
    ArchiveForm,
    AssignForm,
    CaseForm,
    NoteForm,
    VerifyForm,
    written,
)
from sp4n.desk.hiding import Hiding
from sp4n.desk.lists import Wanted, wanted
from sp4n.desk.staff_forms import (
    ApproveForm,
    ExtendForm,
    HoldForm,
    MacroForm,
    ReopenForm,
    ResumeForm,
    ReturnForm,
)
from sp4n.files.queries import attachments_of_case
from sp4n.organisation.operations import INSPECTORATE
from sp4n.organisation.queries import UnitNode, in_use
from sp4n.settings.answer_rules import APPROVAL, EVIDENCE, asks
from sp4n.settings.intake import read_intake, topic_label, topics
from sp4n.web.language import current_language
from sp4n.workbench.macros import can_run
from sp4n.workbench.queries import AtHand, at_hand, replies_for
from sp4n.workbench.replies import Reply

FORMS: tuple[type[CaseForm], ...] = (
    *(VerifyForm, AssignForm, AnswerForm, NoteForm, ArchiveForm),
    *(HoldForm, ResumeForm, ReopenForm, ApproveForm, ReturnForm, ExtendForm, MacroForm),
)
Kind = TypeVar("Kind", bound=CaseForm)


def topic_value(case: CaseRecord) -> str | None:
    own = f":{case.own_topic}" if case.own_topic else ""
    return f"{case.category_id}{own}" if case.category_id else None


def topics_for(case: CaseRecord) -> list[tuple[str, str]]:
    """Those of the agency, and the one that the case has, though nobody can choose it any more."""
    language, intake, now = current_language(), read_intake(g.agency.intake), topic_value(case)
    found = [
        (one.value, one.label(language) if not one.own else f"\u2003{one.label(language)}")
        for one in topics(db.session(), intake)
    ]
    if now and now not in dict(found):
        found.insert(0, (now, topic_of(case)))
    return found


def topic_of(case: CaseRecord) -> str:
    intake, about = read_intake(g.agency.intake), (case.category_id, case.own_topic)
    return topic_label(db.session(), intake, *about, current_language())


def approved_first(case: CaseRecord, actor: Actor) -> bool:
    """What this person answers waits for an admin."""
    if actor.role != "liaison":
        return False
    return asks(db.session(), g.agency, APPROVAL, case.unit_id)


def redacted(case: CaseRecord) -> dict[str, str]:
    """What another agency has published of it, before it came here; nothing of what is our own."""
    if not case.published or case.received_at is None or case.state != State.UNVERIFIED:
        return {}
    shown = face_of(db.session(), case)
    words = {"title": shown.title, "body": shown.body, "location": shown.location}
    return {f"public_{name}": text for name, text in words.items()}


def kin_of(events: Sequence[CaseEvent]) -> list[tuple[str, str]]:
    """Reference and title of what the case was split into, or came out of, as its history says."""
    parts = [
        one for event in events if event.kind == "split" for one in event.data.get("parts", ())
    ]
    wholes = [
        event.data["from"] for event in events if event.kind == "split_off" and "from" in event.data
    ]
    kin = [(one, str(_("laporan asalnya"))) for one in wholes]
    return [*kin, *((one["reference"], one["title"]) for one in parts)]


@dataclass
class CasePage:
    case: CaseRecord
    actor: Actor
    forms: dict[type[CaseForm], CaseForm]
    hand: AtHand

    @classmethod
    def of(cls, case: CaseRecord, actor: Actor, *, sent: type[CaseForm] | None = None) -> Self:
        """Only the form that was sent takes what was typed: an answer must not turn up as a note,
        nor a note as an answer."""
        start = {
            "version": case.version,
            "category_id": topic_value(case),
            "supervision": case.supervision,
            "public_title": case.title,
            "public_body": case.description,
            "public_location": case.location,
            **redacted(case),
        }
        forms: dict[type[CaseForm], CaseForm] = {
            kind: kind() if kind is sent else kind(formdata=None, data=start) for kind in FORMS
        }
        if sent is not VerifyForm:
            forms[VerifyForm]["unit_id"].process_data(case.unit_id)
            proposed = case.classification in g.agency.public_classes.split(",")
            proposed = proposed or case.published
            forms[VerifyForm]["publish"].process_data(proposed and not case.confidential)
        if sent is not AnswerForm and case.answer_draft and approved_first(case, actor):
            was = {**case.answer_draft, **case.answer_draft.get("evidence", {})}
            was["final"] = "yes" if was["final"] else "no"
            for name in ("body", "final", "link", "none_because"):
                forms[AnswerForm][name].process_data(was.get(name))
        page = cls(case, actor, forms, at_hand(db.session(), case=case, actor=actor))
        page.offer()
        return page

    def form(self, kind: type[Kind]) -> Kind:
        return cast(Kind, self.forms[kind])

    @property
    def units(self) -> list[UnitNode]:
        return self.hand.units

    @cached_property
    def replies(self) -> list[Reply]:
        return replies_for(db.session(), self.hand, case=self.case, agency=g.agency)

    def offer(self) -> None:
        """The units and topics to choose from."""
        units = [(node.id, "\u2003" * node.depth + node.name) for node in in_use(self.units)]
        inspectors = (node.name for node in in_use(self.units) if node.kind == INSPECTORATE)
        about = (topics_for(self.case), self.case.unit_id, next(inspectors, ""))
        self.form(VerifyForm).offer(units, *about)
        self.form(AssignForm).offer(units)
        if allows(self.case, Act.VERIFY) and not self.case.confidential:
            form = self.form(VerifyForm)
            if not form.is_submitted():
                form.point_out(found_in(*form.texts), self.case.hidden)

    def rendered(
        self, refused: CaseForm | None = None, identity: IdentityFacts | None = None
    ) -> ResponseReturnValue:
        """`refused`: the form that was sent and is shown again with its errors."""
        if refused:
            self._offer_again(refused)
        names = {node.id: node.name for node in self.units}
        holder = names.get(self.case.unit_id or 0) or g.agency.short_name
        calendar, language, now = calendar_of(g.agency), current_language(), clock.now()
        page = render_template(
            "desk/case.html",
            case=self.case,
            verify=self.form(VerifyForm),
            assign=self.form(AssignForm),
            answer=self.form(AnswerForm),
            note=self.form(NoteForm),
            archive=self.form(ArchiveForm),
            hold=self.form(HoldForm),
            resume=self.form(ResumeForm),
            reopen=self.form(ReopenForm),
            approve=self.form(ApproveForm),
            give_back=self.form(ReturnForm),
            extend=self.form(ExtendForm),
            macro=self.form(MacroForm),
            extension=extension_of(db.session(), self.case, now),
            approved_first=approved_first(self.case, self.actor),
            evidence_asked=asks(db.session(), g.agency, EVIDENCE, self.case.unit_id),
            replies=self.replies,
            macros=[one for one in self.replies if can_run(one, self.case, self.actor)],
            group=self.hand.group,
            form=refused,
            unsent=written(refused) if refused and not allows(self.case, refused.act) else [],
            identity=identity,
            holder=holder,
            unit_names=names,
            clock=clock_words(
                self.case, at=now, calendar=calendar, language=language, holder=holder
            ),
            clock_of=partial(deadline, at=now, calendar=calendar, language=language),
            classification=CLASSIFICATION_LABELS[self.case.classification],
            topic=topic_of(self.case),
            channel="" if self.case.channel == PORTAL else CHANNEL_LABELS[self.case.channel],
            extra=answer_lines(self.case.extra_answers, language),
            possible={act.value: allows(self.case, act) for act in Act},
            due_act=self.due_act(),
            escalated_to=level_label(self.case.escalation_level),
            **self.told_so_far(names),
            **self.beside(wanted()),
        )
        return page, refused.status if refused else 200

    def _offer_again(self, refused: CaseForm) -> None:
        """Who was slower reads what the other has done, on the page that this is shown on, and can
        go on from there."""
        if isinstance(refused, Hiding):
            refused.offer_again()
        if refused.status == 409:
            refused.version.raw_data, refused.version.data = None, self.case.version

    def due_act(self) -> str:
        """What the agency owes next; "" where it is not its turn."""
        state = State(self.case.state)
        if self.case.handover_id is not None:
            return ""
        if state == State.UNVERIFIED:
            return "verify"
        if state == State.UNHANDLED and self.case.unit_id is None:
            return "assign"
        return "answer" if allows(self.case, Act.ANSWER) else ""

    def beside(self, asked: Wanted) -> dict[str, Any]:
        """The list that the case was opened from; after an act one goes on in it, or, where it is
        the list of everything, to what is due first."""
        found = neighbours(
            db.session(),
            case=self.case,
            actor=self.actor,
            state=asked.state,
            unit_id=asked.unit_id,
            overdue=asked.overdue,
            topic=asked.topic,
            more=asked.more,
        )
        on: Neighbour | None = found.due_next
        if asked.narrowed:
            on = found.below or found.above or found.due_next
        return {"asked": asked, "near": found, "next_case": on}

    def told_so_far(self, names: dict[int, str]) -> dict[str, Any]:
        """The history, newest first; what came with the report itself stands by the report."""
        session = db.session()
        events, seen = history_and_look(session, case=self.case, actor=self.actor)
        new = news(events, seen, self.actor)
        files = file_lines(
            attachments_of_case(session, self.case.id),
            lambda one: url_for(".case_file", reference=self.case.reference, attachment_id=one.id),
        )
        first = events[0].id if events else 0
        enclosed = [*files.pop(0, ()), *files.pop(first, ())]
        return {
            "enclosed": enclosed,
            "events": self.history(events, files, names, new),
            "news": len(new),
            "at_ombudsman": stands_there(events),
            "assignee": self.assignee(events),
            "erased": any(event.kind == "erased" for event in events),
            "kin": kin_of(events),
        }

    def assignee(self, events: Sequence[CaseEvent]) -> str:
        """Who sees to it, as the history names them."""
        given = (event.data for event in reversed(events) if event.kind == "entrusted")
        mine = (data for data in given if data["account_id"] == self.case.assignee_id)
        return next(mine, {}).get("name", "") if self.case.assignee_id else ""

    def history(
        self,
        events: Sequence[CaseEvent],
        files: Mapping[int, Sequence[FileLine]],
        names: dict[int, str],
        new: frozenset[int],
    ) -> list[Entry]:
        return entries(
            events,
            zone=g.agency.zone,
            language=current_language(),
            agency_name=g.agency.short_name,
            unit_names=names,
            files=files,
            names=True,
            new=new,
        )[::-1]
