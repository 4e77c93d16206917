"""The shape of a question as it is written: fields by its kind, and a row for each answer that can
be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any, Final

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from sp4n.cases.extra_answers import read_number
from sp4n.desk.draft_pages import DraftForm
from sp4n.settings.extra_questions import (
    CHOSEN,
    EVERY_CATEGORY,
    MOST_OPTIONS,
    YES_AND_NO,
    Kind,
    Option,
    Question,
    When,
    new_key,
)
from sp4n.settings.queries import CategoryFacts
from sp4n.web.forms import clean_text
from sp4n.web.language import current_language

KINDS: Final[dict[Kind, LazyString]] = {
    Kind.TEXT: _l("Teks singkat"),
    Kind.LONG: _l("Teks panjang"),
    Kind.ONE: _l("Pilihan, satu jawaban"),
    Kind.SEVERAL: _l("Pilihan, beberapa jawaban"),
    Kind.YES_NO: _l("Ya atau tidak"),
    Kind.DATE: _l("Tanggal"),
    Kind.NUMBER: _l("Angka"),
    Kind.PLACE: _l("Tempat"),
    Kind.FILE: _l("Berkas"),
}
FEWEST_ROWS, MORE_ROWS = 4, 3
BETWEEN: Final = ":"  # a question and its answer, as a condition
PARTS: Final = ("key", "label", "label_en", "stop", "stop_en", "link", "agency")


class QuestionForm(DraftForm):
    kind = HiddenField()
    label = StringField(_l("Pertanyaan"))
    label_en = StringField(_l("Pertanyaan dalam bahasa Inggris"), validators=[Optional()])
    help = TextAreaField(
        _l("Keterangan"),
        description=_l("Tampil di bawah pertanyaan: mengapa ditanyakan, atau contoh jawaban."),
        validators=[Optional()],
    )
    help_en = TextAreaField(_l("Keterangan dalam bahasa Inggris"), validators=[Optional()])
    category = SelectField(
        _l("Ditanyakan untuk"),
        description=_l("Pertanyaan sebuah topik ditanyakan juga untuk subtopiknya."),
    )
    when = SelectField(
        _l("Ditanyakan bila"),
        description=_l("Hanya pertanyaan berjenis pilihan yang lebih dahulu ditanyakan."),
        validators=[Optional()],
    )
    required = BooleanField(_l("Wajib dijawab"))
    rows: int = 0

    def offer(self, topics: Iterable[CategoryFacts], before: Iterable[Question]) -> None:
        language = current_language()
        every = SelectChoice(EVERY_CATEGORY, _("Semua laporan"))
        named = [SelectChoice(one.key, _topic(one, language)) for one in topics]
        there = {choice.value for choice in (every, *named)}
        gone = [
            SelectChoice(key, _("Topik yang tidak ada lagi"))
            for key in {self.category.data or ""} - there
            if not self.is_submitted()
        ]
        self.category.choices = [every, *named, *gone]
        self.when.choices = [
            SelectChoice("", _("Selalu ditanyakan")),
            *(
                SelectChoice(
                    f"{one.key}{BETWEEN}{option.key}",
                    _("Dijawab: %(answer)s", answer=option.said(language)),
                    optgroup=one.said(language),
                )
                for one in before
                for option in one.options
            ),
        ]

    def show(self, question: Question) -> None:
        """As it is kept."""
        for name in ("label", "label_en", "help", "help_en", "category", "required"):
            self[name].process_data(getattr(question, name))
        if question.when:
            self.when.process_data(f"{question.when.question}{BETWEEN}{question.when.answer}")
        for name in ("unit", "low", "high") if question.kind == Kind.NUMBER else ():
            self[name].process_data(getattr(question, name).replace(".", ","))
        for place, option in enumerate(question.options):
            for part in PARTS:
                if (name := field_name(place, part)) in self:
                    self[name].process_data(getattr(option, part))

    def question(self, former: Question) -> Question:
        """`former`: with its key and its kind."""
        before, _sign, answer = (self.when.data or "").partition(BETWEEN)
        texts: dict[str, Any] = {
            name: self[name].data or "" for name in ("label", "label_en", "help", "help_en")
        }
        one = replace(
            former,
            **texts,
            category=self.category.data or EVERY_CATEGORY,
            required=bool(self.required.data),
            when=When(before, answer) if before else None,
            options=tuple(self._options(former)),
        )
        if one.kind != Kind.NUMBER:
            return one
        low, high = (_bound(self[name].data or "") for name in ("low", "high"))
        return replace(one, unit=self.unit.data or "", low=low, high=high)

    def _options(self, former: Question) -> Iterable[Option]:
        known = {one.key for one in former.options}
        for place in range(self.rows):
            said = {
                part: self[field_name(place, part)].data or ""
                for part in PARTS
                if field_name(place, part) in self
            }
            if former.kind == Kind.YES_NO:
                yield replace(YES_AND_NO[place], **{**said, "key": YES_AND_NO[place].key})
            elif any(text for part, text in said.items() if part != "key"):
                yield Option(**{**said, "key": said["key"] if said["key"] in known else new_key()})


def form_for(kind: Kind, question: Question | None = None) -> QuestionForm:
    """As it was sent, its rows closed up; else empty, with room for some answers more."""
    sent = _closed_up(request.form) if request.method == "POST" else None
    if kind == Kind.YES_NO:
        rows = len(YES_AND_NO)
    else:
        there = len(question.options) if question else 0
        rows = min(MOST_OPTIONS, max(FEWEST_ROWS, _sent_rows(sent), there + MORE_ROWS))
    form = _form_class(kind, rows)() if sent is None else _form_class(kind, rows)(formdata=sent)
    form.rows = rows if kind in CHOSEN else 0
    return form


def field_name(place: int, part: str) -> str:
    return f"option_{place}_{part}"


def _topic(one: CategoryFacts, language: str) -> str:
    return f"– {one.label(language)}" if one.parent_id else one.label(language)


@cache
def _form_class(kind: Kind, rows: int) -> type[QuestionForm]:
    fields: dict[str, Any] = {}
    if kind == Kind.NUMBER:
        fields["unit"] = StringField(
            _l("Satuan"), description=_l("Misalnya: meter."), validators=[Optional()]
        )
        fields["low"] = StringField(_l("Paling sedikit"), validators=[Optional()])
        fields["high"] = StringField(_l("Paling banyak"), validators=[Optional()])
    for place in range(rows if kind in CHOSEN else 0):
        for part, field in _row(kind).items():
            fields[field_name(place, part)] = field
    return type("OneQuestionForm", (QuestionForm,), fields)


def _row(kind: Kind) -> dict[str, Any]:
    row: dict[str, Any] = {
        "stop": TextAreaField(_l("Ke mana sebaiknya"), validators=[Optional()]),
        "stop_en": TextAreaField(
            _l("Ke mana sebaiknya, dalam bahasa Inggris"), validators=[Optional()]
        ),
        "link": StringField(
            _l("Tautan"), description=_l("Diawali https://."), validators=[Optional()]
        ),
        "agency": StringField(
            _l("Atau instansi lain di SP4N"),
            description=_l("Alamat singkatnya, misalnya badungkab."),
            validators=[Optional()],
        ),
    }
    if kind == Kind.YES_NO:
        return row
    return {
        "key": HiddenField(),
        "label": StringField(_l("Jawaban")),
        "label_en": StringField(_l("Dalam bahasa Inggris"), validators=[Optional()]),
        **row,
    }


def _closed_up(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Without the rows that were left empty between others."""
    told = MultiDict(item for item in sent.items(multi=True) if not item[0].startswith("option_"))
    if request.form.get("kind") == Kind.YES_NO:
        return MultiDict(sent)
    place = 0
    for row in range(MOST_OPTIONS):
        texts = {part: sent.get(field_name(row, part), "") for part in PARTS}
        if any(clean_text(text) for part, text in texts.items() if part != "key"):
            told.update({field_name(place, part): text for part, text in texts.items()})
            place += 1
    return told


def _sent_rows(sent: MultiDict[str, str] | None) -> int:
    return sum(1 for row in range(MOST_OPTIONS) if sent and field_name(row, "label") in sent)


def _bound(text: str) -> str:
    """As it is kept; what is no number stays as it was typed, and is refused."""
    number = read_number(text, "id") if text else None
    return text if number is None else format(number.normalize() + 0, "f")
