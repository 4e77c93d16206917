"""An agency's questions as its admin reads them: by topic, and each in a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from sp4n.cases.extra_answers import bounds_words
from sp4n.desk.questions_forms import KINDS
from sp4n.settings.extra_questions import EVERY_CATEGORY, Kind, Question
from sp4n.settings.queries import CategoryFacts
from sp4n.web.language import current_language

UNKNOWN: Final = "–"


@dataclass(frozen=True)
class Group:
    """The questions of one topic: those that are asked, in order, and those that no longer are."""

    category: str
    label: str
    asked: list[tuple[Question, str, str]]  # itself, its kind in words, its condition in words
    retired: list[Question]


def groups_of(
    questions: Sequence[Question], topics: Iterable[CategoryFacts], everywhere: bool
) -> list[Group]:
    """`everywhere`: of all topics, else of those only that have questions."""
    language = current_language()
    named = {EVERY_CATEGORY: str(_("Semua laporan"))}
    named |= {one.key: one.label(language) for one in topics}
    for one in questions:
        if not everywhere:
            named.setdefault(one.category, str(_("Topik yang tidak ada lagi")))
    groups = [
        Group(key, label, _asked(key, questions), _retired(key, questions))
        for key, label in named.items()
    ]
    return [one for one in groups if everywhere or one.asked or one.retired]


def _asked(category: str, questions: Sequence[Question]) -> list[tuple[Question, str, str]]:
    return [
        (one, kind_words(one), condition_words(one, questions))
        for one in questions
        if one.category == category and not one.retired
    ]


def _retired(category: str, questions: Sequence[Question]) -> list[Question]:
    return [one for one in questions if one.category == category and one.retired]


def kind_words(one: Question) -> str:
    """Its kind, and what there is to choose."""
    language = current_language()
    words = str(KINDS[one.kind])
    if one.kind in (Kind.ONE, Kind.SEVERAL):
        return f"{words}: {', '.join(option.said(language) for option in one.options)}"
    more = " ".join(part for part in (one.unit, bounds_words(one, language).rstrip(".")) if part)
    return f"{words}, {more}" if more else words


def condition_words(one: Question, questions: Iterable[Question]) -> str:
    """ "" where it is always asked."""
    if one.when is None:
        return ""
    language = current_language()
    before = next((other for other in questions if other.key == one.when.question), None)
    option = before.option(one.when.answer) if before else None
    return str(
        _(
            "Bila “%(label)s” dijawab “%(answer)s”.",
            label=before.said(language) if before else UNKNOWN,
            answer=option.said(language) if option else UNKNOWN,
        )
    )


def question_words(one: Question, questions: Iterable[Question]) -> str:
    """All that a reporter would notice of it, for who compares two versions."""
    language = current_language()
    stops = [
        _("Berhenti pada “%(answer)s”: %(words)s", answer=option.said(language), words=option.stop)
        for option in one.options
        if option.stop
    ]
    parts = [
        kind_words(one),
        _("wajib") if one.required else _("boleh dilewati"),
        condition_words(one, questions),
        one.help,
        one.label_en,
        *stops,
    ]
    return "; ".join(str(part) for part in parts if part)
