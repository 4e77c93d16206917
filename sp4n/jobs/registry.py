"""Who does the work of which kind of outbox row, and the steps of upkeep. Filled in by `app.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class OutboxFacts:
    """The row at hand. `agency_id` is None in the national outbox; `attempt` counts from 1.

    `effect_id` names the effect for the outside world: the same at every attempt.
    """

    id: int
    agency_id: int | None
    kind: str
    object_id: int | None
    recipient_id: int | None
    attempt: int

    @property
    def effect_id(self) -> str:
        return f"outbox-{self.agency_id or 'national'}-{self.id}"


Effect = Callable[[], None]
Handler = Callable[[Session, OutboxFacts], Effect | None]
UpkeepStep = Callable[[Session], object]

_handlers: dict[str, Handler] = {}
_upkeep: dict[str, UpkeepStep] = {}
_frequent: dict[str, UpkeepStep] = {}
_national: dict[str, UpkeepStep] = {}


class UnknownKind(LookupError):
    """No room has registered a handler for this kind of outbox row."""


class NeverPossible(Exception):
    """Raised by a handler or an effect: trying again is no use; the row becomes a dead letter.

    The message is kept with the row: no personal data.
    """


def register(kind: str, handler: Handler) -> None:
    """`handler` does its database work in the session, which commits together with `done`; what
    it returns is called after a commit, at least once, for the outside world."""
    _handlers[kind] = handler


def handler_of(kind: str) -> Handler:
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(f"no handler for outbox rows of kind {kind!r}") from None


def kinds() -> frozenset[str]:
    return frozenset(_handlers)


def register_upkeep(name: str, step: UpkeepStep) -> None:
    """`step` runs every half hour in the scope of each agency, suspended or not, in a transaction
    of its own; it must be harmless to repeat."""
    _upkeep[name] = step


def upkeep_steps() -> dict[str, UpkeepStep]:
    return dict(_upkeep)


def register_national_upkeep(name: str, step: UpkeepStep) -> None:
    """As `register_upkeep`, once each half hour in the national scope."""
    _national[name] = step


def national_steps() -> dict[str, UpkeepStep]:
    return dict(_national)


def register_frequent(name: str, step: UpkeepStep) -> None:
    """As `register_upkeep`, every few minutes: for what costs next to nothing where there is
    nothing to do."""
    _frequent[name] = step


def frequent_steps() -> dict[str, UpkeepStep]:
    return dict(_frequent)
