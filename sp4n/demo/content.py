"""What the demo is made of: texts, units and people, out of the files in `data`. All invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Topic:
    """What somebody writes, and what is said to it. A misfit has a `reason` and a `message`
    instead of answers. "{place}" in a text stands for a place of the agency."""

    title: str
    text: str
    category: str = ""
    unit: str = ""
    classification: str = "pengaduan"
    public: str = ""
    progress: str = ""
    answer: str = ""
    note: str = ""
    picture: str = ""
    language: str = "id"
    supervision: bool = False
    reason: str = ""
    message: str = ""


@dataclass(frozen=True)
class UnitContent:
    key: str
    name: str
    short_name: str
    parent: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PersonContent:
    """`email`: before the @; `units`: keys, of a liaison."""

    role: str
    email: str
    name: str
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class AgencyContent:
    """One agency with people and cases. `cases`: how many."""

    slug: str
    cases: int
    topics: tuple[Topic, ...]
    reporters: tuple[str, ...]
    places: tuple[str, ...]
    contact_email: str
    contact_phone: str
    address: str
    units: tuple[UnitContent, ...]
    people: tuple[PersonContent, ...]

    def email_of(self, person: PersonContent) -> str:
        return f"{person.email}@{self.contact_email.partition('@')[2]}"


@dataclass(frozen=True)
class Phrases:
    """What fits any case. `replies`, `second_answers`: language -> texts."""

    notes: list[str]
    hand_over_notes: list[str]
    replies: dict[str, list[str]]
    second_answers: dict[str, list[str]]
    reporters: dict[str, list[str]]


@cache
def agency_content(slug: str) -> AgencyContent:
    told = _read(f"agencies/{slug}.toml")
    phrases = all_phrases()
    return AgencyContent(
        slug=slug,
        cases=told["cases"],
        topics=tuple(one for name in told["topics"] for one in topics(name)),
        reporters=tuple(name for group in told["reporters"] for name in phrases.reporters[group]),
        places=tuple(told["places"]),
        contact_email=told["contact_email"],
        contact_phone=told["contact_phone"],
        address=told["address"],
        units=tuple(UnitContent(**one) for one in told["units"]),
        people=_people(told["people"]),
    )


@cache
def coordinators() -> tuple[PersonContent, ...]:
    return _people(_read("coordinators.toml")["people"])


@cache
def topics(name: str) -> tuple[Topic, ...]:
    return tuple(Topic(**one) for one in _read(f"topics/{name}.toml")["topic"])


@cache
def all_phrases() -> Phrases:
    return Phrases(**_read("phrases.toml"))


def _people(entries: list[dict[str, Any]]) -> tuple[PersonContent, ...]:
    return tuple(PersonContent(**{**one, "units": tuple(one.get("units", ()))}) for one in entries)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("sp4n.demo").joinpath("data", name).read_text(encoding="utf-8"))
