"""The workbook that is filled in, and the same with what a plan says already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _

from sp4n.action_plans.lines import Line
from sp4n.action_plans.states import Level
from sp4n.settings.road_maps import RoadMapFacts
from sp4n.spreadsheets.tables import Place
from sp4n.spreadsheets.writing import Column, Written, write_book

ROOM: Final = 200  # empty rows that can be filled in
ROMAN: Final = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def template(road_map: RoadMapFacts, years: Sequence[int], lines: Sequence[Line] = ()) -> bytes:
    """Columns are named as `columns.py` knows them, in Indonesian: it is sent back."""
    fields, columns = _columns(road_map, years)
    names = road_map.section_names
    rows = [[_cell(line, name, names) for name in fields] for line in lines]
    wanted = Written(
        "Rencana Aksi",
        columns,
        rows,
        room=max(ROOM, len(rows) + 50),
        guide=_guide(road_map),
        protected=True,
    )
    return write_book(wanted)


def with_remarks(
    names: Sequence[str], rows: Sequence[Sequence[Any]], faults: Mapping[Place, str]
) -> bytes:
    """What was sent, with what is wrong at the cells."""
    columns = [Column(name, width=22) for name in names]
    return write_book(Written("Rencana Aksi", columns, rows, faults))


def _columns(road_map: RoadMapFacts, years: Sequence[int]) -> tuple[list[str], list[Column]]:
    levels = [one.value for one in Level]
    sections = [one.name for one in road_map.sections]
    objectives = [one.code for one in road_map.objectives]
    named: list[tuple[str, Column]] = [
        ("code", Column("Kode", 10, _("Nomor baris, tidak boleh sama: 1, 1.1, 1.1.1."))),
        ("level", Column("Tingkat", 12, _("Sasaran, program, atau kegiatan."), levels)),
        ("parent_code", Column("Kode Induk", 12, _("Kode baris yang membawahinya."))),
        ("name", Column("Uraian", 40)),
        ("section", Column("Bagian Pedoman", 28, _("Pilih dari daftar."), sections)),
        ("objective", Column("Sasaran Road Map", 14, _("Pilih kodenya."), objectives)),
        ("indicator", Column("Indikator", 30)),
        ("unit_of_measure", Column("Satuan", 12)),
        ("baseline", Column("Baseline", 12)),
        *((f"target:{year}", Column(f"Target {year}", 12)) for year in years),
        ("responsible", Column("Penanggung Jawab", 24)),
        ("supporting", Column("Unit Pendukung", 24)),
        ("budget", Column("Anggaran (Rp)", 16, _("Rupiah bulat, misalnya 1250000."))),
        ("budget_source", Column("Sumber Dana", 16, "", ["APBN", "APBD", "Hibah"], strict=False)),
        ("quarters", Column("Waktu", 12, _("Misalnya TW I-II."))),
        ("evidence", Column("Bukti", 30)),
    ]
    return [name for name, _column in named], [column for _name, column in named]


def _cell(line: Line, name: str, sections: Mapping[str, str]) -> Any:
    if name.startswith("target:"):
        return line.targets.get(name.removeprefix("target:"), "")
    if name == "section":
        return sections.get(line.section, line.section)
    if name == "quarters":
        return quarters_words(line.quarters)
    return getattr(line, name)


def quarters_words(quarters: str) -> str:
    """ "TW I, III"."""
    return f"TW {', '.join(ROMAN[one] for one in quarters)}" if quarters else ""


def _guide(road_map: RoadMapFacts) -> list[str]:
    checked = "" if road_map.verified else _(" (perlu diverifikasi)")
    return [
        _(
            "Isi lembar Rencana Aksi, lalu unggah berkas ini. Tidak ada yang tersimpan sebelum "
            "Anda memeriksanya."
        ),
        _(
            "Satu baris untuk satu sasaran, program, atau kegiatan. Program menunjuk sasarannya, "
            "kegiatan menunjuk programnya, dengan kolom Kode Induk."
        ),
        _("Dasar: %(citation)s.", citation=road_map.citation) + checked,
        _("Bagian pedoman:"),
        *(f"– {one.name} ({one.group})" for one in road_map.sections),
        _("Sasaran road map:"),
        *(f"– {one.code}: {one.name}" for one in road_map.objectives),
    ]
