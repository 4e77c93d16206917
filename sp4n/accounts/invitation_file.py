"""Reading a list of people to invite: one line a person, as a spreadsheet saves it.

Every line that cannot be invited says all that is wrong with it, and how to mend it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.accounts.operations import LONGEST_NAME, valid_address
from sp4n.errors import Invalid
from sp4n.organisation.queries import UnitNode
from sp4n.web.spreadsheets import harmless

MOST_LINES: Final = 300
LARGEST: Final = 256 * 1024  # bytes: hundreds of lines with the longest names and many units
MOST_UNITS: Final = 50  # in one line
MOST_HINTS: Final = 20  # in one list: each compares what was written with the name of every unit
DELIMITERS: Final = ";,\t"
WIDE: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
STRAY: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
COLUMNS: Final = {
    "nama": "name",
    "nama lengkap": "name",
    "name": "name",
    "full name": "name",
    "email": "email",
    "e-mail": "email",
    "surel": "email",
    "email kedinasan": "email",
    "peran": "role",
    "role": "role",
    "unit": "units",
    "units": "units",
    "unit yang ditangani": "units",
}
NEEDED: Final = {"name": _l("nama"), "email": _l("email"), "role": _l("peran")}
ROLES: Final = {
    "admin": "admin",
    "admin instansi": "admin",
    "agency admin": "admin",
    "pimpinan": "head",
    "head": "head",
    "penghubung": "liaison",
    "pejabat penghubung": "liaison",
    "liaison": "liaison",
    "liaison officer": "liaison",
    "pengamat": "viewer",
    "viewer": "viewer",
}


@dataclass(frozen=True)
class Guest:
    """A line that can be invited. `reopens`: there is an account, which was closed."""

    number: int
    name: str
    email: str
    role: str
    units: tuple[UnitNode, ...] = ()
    reopens: bool = False

    @property
    def unit_ids(self) -> list[int]:
        return [unit.id for unit in self.units]


@dataclass(frozen=True)
class BadLine:
    number: int
    name: str
    email: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """`known`: lines of people who have an account already, and are left as they are."""

    guests: tuple[Guest, ...] = ()
    bad: tuple[BadLine, ...] = ()
    known: tuple[Guest, ...] = ()


@dataclass(frozen=True)
class Row:
    """Cells by the name of their column; `problem`: it could not be read at all."""

    number: int
    cells: Mapping[str, str]
    problem: str = ""

    @property
    def email(self) -> str:
        return self.cells.get("email", "").lower().removeprefix("mailto:")


@dataclass
class UnitNames:
    """Written small -> the units so called. `hints`: how many were given so far."""

    called: Mapping[str, list[UnitNode]]
    hints: int = 0

    def nearest(self, text: str) -> UnitNode | None:
        if self.hints >= MOST_HINTS:
            return None
        self.hints += 1
        near = get_close_matches(text.casefold(), self.called, n=1, cutoff=0.7)
        return self.called[near[0]][0] if near else None


def role_names() -> str:
    """As they may be written, in the reader's language."""
    return _("admin, pimpinan, penghubung, pengamat")


def decoded(content: bytes) -> str:
    """Of what a spreadsheet saves: UTF-8 with a mark or without, UTF-16, or Windows' own."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid(_("Berkas ini lembar kerja. Simpan sebagai CSV, lalu kirim berkas CSV itu."))
    _refuse_large(len(content))
    wide = WIDE.get(content[:2])
    try:
        text = content.decode(wide or "utf-8-sig")
    except UnicodeDecodeError:
        if wide or b"\0" in content:
            raise Invalid(_("Berkas ini bukan teks. Simpan sebagai CSV UTF-8.")) from None
        text = content.decode("cp1252", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return STRAY.sub("", unicodedata.normalize("NFC", lines))


def rows_of(text: str) -> list[Row]:
    """Invalid where the list as a whole cannot be read: no header, too many lines. The text may
    have come from the page as well as from a file."""
    _refuse_large(len(text))
    records = _records(text)
    header = next(records, None)
    if header is None:
        raise Invalid(
            _("Daftar ini kosong. Isi satu baris judul, lalu satu baris untuk satu orang.")
        )
    columns = _columns(header[1])
    rows = [_row(number, cells, columns, problem) for number, cells, problem in records]
    if len(rows) > MOST_LINES:
        raise Invalid(
            _(
                "Ada %(n)s baris. Kirim paling banyak %(most)s sekaligus.",
                n=len(rows),
                most=MOST_LINES,
            )
        )
    if not rows:
        raise Invalid(_("Belum ada orang di bawah baris judul."))
    return rows


def checked(
    rows: Sequence[Row], *, units: Sequence[UnitNode], accounts: Mapping[str, bool]
) -> Reading:
    """`accounts`: address -> whether that account is open, of those that there are."""
    guests: list[Guest] = []
    bad: list[BadLine] = []
    known: list[Guest] = []
    first_seen: dict[str, int] = {}
    names = UnitNames(_unit_names(units))
    for row in rows:
        guest, problems = _guest(row, names)
        if row.email and row.email in first_seen:
            before = first_seen[row.email]
            problems += [_("Email ini sudah ada di baris %(n)s. Hapus salah satunya.", n=before)]
        first_seen.setdefault(row.email, row.number)
        if problems:
            name = row.cells.get("name", "")
            bad.append(BadLine(row.number, name, row.cells.get("email", ""), tuple(problems)))
        elif accounts.get(guest.email):
            known.append(guest)
        else:
            guests.append(_reopening(guest) if guest.email in accounts else guest)
    return Reading(tuple(guests), tuple(bad), tuple(known))


def template(units: Sequence[str]) -> bytes:
    """To be opened by a spreadsheet in Indonesian, which wants semicolons and the mark."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
    write(["nama", "email", "peran", "unit"])
    shown = [harmless(name) for name in units[:2]] or ["Dinas Kesehatan"]
    write(["# Contoh: Ni Made Contoh", "made@contoh.go.id", "penghubung", " | ".join(shown)])
    write(["# Contoh: I Wayan Contoh", "wayan@contoh.go.id", "pimpinan", ""])
    write([f"# Peran: {role_names()}", "", "", ""])
    write(["# Baris yang diawali tanda # tidak dibaca", "", "", ""])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _refuse_large(size: int) -> None:
    if size > LARGEST:
        raise Invalid(_("Daftar ini terlalu besar. Kirim paling banyak 256 kB sekaligus."))


def _records(text: str) -> Iterator[tuple[int, list[str], str]]:
    """(number of its first line, cells, problem) of each line that says something."""
    lines = text.split("\n")
    skipped = 0
    if lines and lines[0].strip().lower().startswith("sep="):  # Excel's own way to say so
        lines, skipped = lines[1:], 1
    said = next((line for line in lines if line.strip()), "")
    delimiter = max(DELIMITERS, key=said.count)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, [], _("Tanda kutip di baris ini tidak berpasangan. Hapus atau lengkapi.")
            continue
        if any(cell.strip() for cell in cells) and not cells[0].lstrip(" '").startswith("#"):
            yield number, cells, ""


def _columns(cells: Sequence[str]) -> list[str]:
    found = [COLUMNS.get(" ".join(cell.split()).lower(), "") for cell in cells]
    missing = [str(label) for name, label in NEEDED.items() if name not in found]
    if missing:
        raise Invalid(
            _(
                "Baris judul harus menyebut kolom nama, email, peran, dan unit. Yang belum ada: "
                "%(missing)s.",
                missing=", ".join(missing),
            )
        )
    twice = [
        cell for cell, name in zip(cells, found, strict=True) if name and found.count(name) > 1
    ]
    if twice:
        raise Invalid(_("Kolom “%(name)s” ada dua kali. Hapus salah satunya.", name=twice[-1]))
    return found


def _row(number: int, cells: Sequence[str], columns: Sequence[str], problem: str) -> Row:
    more = [cell for cell in cells[len(columns) :] if cell.strip()]
    if more:
        problem = _(
            "Ada isian di luar kolom judul: “%(text)s”. Apit isi yang memuat tanda pemisah dengan "
            "tanda kutip.",
            text=more[0].strip()[:40],
        )
    named = zip(columns, cells, strict=False)
    texts = {name: cell if name == "units" else _plain(cell) for name, cell in named if name}
    return Row(number, texts, problem)


def _plain(cell: str) -> str:
    """One line, single spaces, without the apostrophe that keeps a formula from being one."""
    text = " ".join(cell.split())
    return text[1:].strip() if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _guest(row: Row, names: UnitNames) -> tuple[Guest, list[str]]:
    if row.problem:
        return Guest(row.number, "", "", ""), [row.problem]
    problems: list[str] = []
    name, said = row.cells.get("name", ""), row.cells.get("role", "")
    if not name:
        problems.append(_("Isi nama lengkap."))
    elif len(name) > LONGEST_NAME:
        problems.append(_("Nama paling panjang %(n)s huruf.", n=LONGEST_NAME))
    email = row.email
    try:
        email = valid_address(email)
    except Invalid as refusal:
        problems.append(refusal.message if email else _("Isi alamat email."))
    role = ROLES.get(said.lower(), "")
    if not role:
        one_of = role_names()
        words = _(
            "Peran “%(role)s” tidak dikenal. Tulis salah satu: %(one_of)s.",
            role=said,
            one_of=one_of,
        )
        problems.append(words if said else _("Isi peran: %(one_of)s.", one_of=one_of))
    units = _units(row.cells.get("units", ""), names, problems)
    if units and role and role != "liaison":
        problems.append(
            _("Hanya penghubung yang menangani unit. Kosongkan kolom unit, atau ubah perannya.")
        )
    return Guest(row.number, name, email, role, tuple(units)), problems


def _unit_names(units: Sequence[UnitNode]) -> dict[str, list[UnitNode]]:
    """Written small -> the units so called; by their name, and by their short name if free."""
    full = {unit.name.casefold(): [unit] for unit in units}
    names = dict(full)
    for unit in units:
        short = unit.short_name.casefold()
        if short and short not in full:
            names.setdefault(short, []).append(unit)
    return names


def _units(cell: str, names: UnitNames, problems: list[str]) -> list[UnitNode]:
    """A unit's name may hold any mark but these, so the whole cell is tried first."""
    whole = names.called.get(_plain(cell).casefold())
    said = list(filter(None, map(_plain, [cell] if whole else re.split(r"[|\n;]", cell))))
    if len(said) > MOST_UNITS:
        problems.append(_("Paling banyak %(most)s unit dalam satu baris.", most=MOST_UNITS))
        return []
    found: dict[int, UnitNode] = {}
    for text in said:
        called = names.called.get(text.casefold(), [])
        if len(called) == 1:
            found[called[0].id] = called[0]
        else:
            problems.append(_no_unit(text, called, names))
    return list(found.values())


def _no_unit(text: str, called: list[UnitNode], names: UnitNames) -> str:
    shown = text[:80]
    if called:
        return _("Ada beberapa unit bernama singkat “%(name)s”. Tulis nama lengkapnya.", name=shown)
    near = names.nearest(text)
    if near:
        return _("Unit “%(name)s” tidak ada. Maksud Anda “%(meant)s”?", name=shown, meant=near.name)
    return _("Unit aktif bernama “%(name)s” tidak ada. Periksa daftar unit.", name=shown)


def _reopening(guest: Guest) -> Guest:
    return Guest(guest.number, guest.name, guest.email, guest.role, guest.units, reopens=True)
