"""Whether lines make a plan, and what it lacks: without a database."""

from __future__ import annotations

from sp4n.action_plans.checking import faults_of
from sp4n.action_plans.completeness import completeness
from sp4n.action_plans.lines import Line
from sp4n.settings.operations import _data
from sp4n.settings.road_maps import Objective, RoadMapFacts, Section

(ENTRY,) = _data("road_maps.json")
ROAD_MAP = RoadMapFacts(
    id=1,
    key=ENTRY["key"],
    version=ENTRY["version"],
    name=ENTRY["name"],
    citation=ENTRY["citation"],
    source=ENTRY["source"],
    verified=ENTRY["verified"],
    period_from=2020,
    period_to=2024,
    due_on=None,
    sections=tuple(Section(one["key"], one["group"], one["name"]) for one in ENTRY["sections"]),
    objectives=tuple(Objective(o["code"], o["name"], "") for o in ENTRY["objectives"]),
    reminded_at=None,
)


def cascade(**over: str) -> list[Line]:
    return [
        Line("1", "sasaran", name="Kelembagaan kuat", objective="A"),
        Line("1.1", "program", "1", name="Penataan", section="kelembagaan"),
        Line("1.1.1", "kegiatan", "1.1", name="Pelatihan", **over),
    ]


def said(lines: list[Line]) -> list[tuple[int, str]]:
    return [(fault.place, fault.name) for fault in faults_of(lines, ROAD_MAP)]


def test_a_cascade_without_faults_has_none() -> None:
    assert said(cascade()) == []
    assert len(ROAD_MAP.sections) == 7
    assert not ROAD_MAP.verified


def test_codes_stand_once_and_each_line_below_the_level_above_it() -> None:
    lines = cascade()
    assert said([*lines, Line("1.1.1", "kegiatan", "1.1", name="Lagi")]) == [(3, "code")]
    assert said([*lines, Line("2", "kegiatan", "1", name="Tanpa program")]) == [(3, "parent_code")]
    assert said([*lines, Line("2", "program", "9", name="Di bawah nihil")]) == [(3, "parent_code")]
    assert said([*lines, Line("2", "sasaran", "1", name="Di bawah")]) == [(3, "parent_code")]
    assert said([*lines, Line("2", "program", "", name="Lepas")]) == [(3, "parent_code")]
    assert said([Line("", "bab", name="")]) == [(0, "name"), (0, "level"), (0, "code")]
    assert said(cascade(section="tidak ada", objective="Z")) == [(2, "section"), (2, "objective")]
    assert said(cascade(indicator="x" * 1001)) == [(2, "indicator")]


def test_circles_are_found_where_they_are() -> None:
    lines = [
        Line("1", "program", "2", name="Satu"),
        Line("2", "program", "3", name="Dua"),
        Line("3", "program", "1", name="Tiga"),
        Line("4", "program", "1", name="Di luar lingkaran"),
        Line("5", "program", "5", name="Diri sendiri"),
    ]
    words = [fault.words for fault in faults_of(lines, ROAD_MAP) if fault.place != 3]
    assert len(words) == 4
    assert all("melingkar" in one for one in words)
    assert (3, "parent_code") in said(lines)


def test_what_a_plan_lacks_is_named() -> None:
    found = completeness(cascade(), ROAD_MAP, [2026, 2027])
    assert [section.key for section in found.empty_sections] == [
        "tata_laksana",
        "sdm",
        "pengawasan",
        "komunikasi",
        "pemasaran",
        "kolaborasi",
    ]
    assert [one.code for one in found.unserved] == ["SS", "B"]
    assert found.gaps[0][0] == "1.1.1"
    assert not found.whole


def test_an_activity_serves_every_objective_above_it() -> None:
    above, program, activity = cascade(objective="B")
    program.objective = "SS"
    assert completeness([above, program, activity], ROAD_MAP, [2026]).unserved == ()
    assert len(completeness([above, program], ROAD_MAP, [2026]).unserved) == 3


def test_a_whole_plan_is_whole() -> None:
    lines = [Line("1", "sasaran", name="Semua"), Line("1.1", "program", "1", name="Semua")]
    for section in ROAD_MAP.sections:
        lines.append(
            Line(
                f"1.1.{section.key}",
                "kegiatan",
                "1.1",
                name=section.name,
                section=section.key,
                indicator="Jumlah",
                targets={"2026": "1"},
                responsible="Sekretaris Daerah",
                quarters="12",
                evidence="Laporan",
            )
        )
    assert completeness(lines, ROAD_MAP, [2026]).whole
    assert not completeness(lines, ROAD_MAP, [2026, 2027]).whole
