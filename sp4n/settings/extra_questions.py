"""What an agency asks beside the common questions of a report: of all reports, or by category.

They are published with the agency's other settings, as text (JSON). A key is made once and never
means another question: answers that were given keep it, with the label as it was asked.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import Any, Final

EVERY_CATEGORY: Final = ""
MOST_QUESTIONS: Final = 200  # retired ones among them
MOST_OF_A_CATEGORY: Final = 10
MOST_OPTIONS: Final = 20
TEXTS_REMEMBERED: Final = 256
# As long as a number of a reporter may be; what is longer no arithmetic of ours takes.
BOUND: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?", re.ASCII)
KEY: Final = re.compile(r"[a-z0-9]{1,12}")
LONGEST: Final = {
    "label": 200,
    "label_en": 200,
    "help": 300,
    "help_en": 300,
    "unit": 20,
    "category": 80,
    "stop": 400,
    "stop_en": 400,
    "link": 300,
    "agency": 80,
    "low": 20,
    "high": 20,
}


class Kind(StrEnum):
    TEXT = "text"
    LONG = "long"
    ONE = "one"
    SEVERAL = "several"
    YES_NO = "yes_no"
    DATE = "date"
    NUMBER = "number"
    PLACE = "place"
    FILE = "file"  # asked for where files are attached, not among the others


CHOSEN: Final = frozenset({Kind.ONE, Kind.SEVERAL, Kind.YES_NO})


@dataclass(frozen=True)
class Option:
    """An answer to choose. With `stop` it ends the filing: where to go instead, in words, and if
    given at `link`, or at the agency with this slug."""

    key: str
    label: str
    label_en: str = ""
    stop: str = ""
    stop_en: str = ""
    link: str = ""
    agency: str = ""

    def said(self, language: str) -> str:
        return in_language(self.label, self.label_en, language)


@dataclass(frozen=True)
class When:
    """The question is asked only where an earlier one was answered so."""

    question: str
    answer: str


@dataclass(frozen=True)
class Question:
    """`category`: the key of a topic, whose sub-topics are asked, too; or EVERY_CATEGORY. `low` and
    `high`, of a number: decimal text, "" for no bound."""

    key: str
    kind: Kind
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    category: str = EVERY_CATEGORY
    required: bool = False
    unit: str = ""
    low: str = ""
    high: str = ""
    options: tuple[Option, ...] = ()
    when: When | None = None
    retired: bool = False

    def said(self, language: str) -> str:
        return in_language(self.label, self.label_en, language)

    def helped(self, language: str) -> str:
        return in_language(self.help, self.help_en, language)

    def option(self, key: str) -> Option | None:
        return next((one for one in self.options if one.key == key), None)


YES_AND_NO: Final = (Option("ya", "Ya", "Yes"), Option("tidak", "Tidak", "No"))


def new_key() -> str:
    """Drawn, not counted: one that a discarded draft had is never given again."""
    return secrets.token_hex(4)


def in_language(text: str, english: str, language: str) -> str:
    return english if language == "en" and english else text


@lru_cache(maxsize=TEXTS_REMEMBERED)
def read_questions(text: str) -> tuple[Question, ...]:
    """ValueError where it is not as `written_questions` writes it."""
    if not text:
        return ()
    entries = json.loads(text)
    if not isinstance(entries, list):
        raise ValueError("not a list of questions")
    return tuple(_question(entry) for entry in entries)


def written_questions(questions: Iterable[Question]) -> str:
    """ "" where there are none."""
    entries = [_told(asdict(one)) for one in questions]
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")) if entries else ""


def asked_of(questions: Iterable[Question], categories: Collection[str]) -> tuple[Question, ...]:
    """In the order of asking: what is asked of all reports, then of each category in turn."""
    asked = [one for one in questions if not one.retired]
    return tuple(one for category in categories for one in asked if one.category == category)


def can_depend_on(question: Question, questions: Collection[Question]) -> list[Question]:
    """Those that are asked before it whenever it is asked, and have answers to choose."""
    own = (one for one in questions if one.category == question.category)
    before = takewhile(lambda one: one.key != question.key, own)
    every = [one for one in questions if one.category == EVERY_CATEGORY]
    wider = every if question.category != EVERY_CATEGORY else []
    return [one for one in (*wider, *before) if not one.retired and one.kind in CHOSEN]


def faulty_conditions(questions: Collection[Question]) -> list[Question]:
    """Those whose condition nothing that is asked before can fulfil."""
    asked = (one for one in questions if one.when is not None and not one.retired)
    return [one for one in asked if not _can_be_met(one, questions)]


def check_questions(questions: Collection[Question]) -> None:
    """ValueError where they do not fit together."""
    keys = [one.key for one in questions]
    if len(keys) != len(set(keys)) or len(keys) > MOST_QUESTIONS:
        raise ValueError("a key twice, or too many questions")
    for one in questions:
        if len(asked_of(questions, [one.category])) > MOST_OF_A_CATEGORY:
            raise ValueError("too many questions of a category")
    if faulty_conditions(questions):
        raise ValueError("a condition that nothing can fulfil")


def decimal_of(text: str) -> Decimal:
    """Of a bound as it is kept. ValueError for what is none."""
    if not BOUND.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _can_be_met(question: Question, questions: Collection[Question]) -> bool:
    before = {one.key: one for one in can_depend_on(question, questions)}
    when = question.when
    found = before.get(when.question) if when else None
    return when is None or (found is not None and found.option(when.answer) is not None)


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    """Without what is not said."""
    told = {name: value for name, value in entry.items() if value}
    if told.get("options"):
        told["options"] = [_told(one) for one in told["options"]]
    return told


def _question(entry: Any) -> Question:
    given = _known(entry, Question)
    options = given.pop("options", [])
    when = given.pop("when", None)
    one = Question(
        **{**given, "kind": Kind(given["kind"])},
        options=tuple(Option(**_texts(_known(each, Option))) for each in options),
        when=When(**_texts(_known(when, When))) if when else None,
    )
    _check(one)
    return one


def _known(entry: Any, made: type[Any]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise ValueError("not an object")
    unknown = entry.keys() - {field.name for field in fields(made)}
    missing = {"key", "label"} - entry.keys() if made is not When else set()
    if unknown or missing:
        raise ValueError(f"{sorted(unknown | missing)}")
    return dict(entry)


def _texts(entry: dict[str, Any]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in entry.values()):
        raise ValueError("not a text")
    return entry


def _check(one: Question) -> None:
    for part in (one, *one.options):
        for name, longest in LONGEST.items():
            text = getattr(part, name, "")
            if not isinstance(text, str) or len(text) > longest:
                raise ValueError(f"{name}: no text, or too long")
    keys = [one.key, *(option.key for option in one.options)]
    if not all(KEY.fullmatch(key) for key in keys) or len(set(keys[1:])) < len(keys[1:]):
        raise ValueError("a key that is none, or twice")
    if not one.label or any(not option.label for option in one.options):
        raise ValueError("no label")
    if any(type(said) is not bool for said in (one.required, one.retired)):
        raise ValueError("neither true nor false")
    if (one.kind in CHOSEN) != bool(one.options) or len(one.options) > MOST_OPTIONS:
        raise ValueError("options where there are none to choose, or none where there are")
    for bound in (one.low, one.high):
        if bound:
            decimal_of(bound)
