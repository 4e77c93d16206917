"""A plan against the guideline: what it says nothing about, and which of its lines say too
little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from sp4n.action_plans.lines import Line
from sp4n.action_plans.states import Level
from sp4n.settings.road_maps import Objective, RoadMapFacts, Section


@dataclass(frozen=True)
class Completeness:
    """`sections`: with how many activities each; `unserved`: objectives that no line names; `gaps`:
    code and what is missing, of lines that are not complete."""

    sections: tuple[tuple[Section, int], ...]
    unserved: tuple[Objective, ...]
    served: tuple[tuple[Objective, int], ...]
    gaps: tuple[tuple[str, str], ...]

    @property
    def empty_sections(self) -> list[Section]:
        return [section for section, number in self.sections if not number]

    @property
    def whole(self) -> bool:
        """An objective that nobody serves is shown, and stops nobody."""
        return not self.gaps and not self.empty_sections


def completeness(
    lines: Sequence[Line], road_map: RoadMapFacts, years: Sequence[int]
) -> Completeness:
    """A line is of its own section, else of the one above it; and it serves its own objective and
    each that those above it serve."""
    by_code = {line.code.casefold(): line for line in lines}
    sections, objectives = Counter[str](), Counter[str]()
    gaps: list[tuple[str, str]] = []
    for line in lines:
        if line.level != Level.ACTIVITY:
            continue
        sections[inherited(line, by_code, "section")] += 1
        objectives.update(_served(line, by_code))
        missing = _missing(line, by_code, years)
        if missing:
            gaps.append((line.code, _("belum ada %(what)s", what=", ".join(missing))))
    return Completeness(
        tuple((one, sections[one.key]) for one in road_map.sections),
        tuple(one for one in road_map.objectives if not objectives[one.code]),
        tuple((one, objectives[one.code]) for one in road_map.objectives),
        tuple(gaps),
    )


def _served(line: Line, by_code: dict[str, Line]) -> set[str]:
    return {one.objective for one in _upwards(line, by_code) if one.objective}


def _upwards(line: Line, by_code: dict[str, Line]) -> Iterator[Line]:
    """Itself, its programme, its objective; a cascade that goes in a circle is followed once."""
    for _step in Level:
        yield line
        above = by_code.get(line.parent_code.casefold()) if line.parent_code else None
        if above is None:
            return
        line = above


def inherited(line: Line, by_code: dict[str, Line], name: str) -> str:
    said = (getattr(one, name) for one in _upwards(line, by_code))
    return next((text for text in said if text), "")


def _missing(line: Line, by_code: dict[str, Line], years: Sequence[int]) -> list[str]:
    asked = {
        _("bagian pedoman"): inherited(line, by_code, "section"),
        _("indikator"): line.indicator,
        _("target"): all(line.targets.get(str(year)) for year in years),
        _("penanggung jawab"): line.responsible,
        _("waktu"): line.quarters,
        _("bukti"): line.evidence,
        _("sumber dana"): line.budget_source or not line.budget,
    }
    return [what for what, there in asked.items() if not there]
