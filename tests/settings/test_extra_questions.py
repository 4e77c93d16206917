"""An agency's own questions as they are kept: what fits together, and what does not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sp4n.settings.extra_questions import (
    MOST_OF_A_CATEGORY,
    YES_AND_NO,
    Kind,
    Option,
    Question,
    When,
    asked_of,
    can_depend_on,
    check_questions,
    read_questions,
    written_questions,
)

FIRST = Question("a", Kind.YES_NO, "Ada air?", options=YES_AND_NO)
SECOND = Question("b", Kind.TEXT, "Sejak kapan?", "Since when?", when=When("a", "ya"))
ROAD = Question(
    "c", Kind.ONE, "Jalan apa?", category="jalan", options=(Option("x", "Kota", stop="Ke sana"),)
)
DEEP = Question("d", Kind.NUMBER, "Dalamnya?", category="jalan", when=When("c", "x"), unit="cm")
EVERY = (FIRST, SECOND, ROAD, DEEP)


def test_what_is_written_is_read_again() -> None:
    assert read_questions(written_questions(EVERY)) == EVERY
    assert written_questions(()) == ""
    assert read_questions("") == ()


def test_questions_of_all_come_first_and_retired_ones_not_at_all() -> None:
    asked = asked_of((DEEP, replace(FIRST, retired=True), SECOND, ROAD), ("", "jalan"))
    assert asked == (SECOND, DEEP, ROAD)


def test_a_condition_looks_back_at_what_is_asked_before_it_always() -> None:
    assert can_depend_on(DEEP, EVERY) == [FIRST, ROAD]
    assert can_depend_on(SECOND, EVERY) == [FIRST]
    assert can_depend_on(FIRST, EVERY) == []
    assert can_depend_on(replace(SECOND, key="new", category="air"), EVERY) == [FIRST]


@pytest.mark.parametrize(
    "questions",
    [
        (FIRST, replace(SECOND, when=When("b", "ya"))),  # itself
        (SECOND, FIRST),  # a later one
        (replace(FIRST, retired=True), SECOND),
        (SECOND,),  # one that is not there
        (FIRST, replace(SECOND, when=When("a", "mungkin"))),  # no such answer
        (ROAD, replace(SECOND, when=When("c", "x"))),  # asked of some reports only
        (SECOND, FIRST, FIRST),
        tuple(replace(SECOND, key=f"k{n}", when=None) for n in range(MOST_OF_A_CATEGORY + 1)),
    ],
)
def test_what_does_not_fit_together_is_refused(questions: tuple[Question, ...]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        check_questions(questions)
    check_questions([replace(one, key=f"z{n}", retired=True) for n, one in enumerate(questions)])


@pytest.mark.parametrize(
    "entry",
    [
        "x",
        {"key": "a", "kind": "text"},
        {"key": "a", "kind": "film", "label": "x"},
        {"key": "A b", "kind": "text", "label": "x"},
        {"key": "a", "kind": "text", "label": ""},
        {"key": "a", "kind": "text", "label": "x" * 201},
        {"key": "a", "kind": "text", "label": 1},
        {"key": "a", "kind": "text", "label": "x", "more": 1},
        {"key": "a", "kind": "one", "label": "x"},
        {"key": "a", "kind": "text", "label": "x", "options": [{"key": "a", "label": "x"}]},
        {"key": "a", "kind": "one", "label": "x", "options": [{"key": "a", "label": "x"}] * 2},
        {"key": "a", "kind": "number", "label": "x", "low": "NaN"},
        {"key": "a", "kind": "text", "label": "x", "required": "yes"},
        {"key": "a", "kind": "text", "label": "x", "when": {"question": 1, "answer": "x"}},
    ],
)
def test_what_was_not_written_here_is_not_read(entry: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_questions(json.dumps([entry]))
