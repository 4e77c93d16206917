"""What an agency takes reports about: which classifications and topics, its own topics below the
national ones, and the unit that a topic goes to.

It is published with the agency's other settings, as text. Cases keep the number of an agency's own
topic: one that was ever published is closed, never removed, and no number means something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy.orm import Session

from sp4n.settings.queries import CategoryFacts, categories, category

AGENCIES_REMEMBERED = 2048
LONGEST_NAME: Final = 80
MOST_OWN: Final = 100
OWN_TOKEN: Final = re.compile(r"instansi-([1-9][0-9]{0,5})")
NATIONAL_TOKEN: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class OwnTopic:
    """`under`: the key of the national topic that it stands below; `number` is for ever."""

    number: int
    under: str
    name: str
    name_en: str = ""
    open: bool = True

    @property
    def token(self) -> str:
        return f"instansi-{self.number}"

    def label(self, language: str) -> str:
        return self.name_en or self.name if language == "en" else self.name


@dataclass(frozen=True)
class Intake:
    """`closed`: classifications, `hidden`: keys of national topics that are not offered; `units`:
    token of a topic -> the unit that its reports go to."""

    closed: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    own: tuple[OwnTopic, ...] = ()
    units: Mapping[str, int] = field(default_factory=dict)

    def numbered(self, number: int | None) -> OwnTopic | None:
        return next((one for one in self.own if one.number == number), None)


@dataclass(frozen=True)
class Topic:
    """One line of the choice that a reporter has: a national topic, or an agency's own below it."""

    category: CategoryFacts
    own: OwnTopic | None = None

    @property
    def token(self) -> str:
        return self.own.token if self.own else self.category.key

    @property
    def own_number(self) -> int | None:
        return self.own.number if self.own else None

    @property
    def value(self) -> str:
        """As forms of the desk have it."""
        return f"{self.category.id}:{self.own.number}" if self.own else str(self.category.id)

    def label(self, language: str) -> str:
        return (self.own or self.category).label(language)


NOTHING_SET: Final = Intake()


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def read_intake(text: str) -> Intake:
    """ValueError for what is none of ours."""
    if not text:
        return NOTHING_SET
    found = json.loads(text)
    try:
        own = tuple(OwnTopic(*row) for row in found["own"])
        intake = Intake(
            closed=frozenset(found["closed"]),
            hidden=frozenset(found["hidden"]),
            own=own,
            units={str(token): int(unit) for token, unit in found["units"].items()},
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not what an agency takes") from error
    if not _is_sound(intake):
        raise ValueError("not what an agency takes")
    return intake


def written_intake(intake: Intake) -> str:
    """ "" where everything is as the national level has it."""
    if intake == NOTHING_SET:
        return ""
    found: dict[str, Any] = {
        "closed": sorted(intake.closed),
        "hidden": sorted(intake.hidden),
        "own": [
            [one.number, one.under, one.name, one.name_en, one.open]
            for one in sorted(intake.own, key=lambda one: one.number)
        ],
        "units": dict(sorted(intake.units.items())),
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _is_sound(intake: Intake) -> bool:
    tokens = (*intake.hidden, *(one.under for one in intake.own))
    numbers = [one.number for one in intake.own]
    names = [(one.name, one.name_en) for one in intake.own]
    return (
        all(isinstance(one, str) for pair in names for one in pair)
        and all(one.name and isinstance(one.open, bool) for one in intake.own)
        and all(len(one) <= LONGEST_NAME for pair in names for one in pair)
        and all(isinstance(one, int) and one > 0 for one in numbers)
        and len(set(numbers)) == len(numbers) <= MOST_OWN
        and all(NATIONAL_TOKEN.fullmatch(one) for one in tokens)
        and all(isinstance(one, str) for one in intake.closed)
        and all(is_token(token) and unit > 0 for token, unit in intake.units.items())
    )


def is_token(text: str) -> bool:
    return bool(OWN_TOKEN.fullmatch(text) or NATIONAL_TOKEN.fullmatch(text))


def topics(session: Session, intake: Intake) -> tuple[Topic, ...]:
    """What a reporter can choose, in the order of the form: each national topic, its own ones
    right after it. With a topic that is not offered all that stands below it goes."""
    return tuple(_offered(session, intake))


def _offered(session: Session, intake: Intake) -> Iterator[Topic]:
    every = categories(session)
    hidden = {one.id for one in every if one.key in intake.hidden}
    for one in every:
        if one.id not in hidden and one.parent_id not in hidden:
            yield Topic(one)
            yield from (Topic(one, own) for own in intake.own if own.open and own.under == one.key)


def topic_with(session: Session, intake: Intake, token: str) -> Topic | None:
    return next((one for one in _offered(session, intake) if one.token == token), None)


def is_offered(
    session: Session, intake: Intake, category_id: int, own_number: int | None = None
) -> bool:
    return any(
        (one.category.id, one.own_number) == (category_id, own_number)
        for one in _offered(session, intake)
    )


def lineage(session: Session, category_id: int | None, own_number: int | None) -> tuple[str, ...]:
    """The tokens that stand for the topic of a case: its own first, then what it stands below."""
    found = category(session, category_id) if category_id else None
    if found is None:
        return ()
    above = category(session, found.parent_id) if found.parent_id else None
    own = (f"instansi-{own_number}",) if own_number else ()
    return (*own, found.key, *((above.key,) if above else ()))


def topic_names(session: Session, intake: Intake, language: str) -> dict[str, str]:
    """Token -> name, of every topic there is, offered or not, in the order of the form."""
    return {
        one.token: one.label(language)
        for national in categories(session)
        for one in (
            Topic(national),
            *(Topic(national, own) for own in intake.own if own.under == national.key),
        )
    }


def within(session: Session, token: str) -> tuple[frozenset[int], int | None]:
    """What cases about this topic, or what stands below it, have: ids of national ones, or the
    number of an agency's own."""
    if own := OWN_TOKEN.fullmatch(token):
        return frozenset(), int(own[1])
    ids = {one.id for one in categories(session) if one.key == token}
    return frozenset(ids | {one.id for one in categories(session) if one.parent_id in ids}), None


def topic_label(
    session: Session,
    intake: Intake,
    category_id: int | None,
    own_number: int | None,
    language: str,
) -> str:
    """ "" without a topic. Also of one that nobody can choose any more."""
    own = intake.numbered(own_number)
    found = own or (category(session, category_id) if category_id else None)
    return found.label(language) if found else ""


def kept(former: Intake, new: Intake) -> Intake:
    """`new` with the own topics that it lacks and cases may have, closed."""
    numbers = {one.number for one in new.own}
    lost = [replace(one, open=False) for one in former.own if one.number not in numbers]
    return replace(new, own=(*new.own, *lost)) if lost else new
