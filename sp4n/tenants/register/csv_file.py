"""Files of agencies: bytes in, entries and bad lines out. One line of the file is one agency.

Read line by line, so that one open quote or one wrong byte spoils its own line only. Commas, or
semicolons as an Indonesian Excel writes; UTF-8, with or without its mark.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

from flask_babel import gettext as _

from sp4n.errors import Invalid
from sp4n.tenants.register.entry import Entry, Period, problems
from sp4n.tenants.register.time_zones import TIME_ZONES

NEEDED = ("kind", "slug", "name", "short_name")
OPTIONAL = (
    "valid_from",
    "valid_to",
    "successors",
    "region_code",
    "parent",
    "time_zone",
    "colour",
)
MARK = b"\xef\xbb\xbf"
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
ZONE_BY_ABBREVIATION = {short: zone for zone, short in TIME_ZONES.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A good line: `number` counts as an editor does, the header is 1."""

    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class BadLine:
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    lines: list[Line]
    bad: list[BadLine]


class _Unreadable(Exception):
    """Why one line is not an entry."""


def read_agencies(content: bytes) -> Reading:
    """Raises Invalid where the file as a whole cannot be read: its header, its encoding."""
    numbered = _numbered_lines(content)
    columns, delimiter = _header(numbered)
    lines: list[Line] = []
    bad: list[BadLine] = []
    seen: dict[str, int] = {}
    for number, raw in numbered:
        try:
            entry = _entry(_cells(raw, columns, delimiter))
            _check(entry, seen)
        except _Unreadable as reason:
            bad.append(BadLine(number, str(reason)))
        else:
            seen[entry.slug] = number
            lines.append(Line(number, entry))
    return Reading(lines, bad)


def central_agencies() -> list[Entry]:
    """The ministries and institutions of data/central_agencies.csv, past and present."""
    file = resources.files("sp4n.tenants.register") / "data" / "central_agencies.csv"
    return [line.entry for line in read_agencies(file.read_bytes()).lines]


def _numbered_lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    if content.startswith(WIDE_MARKS):
        raise Invalid(_("Berkas ini bukan UTF-8. Di Excel pilih “CSV UTF-8” saat menyimpan."))
    raw = content.removeprefix(MARK).splitlines()
    return ((number, line) for number, line in enumerate(raw, start=1) if line.strip())


def _header(numbered: Iterator[tuple[int, bytes]]) -> tuple[list[str], str]:
    first = next(numbered, None)
    if first is None:
        raise Invalid(_("Berkas ini kosong."))
    text = first[1].decode(errors="replace")
    delimiter = ";" if text.count(";") > text.count(",") else ","
    columns = [name.strip().strip('"').lower() for name in text.split(delimiter)]
    for name in NEEDED:
        if name not in columns:
            raise Invalid(_("Kolom “%(name)s” tidak ada di baris judul.", name=name))
    for name in columns:
        if name not in NEEDED + OPTIONAL:
            raise Invalid(_("Kolom “%(name)s” tidak dikenal.", name=name))
        if columns.count(name) > 1:
            raise Invalid(_("Kolom “%(name)s” ada dua kali.", name=name))
    return columns, delimiter


def _cells(raw: bytes, columns: list[str], delimiter: str) -> dict[str, str]:
    if b"\0" in raw:
        raise _Unreadable(_("Baris ini berisi karakter NUL."))
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise _Unreadable(_("Baris ini bukan UTF-8.")) from None
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise _Unreadable(_("Tanda kutip di baris ini tidak berpasangan.")) from None
    if len(cells) != len(columns):
        raise _Unreadable(
            _("Ada %(found)s kolom, seharusnya %(due)s.", found=len(cells), due=len(columns))
        )
    return {name: " ".join(cell.split()) for name, cell in zip(columns, cells, strict=True)}


def _entry(cells: dict[str, str]) -> Entry:
    zone = cells.get("time_zone")
    return Entry(
        kind=cells["kind"].lower(),
        slug=cells["slug"],
        name=cells["name"],
        short_name=cells["short_name"],
        connected=_period(cells),
        successors=tuple(cells["successors"].split()) if "successors" in cells else None,
        region_code=cells.get("region_code") or None,
        parent=cells.get("parent") or None,
        time_zone=ZONE_BY_ABBREVIATION.get(zone.upper(), zone) if zone else None,
        colour=cells.get("colour") or None,
    )


def _period(cells: dict[str, str]) -> Period | None:
    if "valid_from" not in cells and "valid_to" not in cells:
        return None
    return Period(_date(cells.get("valid_from")), _date(cells.get("valid_to")))


def _date(text: str | None) -> date | None:
    if not text:
        return None
    # The second is what a spreadsheet in Indonesian makes of the first.
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise _Unreadable(_("Tanggal “%(text)s” tidak dikenal; tulis 2024-10-21.", text=text))


def _check(entry: Entry, seen: dict[str, int]) -> None:
    wrong = problems(entry)
    if wrong:
        raise _Unreadable(" ".join(wrong.values()))
    if entry.slug in seen:
        line = seen[entry.slug]
        raise _Unreadable(
            _("Alamat singkat “%(slug)s” sudah ada di baris %(line)s.", slug=entry.slug, line=line)
        )
