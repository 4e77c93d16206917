"""Whether lines make a plan: each says enough, codes are there once, the cascade has no circles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from sp4n.action_plans.lines import LONGEST_TARGET, TEXTS, Fault, Line
from sp4n.action_plans.states import ABOVE, LEVEL_LABELS, Level
from sp4n.settings.road_maps import RoadMapFacts


def faults_of(lines: Sequence[Line], road_map: RoadMapFacts) -> list[Fault]:
    """Everything that is wrong, in the order of the lines."""
    first = dict[str, int]()
    for place, line in enumerate(lines):
        if line.code:
            first.setdefault(line.code.casefold(), place)
    circles = _in_circles(lines, first)
    sections = {one.key for one in road_map.sections}
    objectives = {one.code for one in road_map.objectives}
    found: list[Fault] = []
    for place, line in enumerate(lines):
        found += _own(place, line, sections, objectives)
        found += _codes(place, line, first)
        found += _above(place, line, lines, first, circles)
    return found


def _own(place: int, line: Line, sections: set[str], objectives: set[str]) -> Iterator[Fault]:
    if not line.name:
        yield Fault(place, "name", _("Tulis uraiannya."))
    if line.level not in set(Level):
        yield Fault(place, "level", _("Pilih tingkatnya: sasaran, program, atau kegiatan."))
    if line.section and line.section not in sections:
        yield Fault(place, "section", _("Bagian pedoman ini tidak ada. Pilih dari daftar."))
    if line.objective and line.objective not in objectives:
        yield Fault(place, "objective", _("Sasaran road map ini tidak ada. Pilih dari daftar."))
    for name, most in TEXTS.items():
        if len(getattr(line, name)) > most:
            words = _("Terlalu panjang; paling banyak %(most)s huruf.", most=most)
            yield Fault(place, name, words)
    for year, text in line.targets.items():
        if len(text) > LONGEST_TARGET:
            words = _("Terlalu panjang; paling banyak %(most)s huruf.", most=LONGEST_TARGET)
            yield Fault(place, f"target:{year}", words)


def _codes(place: int, line: Line, first: dict[str, int]) -> Iterator[Fault]:
    if not line.code:
        yield Fault(place, "code", _("Tulis kodenya, misalnya 1.2."))
    elif first[line.code.casefold()] != place:
        words = _("Kode %(code)s sudah dipakai. Beri kode lain.", code=line.code)
        yield Fault(place, "code", words)


def _above(
    place: int, line: Line, lines: Sequence[Line], first: dict[str, int], circles: set[int]
) -> Iterator[Fault]:
    """Whether what it stands below is there, and is what it should be."""
    if line.level not in set(Level):
        return
    wanted = ABOVE[Level(line.level)]
    if place in circles:
        words = _("Kode induk ini melingkar: baris ini berada di bawah dirinya sendiri.")
        yield Fault(place, "parent_code", words)
    elif wanted is None:
        if line.parent_code:
            yield Fault(place, "parent_code", _("Sasaran tidak mempunyai induk. Kosongkan."))
    elif not line.parent_code:
        words = _("Tulis kode %(above)s yang membawahinya.", above=LEVEL_LABELS[wanted].lower())
        yield Fault(place, "parent_code", words)
    elif line.parent_code.casefold() not in first:
        words = _("Tidak ada baris berkode %(code)s. Periksa induknya.", code=line.parent_code)
        yield Fault(place, "parent_code", words)
    elif lines[first[line.parent_code.casefold()]].level not in (wanted, ""):
        words = _(
            "Induknya harus %(above)s, dan %(code)s bukan.",
            above=LEVEL_LABELS[wanted].lower(),
            code=line.parent_code,
        )
        yield Fault(place, "parent_code", words)


def _in_circles(lines: Sequence[Line], first: dict[str, int]) -> set[int]:
    """Places of lines that stand, by way of others, below themselves."""
    parents = {
        place: first.get(line.parent_code.casefold()) if line.parent_code else None
        for place, line in enumerate(lines)
    }
    done: set[int] = set()
    circles: set[int] = set()
    for start in parents:
        path: list[int] = []
        now: int | None = start
        while now is not None and now not in done and now not in path:
            path.append(now)
            now = parents[now]
        if now is not None and now in path:
            circles.update(path[path.index(now) :])
        done.update(path)
    return circles
