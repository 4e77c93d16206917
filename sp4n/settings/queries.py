"""Rule sets and their limits, and the catalogue of categories, as facts that outlive a session.

They are asked for on almost every page and change hardly ever: each process remembers them, so a
change by the national level is seen everywhere within `remembered.LIFETIME`. What an
agency keeps stricter is in `own_limits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.remembered import Remembered
from sp4n.settings.models import Category, RuleSet, TimeLimit

EVERY_CLASS: Final = ""
UNDER_SUPERVISION: Final = "pengaduan_berkadar_pengawasan"


class Step(StrEnum):
    """What is limited: who owes what to whom."""

    VERIFICATION = "verification"  # the agency: verified, or archived with a reason
    FIRST_ANSWER = "first_answer"  # the agency: a first follow-up, from the verification on
    REPLY = "reply"  # the reporter: a reply to an answer, or the case is closed
    CONTEST = "contest"  # the reporter: says that an end is none, from that end on
    COMPLETION = "completion"  # the agency: an end, from the verification on
    OMBUDSMAN = "ombudsman"  # the reporter: may hand the case to the Ombudsman, from its filing on
    EXTENSION = "extension"  # the agency: once, how much later the end may be, for a reason
    # Who hears of it that a limit of the agency's is past, and after how long.
    ESCALATE_OFFICER = "escalate_officer"
    ESCALATE_ADMIN = "escalate_admin"
    ESCALATE_HEAD = "escalate_head"
    ESCALATE_COORDINATOR = "escalate_coordinator"


class Unit(StrEnum):
    """What a limit is counted in: in working days, but for the Ombudsman's."""

    WORKING_DAY = "working_day"
    DAY = "day"


@dataclass(frozen=True)
class Limit:
    step: Step
    case_class: str
    amount: int
    unit: Unit
    citation: str


@dataclass(frozen=True)
class RuleSetFacts:
    """`verified` False: say so wherever the citation is shown ("perlu diverifikasi")."""

    id: int
    key: str
    name: str
    citation: str
    source: str
    verified: bool
    valid_from: date
    valid_to: date | None
    limits: tuple[Limit, ...]

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class CategoryFacts:
    id: int
    key: str
    name: str
    name_en: str
    parent_id: int | None
    active: bool

    def label(self, language: str) -> str:
        return self.name_en if language == "en" else self.name


def rule_set_in_force(session: Session, on: date) -> RuleSetFacts:
    """The rules for what begins on this day; LookupError when none were in force."""
    in_force = [rules for rules in _rule_sets(session) if rules.in_force(on)]
    if not in_force:
        raise LookupError(f"no rule set is in force on {on}: load the reference data")
    return max(in_force, key=lambda rules: rules.valid_from)


def rule_set(session: Session, rule_set_id: int) -> RuleSetFacts:
    """The rules that a case was filed under; LookupError when there are none of this id."""
    for rules in _rule_sets(session):
        if rules.id == rule_set_id:
            return rules
    raise LookupError(f"no rule set {rule_set_id}")


def class_of(classification: str, supervision: bool) -> str:
    """What the rules know a case as."""
    supervised = supervision and classification == "pengaduan"
    return UNDER_SUPERVISION if supervised else classification


def limit(
    facts: RuleSetFacts, step: Step, classification: str, supervision: bool = False
) -> Limit | None:
    """The limit of a step for a class of case; None where the rules set none.

    `supervision`: the agency found the complaint to carry supervision weight (berkadar
    pengawasan); it says nothing about other classifications.
    """
    case_class = class_of(classification, supervision)
    limits = {one.case_class: one for one in facts.limits if one.step == step}
    return limits.get(case_class, limits.get(EVERY_CLASS))


def limits_of(session: Session, step: Step) -> list[tuple[RuleSetFacts, Limit]]:
    """Of every rule set that there is, whatever day it was in force."""
    return [
        (rules, one) for rules in _rule_sets(session) for one in rules.limits if one.step == step
    ]


def mark_of_limits(session: Session) -> str:
    """Another one where any limit of any rule set is another."""
    limits = [
        (rules.key, one.step, one.case_class, one.amount, one.unit)
        for rules in _rule_sets(session)
        for one in rules.limits
    ]
    return sha256(repr(sorted(limits)).encode()).hexdigest()[:16]


def categories(session: Session) -> tuple[CategoryFacts, ...]:
    """What can be chosen today, in the order of the form: each topic, then its sub-topics."""
    every = _categories(session)
    shut = {one.id for one in every if not one.active}
    return tuple(one for one in every if one.id not in shut and one.parent_id not in shut)


def category(session: Session, category_id: int) -> CategoryFacts | None:
    """Any category, one too that a case has and nobody can choose any more."""
    return next((one for one in _categories(session) if one.id == category_id), None)


def category_by_key(session: Session, key: str) -> CategoryFacts | None:
    """The category that a form names, if it can be chosen."""
    every = _categories(session)
    found = next((one for one in every if one.key == key and one.active), None)
    if found is None or found.parent_id is None:
        return found
    topics = (one for one in every if one.id == found.parent_id)
    return found if all(topic.active for topic in topics) else None


def forget() -> None:
    """Read anew at the next question: for who has just changed the data, in this process."""
    _rule_sets.forget()
    _categories.forget()


def _read_rule_sets(session: Session) -> tuple[RuleSetFacts, ...]:
    limits: dict[int, list[Limit]] = {}
    known = sa.select(TimeLimit).where(TimeLimit.step.in_(Step))  # a later release may know more
    for row in session.scalars(known.order_by(TimeLimit.step, TimeLimit.case_class)):
        one = Limit(Step(row.step), row.case_class, row.amount, Unit(row.unit), row.citation)
        limits.setdefault(row.rule_set_id, []).append(one)
    return tuple(
        RuleSetFacts(
            id=row.id,
            key=row.key,
            name=row.name,
            citation=row.citation,
            source=row.source,
            verified=row.verified,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            limits=tuple(limits.get(row.id, ())),
        )
        for row in session.scalars(sa.select(RuleSet).order_by(RuleSet.valid_from, RuleSet.id))
    )


def _read_categories(session: Session) -> tuple[CategoryFacts, ...]:
    """In the order of the form."""
    rows = session.scalars(sa.select(Category).order_by(Category.position, Category.id))
    every = [
        CategoryFacts(row.id, row.key, row.name, row.name_en, row.parent_id, row.active)
        for row in rows
    ]
    topics = [one for one in every if one.parent_id is None]
    return tuple(
        one for topic in topics for one in (topic, *(c for c in every if c.parent_id == topic.id))
    )


_rule_sets = Remembered(_read_rule_sets)
_categories = Remembered(_read_categories)
