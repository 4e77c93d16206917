"""Whether a document holds on a day: from its dates, never from a mark that somebody must set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SOON: Final = 90  # days before the end from which on a successor is asked for


class Standing(StrEnum):
    DRAFT = "draft"
    COMING = "coming"
    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


STANDING_LABELS: Final[dict[Standing, LazyString]] = {
    Standing.DRAFT: _l("Draf"),
    Standing.COMING: _l("Belum mulai berlaku"),
    Standing.IN_FORCE: _l("Berlaku"),
    Standing.EXPIRING: _l("Segera habis"),
    Standing.EXPIRED: _l("Habis masa berlakunya"),
    Standing.REPLACED: _l("Diganti"),
    Standing.WITHDRAWN: _l("Dicabut"),
}
# As the parts of pages name colours.
SENTIMENTS: Final[dict[Standing, str]] = {
    Standing.DRAFT: "neutral",
    Standing.COMING: "info",
    Standing.IN_FORCE: "ok",
    Standing.EXPIRING: "soon",
    Standing.EXPIRED: "late",
    Standing.REPLACED: "neutral",
    Standing.WITHDRAWN: "neutral",
}
# Of a plan or a policy that holds as data, without the signed file in the register.
UNSIGNED: Final = "unsigned"
HOLDING: Final = frozenset({Standing.IN_FORCE, Standing.EXPIRING})


class Dated(Protocol):
    """A document, or a row with its dates."""

    @property
    def state(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...
    @property
    def ended_why(self) -> str: ...


One = TypeVar("One", bound=Dated)


def standing(one: Dated, today: date) -> Standing:
    if one.state == "draft" or one.valid_from is None:
        return Standing.DRAFT
    if one.ended_on is not None and one.ended_on <= today:
        return Standing(one.ended_why)
    if one.valid_from > today:
        return Standing.COMING
    if one.valid_to is None:
        return Standing.IN_FORCE
    if one.valid_to < today:
        return Standing.EXPIRED
    return Standing.EXPIRING if one.valid_to - today < timedelta(SOON) else Standing.IN_FORCE


def last_day(one: Dated) -> date | None:
    """The last one on which it holds; None where there is none."""
    ends = [day for day in (one.valid_to, before(one.ended_on)) if day is not None]
    return min(ends, default=None)


def before(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=1)


def at_once(one: Dated, other: Dated) -> bool:
    """Whether there is a day on which both hold."""
    if one.valid_from is None or other.valid_from is None:
        return False
    first, last = max(one.valid_from, other.valid_from), [last_day(one), last_day(other)]
    return all(day is None or first <= day for day in last)


def holding(some: Iterable[One], today: date) -> list[One]:
    return [one for one in some if standing(one, today) in HOLDING]
