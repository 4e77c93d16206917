"""Who acts: passed into every operation, so that none has to look at a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["staff", "reporter", "coordinator", "system"]


@dataclass(frozen=True)
class Actor:
    """`unit_ids`: the units a liaison answers for, those below them included; empty for others."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    role: str = ""
    unit_ids: frozenset[int] = field(default_factory=frozenset)


REPORTER = Actor("reporter")
SYSTEM = Actor("system")
