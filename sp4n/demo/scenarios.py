"""The states that the demo can show: today's, and that of an evaluation in 2021."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sp4n import clock
from sp4n.tenants.models import AgencyKind
from sp4n.tenants.register.entry import Entry

TODAY = "hari-ini"
MONEV_2021 = "monev-2021"
NAMES = (TODAY, MONEV_2021)


@dataclass(frozen=True)
class Scenario:
    """`governments`: the regional ones; None is all of today's. `agencies`: those with people and
    cases. `cases`: how many each, where not what its content says. `about`: kept with the data.

    `goes_on`: what falls due after `as_of` is done when its time comes; else time stands still.
    """

    name: str
    as_of: datetime
    agencies: tuple[str, ...]
    goes_on: bool
    governments: Sequence[Entry] | None = None
    cases: int | None = None
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def with_specials(self) -> bool:
        return self.goes_on and self.cases is None


def scenario_named(name: str) -> Scenario:
    return {TODAY: today, MONEV_2021: monev_2021}[name]()


def today() -> Scenario:
    return Scenario(
        name=TODAY,
        as_of=clock.now(),
        agencies=(
            "badungkab",
            "baliprov",
            "slemankab",
            "kemenkes",
            "bpom",
            "bandungkota",
            "kemenimipas",
            "jayapurakota",
        ),
        goes_on=True,
    )


def monev_2021() -> Scenario:
    facts = _monev_facts()
    return Scenario(
        name=MONEV_2021,
        as_of=datetime.fromisoformat(facts["as_of"]),
        agencies=("badungkab", "slemankab", "kemenkes", "bpom"),
        goes_on=False,
        governments=_connected_in_2021(facts),
        cases=8,
        about=facts,
    )


def _connected_in_2021(facts: dict[str, Any]) -> list[Entry]:
    from sp4n.tenants.register.regions import regional_governments

    later: dict[str, str] = facts["later_provinces"]
    apart = set(facts["not_connected"])
    return [
        _at_that_time(entry, later)
        for entry in regional_governments()
        if entry.region_code not in apart
        and not (entry.kind == AgencyKind.PROVINSI and entry.region_code in later)
    ]


def _at_that_time(entry: Entry, later: dict[str, str]) -> Entry:
    """What lies in a province of later belonged to the province that it was taken from."""
    return replace(entry, parent=later.get((entry.region_code or "")[:2]))


@cache
def _monev_facts() -> dict[str, Any]:
    told = files("sp4n.demo").joinpath("data", "monev-2021.json").read_text(encoding="utf-8")
    facts: dict[str, Any] = json.loads(told)
    return facts
