"""Answers to what an agency asks beside the common questions: what is right of what was typed, what
of it stays with the case, and how that reads.

Pure, and asked again at each step: a question may have changed since its page was opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from babel.numbers import format_decimal
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.calendars.dates import long_date
from sp4n.settings.extra_questions import (
    EVERY_CATEGORY,
    Kind,
    Option,
    Question,
    decimal_of,
    in_language,
)
from sp4n.settings.queries import category

PREFIX: Final = "q_"  # of a question's field in a form
BETWEEN: Final = "\n"  # of several choices in one text
LONGEST: Final = {Kind.TEXT: 200, Kind.PLACE: 300, Kind.LONG: 1000}
# The browser sends the first; the others are what people type where it shows no calendar.
DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
YEARS: Final = range(1900, 2101)
# 1.500 is fifteen hundred in this country, 1,500 elsewhere.
GROUPED: Final = {
    "id": re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,4})?", re.ASCII),
    "en": re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,4})?", re.ASCII),
}
PLAIN: Final = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,4})?", re.ASCII)

Stored = dict[str, Any]


class _Wrong(ValueError):
    """The words for who typed it."""


@dataclass(frozen=True)
class Understood:
    """`asked`: those that are to be answered, as the others were; `stored`: what a case keeps;
    `wrong`: words by key; `stop`: the choice that says to go elsewhere, and its question's key;
    `files`: what is to be attached."""

    asked: tuple[Question, ...]
    stored: list[Stored]
    wrong: Mapping[str, str]
    stop: tuple[str, Option] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Question, ...] = ()

    @property
    def right(self) -> bool:
        return not self.wrong and self.stop is None


def understand(
    questions: Sequence[Question], typed: Mapping[str, str], language: str
) -> Understood:
    """`questions`: of the report's category, in order; `typed`: text by key. What is not asked is
    not looked at."""
    chosen: dict[str, list[Option]] = {}
    asked, stored, wrong, texts = [], [], {}, {}
    files: list[Question] = []
    stop = None
    for one in questions:
        if one.when and one.when.answer not in {o.key for o in chosen.get(one.when.question, ())}:
            continue
        if one.kind == Kind.FILE:
            files.append(one)
            continue
        asked.append(one)
        text = typed.get(one.key, "").strip()
        try:
            value = _value(one, text, chosen, language)
        except _Wrong as fault:
            wrong[one.key] = str(fault)
            continue
        if value is not None:
            stored.append(_stored(one, value))
            texts[one.key] = text
        stops = (option for option in chosen.get(one.key, ()) if option.stop)
        stop = stop or next(((one.key, option) for option in stops), None)
    return Understood(tuple(asked), stored, wrong, stop, texts, tuple(files))


def categories_of(session: Session, category_id: int | None) -> tuple[str, ...]:
    """The keys that the questions of a report come from: of all, of its topic, of its sub-topic."""
    found = category(session, category_id) if category_id else None
    if found is None:
        return (EVERY_CATEGORY,)
    topic = category(session, found.parent_id) if found.parent_id else None
    return (EVERY_CATEGORY, *([topic.key] if topic else []), found.key)


def answer_lines(answers: Sequence[Stored], language: str) -> list[tuple[str, str]]:
    """(what was asked, what was answered), of those that were."""
    return [(in_language(*_labels(one), language), answer_words(one, language)) for one in answers]


def answer_words(answer: Stored, language: str) -> str:
    value, kind = answer["value"], answer["kind"]
    if isinstance(value, list):
        return "\n".join(in_language(*_labels(option), language) for option in value)
    if kind == Kind.DATE:
        return long_date(date.fromisoformat(value), language)
    if kind == Kind.NUMBER:
        number = format_decimal(Decimal(value), format="#,##0.####", locale=language)
        return f"{number} {answer.get('unit', '')}".strip()
    return str(value)


def _labels(told: Mapping[str, Any]) -> tuple[str, str]:
    return told["label"], told.get("label_en", "")


def _stored(one: Question, value: Any) -> Stored:
    told = {"key": one.key, "kind": one.kind.value, "label": one.label, "value": value}
    more = {"label_en": one.label_en, "unit": one.unit if one.kind == Kind.NUMBER else ""}
    return {**told, **{name: text for name, text in more.items() if text}}


def _value(one: Question, text: str, chosen: dict[str, list[Option]], language: str) -> Any:
    """None where nothing was answered, and nothing need be."""
    label = one.said(language)
    name = label.rstrip(" ?:.")
    if not text:
        if one.required:
            raise _Wrong(_("Belum dijawab: %(label)s", label=label))
        return None
    if one.options:
        chosen[one.key] = _options(one, text, name)
        return [
            {"key": option.key, "label": option.label}
            | ({"label_en": option.label_en} if option.label_en else {})
            for option in chosen[one.key]
        ]
    if one.kind == Kind.DATE:
        return _day(text, name).isoformat()
    if one.kind == Kind.NUMBER:
        return _number(one, text, name, language)
    longest = LONGEST[one.kind]
    if len(text) > longest:
        raise _Wrong(
            _(
                "%(label)s: paling banyak %(high)s huruf, sekarang %(n)s.",
                label=name,
                high=longest,
                n=len(text),
            )
        )
    return text if one.kind == Kind.LONG else " ".join(text.split())


def _options(one: Question, text: str, label: str) -> list[Option]:
    keys = set(text.split(BETWEEN))
    found = [option for option in one.options if option.key in keys]
    if len(found) < len(keys) or (one.kind != Kind.SEVERAL and len(keys) > 1):
        raise _Wrong(_("%(label)s: pilih dari jawaban yang ada.", label=label))
    return found


def _day(text: str, label: str) -> date:
    for shape in DATES:
        try:
            found = datetime.strptime(text, shape).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if found.year in YEARS:
            return found
    raise _Wrong(_("%(label)s: tulis tanggal seperti 20/11/2026.", label=label))


def _number(one: Question, text: str, label: str, language: str) -> str:
    number = read_number(text, language)
    if number is None:
        raise _Wrong(_("%(label)s: tulis dengan angka, misalnya 12 atau 2,5.", label=label))
    low, high = (decimal_of(bound) if bound else None for bound in (one.low, one.high))
    if (low is not None and number < low) or (high is not None and number > high):
        raise _Wrong(f"{label}: {bounds_words(one, language)}")
    return format(number.normalize() + 0, "f")


def bounds_words(one: Question, language: str) -> str:
    """Of a number; "" where there are none."""
    low, high = (
        format_decimal(decimal_of(bound), format="#,##0.####", locale=language) if bound else ""
        for bound in (one.low, one.high)
    )
    if low and high:
        return str(_("dari %(low)s sampai %(high)s.", low=low, high=high))
    if low:
        return str(_("paling sedikit %(low)s.", low=low))
    return str(_("paling banyak %(high)s.", high=high)) if high else ""


def read_number(text: str, language: str) -> Decimal | None:
    """As people write numbers in this language; None for what is none."""
    text = text.replace(" ", "")
    if GROUPED.get(language, GROUPED["id"]).fullmatch(text):
        separator = "," if language == "en" else "."
        text = text.replace(separator, "")
    elif not PLAIN.fullmatch(text):
        return None
    return Decimal(text.replace(",", "."))
