"""A line of a plan as it is written, wherever it was written: on a page or in a spreadsheet."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sp4n.action_plans.models import PlanItem

TEXTS: Final[dict[str, int]] = {
    "code": 30,
    "parent_code": 30,
    "name": 1000,
    "section": 60,
    "objective": 60,
    "indicator": 1000,
    "unit_of_measure": 100,
    "baseline": 200,
    "responsible": 300,
    "supporting": 500,
    "budget_source": 200,
    "evidence": 1000,
}
LONGEST_TARGET: Final = 200
MOST_LINES: Final = 10_000


@dataclass
class Line:
    code: str = ""
    level: str = ""
    parent_code: str = ""
    name: str = ""
    section: str = ""
    objective: str = ""
    indicator: str = ""
    unit_of_measure: str = ""
    baseline: str = ""
    targets: dict[str, str] = field(default_factory=dict)
    responsible: str = ""
    supporting: str = ""
    budget: int | None = None
    budget_source: str = ""
    quarters: str = ""
    evidence: str = ""
    credit: str = ""

    @classmethod
    def of(cls, item: PlanItem) -> Line:
        return cls(**{name: getattr(item, name) for name in cls.__dataclass_fields__})

    @classmethod
    def read(cls, content: dict[str, Any]) -> Line:
        known = {name: content[name] for name in cls.__dataclass_fields__ if name in content}
        return cls(**known)

    def written(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Fault:
    """At which line (by its place), in which of its fields, and how to mend it."""

    place: int
    name: str
    words: str
