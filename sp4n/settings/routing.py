"""An agency's rules for where a new report goes: in their order, the first that fits counts.

They are published with the agency's other settings, as text. A rule leads to a unit and never to
another rule, so that nothing can go round in a circle. Words are plain: whole words, whatever their
case, and no pattern of anybody's.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

AGENCIES_REMEMBERED = 2048
MOST_RULES: Final = 50
MOST_PHRASES: Final = 30
LONGEST_PHRASE: Final = 60
LONGEST_NAME: Final = 80
LANGUAGES: Final = ("id", "en")
BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
CONDITIONS: Final = ("classes", "topics", "words", "places", "languages")


@dataclass(frozen=True)
class Rule:
    """Each condition that is set has to hold, by any of its entries. `topics`: tokens, for what
    stands below them, too; `words`: in the title or the text; `places`: in where it happened.
    `confidential`: only the unit and the admins may read what this rule sends."""

    id: int
    name: str
    unit_id: int
    classes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    confidential: bool = False

    @property
    def conditional(self) -> bool:
        return any(getattr(self, name) for name in CONDITIONS)


@dataclass(frozen=True)
class Routing:
    """`otherwise`: the unit of what no rule and no topic sends anywhere."""

    rules: tuple[Rule, ...] = ()
    otherwise: int | None = None

    def with_id(self, rule_id: int) -> Rule | None:
        return next((one for one in self.rules if one.id == rule_id), None)


@dataclass(frozen=True)
class Report:
    """What rules look at. `title`, `description`, `location`: as they were typed."""

    classification: str
    topics: tuple[str, ...]
    language: str
    title: str
    description: str
    location: str


NOTHING_SET: Final = Routing()


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def read_routing(text: str) -> Routing:
    """ValueError for what is none of ours."""
    if not text:
        return NOTHING_SET
    found = json.loads(text)
    try:
        rules = tuple(Rule(**_typed(row)) for row in found["rules"])
        routing = Routing(rules, found["otherwise"])
        if not _is_sound(routing):
            raise ValueError("not rules of ours")
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("not rules of ours") from error
    return routing


def written_routing(routing: Routing) -> str:
    """ "" where nothing is set."""
    if routing == NOTHING_SET:
        return ""
    rules = [{name: v for name, v in asdict(one).items() if v} for one in routing.rules]
    found = {"rules": rules, "otherwise": routing.otherwise}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def fitting(routing: Routing, report: Report) -> Rule | None:
    """The first rule that fits."""
    texts = _Texts(report)
    return next((rule for rule in routing.rules if _fits(rule, report, texts)), None)


def plain(text: str) -> str:
    """Words with one space around each: what a phrase is looked for in, and as."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return f" {BETWEEN_WORDS.sub(' ', folded).strip()} "


class _Texts:
    """Made plain when a rule first asks."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._words: str | None = None
        self._place: str | None = None

    @property
    def words(self) -> str:
        if self._words is None:
            self._words = plain(f"{self._report.title}\n{self._report.description}")
        return self._words

    @property
    def place(self) -> str:
        if self._place is None:
            self._place = plain(self._report.location)
        return self._place


def _fits(rule: Rule, report: Report, texts: _Texts) -> bool:
    """What costs least is asked first."""
    return (
        _among(report.classification, rule.classes)
        and _among(report.language, rule.languages)
        and (not rule.topics or not set(rule.topics).isdisjoint(report.topics))
        and (not rule.places or _says(texts.place, rule.places))
        and (not rule.words or _says(texts.words, rule.words))
    )


def _among(value: str, some: Collection[str]) -> bool:
    return not some or value in some


def _says(text: str, phrases: Iterable[str]) -> bool:
    return any(plain_phrase(one) in text for one in phrases)


@lru_cache(maxsize=8192)
def plain_phrase(phrase: str) -> str:
    return plain(phrase)


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if name in CONDITIONS and isinstance(value, list) else value
        for name, value in row.items()
    }


def _is_sound(routing: Routing) -> bool:
    ids = [one.id for one in routing.rules]
    units = [one.unit_id for one in routing.rules]
    if routing.otherwise is not None:
        units.append(routing.otherwise)
    return (
        all(isinstance(one, int) and one > 0 for one in (*ids, *units))
        and len(set(ids)) == len(ids) <= MOST_RULES
        and all(map(_is_sound_rule, routing.rules))
    )


def _is_sound_rule(rule: Rule) -> bool:
    conditions = [getattr(rule, name) for name in CONDITIONS]
    phrases = (*rule.words, *rule.places)
    return (
        rule.conditional
        and isinstance(rule.name, str)
        and 0 < len(rule.name) <= LONGEST_NAME
        and all(isinstance(some, tuple) and len(some) <= 200 for some in conditions)
        and all(isinstance(one, str) for some in conditions for one in some)
        and all(plain_phrase(one).strip() and len(one) <= LONGEST_PHRASE for one in phrases)
        and max(len(rule.words), len(rule.places)) <= MOST_PHRASES
        and isinstance(rule.confidential, bool)
    )
