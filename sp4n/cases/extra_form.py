"""What an agency asks beside the common questions, as a page that a reporter sees.

Which of its questions a report is asked depends on its topic and on earlier answers, so the page's
fields are made for each form; they are read anew at each step, as the agency may change them while
a form is under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import DateInput, TextInput

from sp4n.cases.extra_answers import (
    BETWEEN,
    LONGEST,
    PREFIX,
    Understood,
    bounds_words,
    categories_of,
    understand,
)
from sp4n.settings.extra_questions import (
    Kind,
    Option,
    Question,
    asked_of,
    read_questions,
)
from sp4n.settings.intake import read_intake, topic_with
from sp4n.tenants.addresses import agency_link
from sp4n.tenants.resolver import AgencyFacts, agency_by_slug
from sp4n.web.forms import Form, boxes, clean_text
from sp4n.web.language import current_language

SHOWN: Final = "asked"  # hidden fields: the keys of the questions that the page showed
FORMS_REMEMBERED: Final = 256


class ExtraForm(Form):
    """Its fields are the questions; `found` says what is right of them. `shown`: the keys of those
    that were on the page; what nobody has seen yet is not told as wrong."""

    questions: tuple[Question, ...]
    found: Understood
    shown: frozenset[str]

    def validate(self, extra_validators: Any = None) -> bool:
        right = super().validate(extra_validators)
        wrong = {key: text for key, text in self.found.wrong.items() if key in self.shown}
        if self.found.stop:
            wrong = {
                self.found.stop[0]: _(
                    "Dengan jawaban ini, laporan tidak dikirim ke sini. Baca petunjuknya."
                )
            }
        for key, words in wrong.items():
            self[field_of(key)].errors = [words]
        return right and self.found.right

    @property
    def all_shown(self) -> bool:
        """Whether the page showed all that what was answered asks for."""
        return self.shown >= {one.key for one in self.found.asked}


@dataclass(frozen=True)
class Asked:
    """One question on a page. `now`: what was answered so far asks for it; a script shows the
    others as soon as it does. `new`: it was not on the page before."""

    question: Question
    field: Field
    hint: str
    now: bool
    new: bool

    @property
    def attributes(self) -> dict[str, str]:
        """Of the control itself."""
        kind = self.question.kind
        if kind == Kind.NUMBER:
            return {"width": "short", "inputmode": "decimal", "autocomplete": "off"}
        return {"autocomplete": "off"} if kind in (Kind.TEXT, Kind.PLACE) else {}

    @property
    def longest(self) -> int | None:
        return LONGEST.get(self.question.kind)


@dataclass(frozen=True)
class Elsewhere:
    """Where a report with this answer belongs: words, and a link with its own words."""

    words: str
    url: str = ""
    label: str = ""


def field_of(key: str) -> str:
    return f"{PREFIX}{key}"


def questions_for(session: Session, agency: AgencyFacts, topic: str) -> tuple[Question, ...]:
    """In the order of asking; `topic` by its key: one of the agency's own is asked what the one
    above it is. Nothing costs anything where none are asked."""
    every = read_questions(agency.questions)
    if not every:
        return ()
    found = topic_with(session, read_intake(agency.intake), topic) if topic else None
    return asked_of(every, categories_of(session, found.category.id if found else None))


def on_the_page(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Without what is asked for among the files."""
    return tuple(one for one in questions if one.kind != Kind.FILE)


def several_of(questions: tuple[Question, ...]) -> frozenset[str]:
    return frozenset(field_of(one.key) for one in questions if one.kind == Kind.SEVERAL)


def shown_in(sent: MultiDict[str, str], questions: tuple[Question, ...]) -> frozenset[str]:
    """The keys of those that the page showed, as it says, or as an answer shows."""
    told = {key for words in sent.getlist(SHOWN) for key in words.split()}
    return frozenset(one.key for one in questions if one.key in told or field_of(one.key) in sent)


def typed_in(sent: MultiDict[str, str], several: frozenset[str]) -> dict[str, str]:
    """What a form says of its questions: of those with several answers a line each."""
    names = (name for name in sent if name.startswith(PREFIX))
    return {
        name: BETWEEN.join(
            clean_text(text) for text in sent.getlist(name)[: None if name in several else 1]
        )
        for name in names
    }


def understood(questions: tuple[Question, ...], typed: Mapping[str, str]) -> Understood:
    """`typed` by the names of the fields."""
    texts = {one.key: typed.get(field_of(one.key), "") for one in questions}
    return understand(questions, texts, current_language())


def form_for(
    questions: tuple[Question, ...],
    typed: Mapping[str, str],
    shown: frozenset[str],
    *,
    csrf: bool = True,
) -> ExtraForm:
    several = several_of(questions)
    sent: MultiDict[str, str] = MultiDict()
    for name, text in typed.items():
        sent.setlist(name, text.split(BETWEEN) if name in several else [text])
    fields = on_the_page(questions)
    form = _form_class(fields, current_language())(formdata=sent, meta={"csrf": csrf})
    form.questions, form.found, form.shown = fields, understood(questions, typed), shown
    return form


def page_of(form: ExtraForm) -> list[Asked]:
    now, shown = {one.key for one in form.found.asked}, form.shown
    return [
        Asked(
            one,
            form[field_of(one.key)],
            hint_of(one),
            one.key in now,
            bool(shown) and one.key in now and one.key not in shown,
        )
        for one in form.questions
    ]


def first_new(form: Form) -> str:
    """The place of the first question that what was answered asks for, and that was not there."""
    if not isinstance(form, ExtraForm):
        return ""
    unseen = (one for one in form.found.asked if one.key not in form.shown)
    return next((anchor_of(one) for one in unseen), "")


def anchor_of(one: Question) -> str:
    return field_of(one.key) + ("-0" if one.options else "")


def hint_of(one: Question) -> str:
    """Its help; of a number also the unit and the bounds."""
    language = current_language()
    unit = _("Dalam %(unit)s.", unit=one.unit) if one.unit else ""
    bounds = bounds_words(one, language) if one.kind == Kind.NUMBER else ""
    return " ".join(
        part for part in (one.helped(language), unit, bounds[:1].upper() + bounds[1:]) if part
    )


def elsewhere(form: ExtraForm, agency: AgencyFacts) -> Elsewhere | None:
    """Only once the answer was sent: it may still be changed."""
    stop = form.found.stop
    return _way_to(stop[1], agency) if stop and form.errors else None


def _way_to(option: Option, agency: AgencyFacts) -> Elsewhere:
    language = current_language()
    words = option.stop_en if language == "en" and option.stop_en else option.stop
    other = agency_by_slug(option.agency) if option.agency else None
    if other is not None and other.active and other.id != agency.id:
        return Elsewhere(words, agency_link(other, "/lapor"), other.name)
    return Elsewhere(words, option.link, option.link.partition("://")[2].rstrip("/"))


@lru_cache(maxsize=FORMS_REMEMBERED)
def _form_class(questions: tuple[Question, ...], language: str) -> type[ExtraForm]:
    fields = {field_of(one.key): _field(one, language) for one in questions}
    return type("AgencysForm", (ExtraForm,), fields)


def _field(one: Question, language: str) -> Any:
    label = one.said(language)
    validators = [] if one.required else [Optional()]
    if one.options:
        choices = [SelectChoice(option.key, option.said(language)) for option in one.options]
        if one.kind != Kind.SEVERAL:
            return RadioField(label, choices=choices, validate_choice=False, validators=validators)
        return boxes(label, choices=choices, validate_choice=False, validators=validators)
    if one.kind == Kind.LONG:
        return TextAreaField(label, validators=validators)
    widget = DateInput() if one.kind == Kind.DATE else TextInput()
    return StringField(label, validators=validators, widget=widget)
