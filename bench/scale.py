"""How much is measured: `small` says in minutes that all of it works, `full` tells the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Size = TypeVar("Size")


@dataclass(frozen=True)
class Scale:
    """`rounds`: how often each side of a comparison is measured."""

    name: str
    rounds: int

    @property
    def full(self) -> bool:
        return self.name == "full"

    def pick(self, small: Size, full: Size) -> Size:
        """A size of this scale."""
        return full if self.full else small


SCALES = {scale.name: scale for scale in (Scale("small", 5), Scale("full", 7))}


def scale_of(environ: Mapping[str, str]) -> Scale:
    name = environ.get("SCALE") or "small"
    if name not in SCALES:
        raise SystemExit(f"SCALE is {name}; it can be {' or '.join(SCALES)}.")
    return SCALES[name]
