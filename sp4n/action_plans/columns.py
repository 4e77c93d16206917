"""Which column of somebody's table is which of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

# As `headings.plain` puts them. sasaran, program, kegiatan: tables that say the cascade in columns.
NAMES: Final[dict[str, str]] = {
    "code": "kode|no|nomor|no urut|kode baris|kode kegiatan|code",
    "level": "tingkat|jenis|level|jenis baris|jenjang",
    "parent_code": "kode induk|induk|kode atasan|parent|parent code",
    "name": "uraian|nama|deskripsi|rencana aksi|uraian rencana aksi|description",
    "sasaran": "sasaran|sasaran strategis|tujuan|sasaran rencana aksi",
    "program": "program|nama program|strategi",
    "kegiatan": "kegiatan|aksi|aktivitas|nama kegiatan|uraian kegiatan|rincian kegiatan|activity",
    "section": "bagian pedoman|bagian|aspek|bidang|kelompok|area|komponen",
    "objective": "sasaran road map|sasaran roadmap|kode sasaran road map|road map",
    "indicator": "indikator|indikator kinerja|indikator keberhasilan|ukuran keberhasilan|iku",
    "unit_of_measure": "satuan|satuan ukuran|satuan target|unit of measure",
    "baseline": "baseline|data awal|kondisi awal|capaian awal|base line",
    "target": "target|target kinerja|target capaian",
    "responsible": "penanggung jawab|penanggungjawab|pj|pic|pelaksana|opd penanggung jawab|opd|"
    "unit penanggung jawab|penanggung jawab kegiatan|perangkat daerah",
    "supporting": "unit pendukung|pendukung|instansi terkait|pihak terkait|opd pendukung",
    "budget": "anggaran|pagu|biaya|pagu anggaran|anggaran rp|kebutuhan anggaran|dana",
    "budget_source": "sumber dana|sumber anggaran|sumber pembiayaan|sumber|sumber biaya",
    "quarters": "waktu|jadwal|triwulan|waktu pelaksanaan|jadwal pelaksanaan|tw|target waktu|"
    "periode pelaksanaan",
    "evidence": "bukti|keluaran|output|bukti dukung|data dukung|keluaran bukti|bukti keluaran|"
    "bukti pendukung|evidence",
}
KNOWN: Final = {name: field for field, names in NAMES.items() for name in names.split("|")}
YEAR: Final = re.compile(r"(?:target )?(?:tahun |th )?(20\d\d)")
CASCADE: Final = ("sasaran", "program", "kegiatan")
# A table says at least one of these, or it says nothing.
SAYING: Final = frozenset({"name", *CASCADE})
LEAST: Final = 2

LABELS: Final[dict[str, LazyString]] = {
    "code": _l("Kode"),
    "level": _l("Tingkat"),
    "parent_code": _l("Kode induk"),
    "name": _l("Uraian"),
    "sasaran": _l("Sasaran"),
    "program": _l("Program"),
    "kegiatan": _l("Kegiatan"),
    "section": _l("Bagian pedoman"),
    "objective": _l("Sasaran road map"),
    "indicator": _l("Indikator"),
    "unit_of_measure": _l("Satuan"),
    "baseline": _l("Baseline"),
    "target": _l("Target setiap tahun"),
    "responsible": _l("Penanggung jawab"),
    "supporting": _l("Unit pendukung"),
    "budget": _l("Anggaran"),
    "budget_source": _l("Sumber dana"),
    "quarters": _l("Waktu"),
    "evidence": _l("Bukti yang diharapkan"),
}


def known(name: str) -> str | None:
    """Of a column's name, put plainly."""
    year = YEAR.fullmatch(name)
    return f"target:{year[1]}" if year else KNOWN.get(name)


def label_of(field: str) -> str:
    if field.startswith("target:"):
        return _("Target %(year)s", year=field.removeprefix("target:"))
    return str(LABELS[field])


def choices(years: Sequence[int]) -> list[tuple[str, str]]:
    """What a column can be said to be."""
    targets = [f"target:{year}" for year in years]
    fields = [*LABELS, *targets]
    return [("", _("Tidak dipakai")), *((one, label_of(one)) for one in fields)]


def column_of(columns: Mapping[int, str], field: str) -> int | None:
    return next((column for column, one in columns.items() if one == field), None)
