"""What one version of a plan says that another does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sp4n.action_plans.lines import Line


@dataclass(frozen=True)
class Change:
    """kind: added, removed, changed; `fields`: name, before, after of those that differ."""

    kind: str
    code: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """By the codes of lines, in the order of the later version; what is gone comes last."""
    old = {line.code: line for line in before}
    new = {line.code for line in after}
    found = []
    for line in after:
        former = old.get(line.code)
        if former is None:
            found.append(Change("added", line.code, line.name))
        elif differing := _differing(former, line):
            found.append(Change("changed", line.code, line.name, differing))
    gone = [Change("removed", line.code, line.name) for line in before if line.code not in new]
    return [*found, *gone]


def _differing(before: Line, after: Line) -> tuple[tuple[str, str, str], ...]:
    first, second = _plain(before), _plain(after)
    names = [name for name in {**first, **second} if first.get(name, "") != second.get(name, "")]
    return tuple((name, first.get(name, ""), second.get(name, "")) for name in names)


def _plain(line: Line) -> dict[str, str]:
    said = line.written()
    targets = {f"target:{year}": text for year, text in said.pop("targets").items()}
    budget = "" if said["budget"] is None else str(said["budget"])
    return {**said, "budget": budget, **targets}
