"""The order of the questions, and what their answers amount to when all are right.

The agency's own questions are one page more, after the topic that they may be about; for a form
that they ask nothing of, it is not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from flask import g, request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from sp4n.cases.answers import FilingAnswers
from sp4n.cases.extra_answers import Understood, answer_lines
from sp4n.cases.extra_form import (
    ExtraForm,
    field_of,
    form_for,
    on_the_page,
    questions_for,
    several_of,
    shown_in,
    understood,
)
from sp4n.db import db
from sp4n.files.own_limits import limits_of
from sp4n.files.queries import attachments_of_draft
from sp4n.portal.filing_draft import Draft
from sp4n.portal.filing_forms import (
    ClassificationForm,
    ContentForm,
    FilesForm,
    IdentityForm,
    PlaceForm,
)
from sp4n.sealing import keyed_hash
from sp4n.settings.extra_questions import Question
from sp4n.settings.intake import Topic, read_intake, topic_with
from sp4n.web.forms import Form
from sp4n.web.language import current_language


@dataclass(frozen=True)
class Step:
    """One page of questions; `short` is its name among the steps, `fields` what it keeps."""

    name: str
    title: LazyString
    short: LazyString
    form: type[Form]
    fields: tuple[str, ...]

    @property
    def template(self) -> str:
        return f"portal/filing/{self.name}.html"

    def form_of(self, draft: Draft, *, csrf: bool = True) -> Form:
        """The page's form as it was typed, right or wrong."""
        return self.form(formdata=MultiDict(draft.typed), meta={"csrf": csrf})

    def take(self, draft: Draft) -> None:
        """What the request says of its questions."""
        draft.take(self.fields)

    def understand(self, draft: Draft, form: Form) -> bool:
        """Whether the form is right; the draft keeps what it says: sending reads no form."""
        right = form.validate()
        draft.understood.pop(self.name, None)
        if right:
            draft.understood[self.name] = {name: _kept(form[name].data) for name in self.fields}
        return right

    def holds(self, draft: Draft) -> bool:
        """Whether all is answered rightly. Forms are read again only of steps that were never sent,
        or not right."""
        known = self.name in draft.understood
        return known or self.understand(draft, self.form_of(draft, csrf=False))

    def typed(self, draft: Draft) -> list[tuple[str, str]]:
        """Question and answer, as they were typed."""
        form = self.form_of(draft)
        return [(form[name].label.text, draft.typed.get(name, "")) for name in self.fields]


@dataclass(frozen=True)
class ExtraStep(Step):
    """What the agency asks of this form. In the draft stand the keys that were shown, and what is
    right of the answers as a case would keep them: it says whether a question has changed since."""

    questions: tuple[Question, ...] = ()

    def form_of(self, draft: Draft, *, csrf: bool = True) -> ExtraForm:
        return form_for(self.questions, draft.typed, self.shown(draft), csrf=csrf)

    def shown(self, draft: Draft) -> frozenset[str]:
        return frozenset(draft.understood.get(self.name, {}).get("shown", ()))

    def take(self, draft: Draft) -> None:
        draft.take(self.fields, several_of(self.questions))
        shown = shown_in(request.form, self.questions)
        draft.understood[self.name] = {"shown": sorted(shown)}

    def understand(self, draft: Draft, form: Form) -> bool:
        right = form.validate()
        draft.understood[self.name] = {"shown": sorted(self.shown(draft))}
        if right:
            draft.understood[self.name]["stored"] = self.found(draft).stored
        return right and self.all_shown(draft)

    def holds(self, draft: Draft) -> bool:
        return self.found(draft).right and self.all_shown(draft)

    def all_shown(self, draft: Draft) -> bool:
        return self.shown(draft) >= {one.key for one in self.found(draft).asked}

    def typed(self, draft: Draft) -> list[tuple[str, str]]:
        return answer_lines(self.found(draft).stored, current_language())

    def found(self, draft: Draft) -> Understood:
        return understood(self.questions, draft.typed)


@dataclass(frozen=True)
class FilesStep(Step):
    """Where files are attached. `asked`: what the agency wants among them."""

    asked: tuple[Question, ...] = ()

    def holds(self, draft: Draft) -> bool:
        return super().holds(draft) and not self.lacking(draft)

    def lacking(self, draft: Draft) -> str:
        """What must come along and does not, in words: a file for each that is required, as far as
        so many are taken."""
        musts = [one.said(current_language()) for one in self.asked if one.required]
        wanted = min(len(musts), limits_of(g.agency).count)
        if not musts or len(attachments_of_draft(db.session(), draft.key_hash)) >= wanted:
            return ""
        return _("Lampirkan yang diminta: %(what)s.", what="; ".join(musts))


STEPS: Final = (
    Step(
        "jenis",
        _l("Apa yang ingin Anda sampaikan?"),
        _l("Jenis laporan"),
        ClassificationForm,
        ("classification",),
    ),
    Step("isi", _l("Tulis laporan Anda"), _l("Isi laporan"), ContentForm, ("title", "description")),
    Step(
        "tempat",
        _l("Kapan, di mana, dan tentang apa?"),
        _l("Waktu dan tempat"),
        PlaceForm,
        ("occurred_on", "location", "category"),
    ),
    FilesStep("lampiran", _l("Foto atau dokumen"), _l("Lampiran"), FilesForm, ()),
    Step(
        "identitas",
        _l("Siapa yang boleh tahu?"),
        _l("Identitas"),
        IdentityForm,
        ("anonymous", "confidential", "reporter_name", "reporter_email", "reporter_phone"),
    ),
)
BY_NAME: Final = {step.name: step for step in STEPS}
FIRST: Final = STEPS[0]
TOPIC: Final = "tempat"  # the step that asks for it
EXTRA: Final = "rincian"
CHECK: Final = "periksa"


def extra_step(questions: tuple[Question, ...]) -> ExtraStep:
    return ExtraStep(
        EXTRA,
        _l("Pertanyaan dari instansi"),
        _l("Pertanyaan instansi"),
        ExtraForm,
        tuple(field_of(one.key) for one in on_the_page(questions)),
        questions,
    )


def steps_of(draft: Draft) -> tuple[Step, ...]:
    topic = draft.understood.get(TOPIC, {}).get("category") or ""
    questions = questions_for(db.session(), g.agency, topic)
    if not questions:
        return STEPS
    extra, place = extra_step(questions), STEPS.index(BY_NAME[TOPIC]) + 1
    files = extra.found(draft).files
    rest = [replace(one, asked=files) if isinstance(one, FilesStep) else one for one in STEPS]
    more = (extra,) if extra.fields else ()
    return (*rest[:place], *more, *rest[place:])


def step_named(name: str, draft: Draft) -> Step | None:
    """None where this form has no such page."""
    return next((step for step in steps_of(draft) if step.name == name), None)


def names_of(draft: Draft) -> tuple[str, ...]:
    return (*(step.name for step in steps_of(draft)), CHECK)


def number_of(name: str, draft: Draft) -> int:
    return names_of(draft).index(name) + 1


def step_with(fields: Iterable[str], draft: Draft) -> Step:
    """The first one that asks for any of them."""
    return next(step for step in steps_of(draft) if not set(step.fields).isdisjoint(fields))


def after(name: str, draft: Draft) -> str:
    names = names_of(draft)
    return names[names.index(name) + 1]


def before(name: str, draft: Draft) -> str | None:
    names = names_of(draft)
    place = names.index(name)
    return names[place - 1] if place else None


@dataclass(frozen=True)
class Answered:
    """What every step says, as it was understood; `faulty` is the first step that is not right.

    `extra`: of the agency's own questions. `changed`: they read otherwise than when they were
    answered, so that the reporter has to look again.
    """

    data: dict[str, Any]
    faulty: Step | None
    extra: Understood | None = None
    changed: bool = False

    @property
    def answers(self) -> FilingAnswers:
        """Who gives neither name nor contact is anonymous, whatever was ticked."""
        data, day = self.data, self.data["occurred_on"]
        texts: dict[str, Any] = {name: data[name] or "" for name in TEXTS}
        topic = _topic(data)
        nameless = not (data["reporter_name"] or data["reporter_email"] or data["reporter_phone"])
        return FilingAnswers(
            classification=data["classification"],
            occurred_on=date.fromisoformat(day) if day else None,
            category_id=topic.category.id if topic else None,
            own_topic=topic.own_number if topic else None,
            anonymous=data["anonymous"] or nameless,
            confidential=data["confidential"],
            extra=tuple(sorted(self.extra.texts.items())) if self.extra else (),
            **texts,
        )


TEXTS: Final = (
    "title",
    "description",
    "location",
    "reporter_name",
    "reporter_email",
    "reporter_phone",
)


def fingerprint(step: Step, draft: Draft, secret: str) -> str:
    """Tells the answers of a step from others, and nobody what they are."""
    typed = {name: draft.typed[name] for name in step.fields if draft.typed.get(name)}
    body = json.dumps(typed, sort_keys=True)
    return keyed_hash(secret, f"{step.name} {body}", purpose="filing-step").hex()


def answered(draft: Draft) -> Answered:
    steps = steps_of(draft)
    for step in steps:
        if not step.holds(draft):
            return Answered({}, step)
    data = {name: draft.understood[s.name][name] for s in STEPS for name in s.fields}
    asked = next((step.found(draft) for step in steps if isinstance(step, ExtraStep)), None)
    before = draft.understood.get(EXTRA, {}).get("stored", [])
    return Answered(
        data,
        _closed_since(data),
        asked,
        changed=before != (asked.stored if asked else []),
    )


def look_again(draft: Draft, found: Answered) -> None:
    """The answers as the questions are now have been shown."""
    kept = draft.understood.setdefault(EXTRA, {})
    kept["stored"] = found.extra.stored if found.extra else []


def _closed_since(data: dict[str, Any]) -> Step | None:
    """What could be chosen when it was, and cannot any more."""
    if data["classification"] in read_intake(g.agency.intake).closed:
        return FIRST
    return BY_NAME[TOPIC] if data["category"] and _topic(data) is None else None


def _topic(data: dict[str, Any]) -> Topic | None:
    return topic_with(db.session(), read_intake(g.agency.intake), data["category"] or "")


def _kept(value: Any) -> Any:
    """As JSON has it."""
    return value.isoformat() if isinstance(value, date) else value
