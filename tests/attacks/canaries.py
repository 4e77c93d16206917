"""Whose canary it is, of which case and of what sort; and who may see which."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sp4n.accounts.permissions import ROLES, Permission
from tests.attacks.planting import CASES, CONFIDENTIAL, OF_THE_LIAISON, PUBLISHED, Planted

# Of a case: what its reporter wrote, what was published, what staff wrote, and who it was.
WRITTEN = (
    *("judul", "uraian", "lokasi", "berkas", "balasan", "tambahan"),
    *("komentar", "sanggahan"),
)
PUBLIC = ("umum", "umumisi", "umumlokasi")
ANSWERED = ("jawaban", "pesan", "pertanyaan")
# Masked for everyone and for the console; those who handle the case and its reporter read it.
HIDDEN = ("samaran",)
IDENTITY = ("nama", "surel", "telepon")
NOTES = ("catatan", "tanggapandraf")
SORTS = (*WRITTEN, *PUBLIC, *ANSWERED, *IDENTITY, *NOTES, *HIDDEN)


@dataclass(frozen=True)
class Canary:
    """case "": of the agency as a whole, and `sort` is the rest of the word."""

    case: str
    sort: str


def canaries_in(text: str, planted: Planted) -> set[Canary]:
    found = re.findall(rf"{planted.word}([a-z]*)", text.lower())
    return {read(rest) for rest in found}


def read(rest: str) -> Canary:
    for case in CASES:
        if rest.startswith(case) and rest.removeprefix(case) in SORTS:
            return Canary(case, rest.removeprefix(case))
    return Canary("", rest)


def unseemly(text: str, planted: Planted, visitor: str) -> list[Canary]:
    """What this visitor of its own agency's site should not have seen."""
    seen = canaries_in(text, planted)
    may = SEES.get(visitor, public)
    return sorted((one for one in seen if not may(one)), key=lambda one: (one.case, one.sort))


def public(canary: Canary) -> bool:
    published = canary.case in PUBLISHED and canary.sort in (*PUBLIC, "jawaban")
    return published or of_a_unit(canary)


def of_a_unit(canary: Canary) -> bool:
    return not canary.case and canary.sort.startswith("unit")


def reporter(canary: Canary) -> bool:
    """Of the cases that they hold the code of, which here are all."""
    return public(canary) or (bool(canary.case) and canary.sort in (*WRITTEN, *ANSWERED, *HIDDEN))


def staff(role: str, cases: set[str]) -> Callable[[Canary], bool]:
    def sees(canary: Canary) -> bool:
        if canary.case:
            seen = canary.case in cases and canary.sort not in IDENTITY
            return seen or public(canary)
        views = f"tampilan{role}"
        devices = "peramban" if Permission.ACCOUNT_EDIT in ROLES[role] else f"peramban{role}"
        of_colleagues = canary.sort.startswith(("petugas", devices, f"kunci{role}", views))
        trail = canary.sort == "alasanmasuk" and Permission.AUDIT_VIEW in ROLES[role]
        kept = canary.sort.startswith("pengaturan") and Permission.SETTINGS_EDIT in ROLES[role]
        kept |= canary.sort == "templat" and Permission.CASE_ANSWER in ROLES[role]
        kept |= canary.sort == "kiriman" and Permission.CASE_FORWARD in ROLES[role]
        kept |= canary.sort == "rencana" and Permission.PLAN_VIEW in ROLES[role]
        kept |= canary.sort.startswith("dokumen") and Permission.DOCUMENT_VIEW in ROLES[role]
        return of_a_unit(canary) or of_colleagues or trail or kept

    return sees


OPEN = set(CASES) - CONFIDENTIAL
SEES: dict[str, Callable[[Canary], bool]] = {
    "reporter": reporter,
    "admin": staff("admin", set(CASES)),
    "head": staff("head", OPEN),
    "viewer": staff("viewer", OPEN),
    "liaison": staff("liaison", OF_THE_LIAISON),
    # An operator's own reason is shown to them while they are there.
    "operator": lambda one: (
        (staff("coordinator", OPEN)(one) and not (one.sort in HIDDEN and one.case in PUBLISHED))
        or one.sort == "alasanmasuk"
    ),
    "console": lambda canary: False,
}
