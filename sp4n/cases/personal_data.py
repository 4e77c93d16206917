"""Personal data in what people write, found by its shape, to be pointed out before it is public.

It is pointed at, never taken away by itself: an agency's own telephone belongs in its answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from sp4n.cases.references import ALPHABET, parse_reference

KIND_LABELS: Final[dict[str, LazyString]] = {
    "nik": _l("NIK"),
    "kk": _l("Nomor KK"),
    "phone": _l("Nomor telepon"),
    "email": _l("Alamat email"),
    "account": _l("Nomor rekening"),
    "plate": _l("Nomor kendaraan"),
    "name": _l("Nama pelapor"),
}
MOST: Final = 40  # places that are pointed at, of one text


@dataclass(frozen=True)
class Finding:
    """`text`: as it stands there."""

    kind: str
    text: str

    @property
    def label(self) -> LazyString:
        return KIND_LABELS[self.kind]


_SEP: Final = r"[ .\-]?"
_SIXTEEN: Final = re.compile(rf"(?<!\d)\d(?:{_SEP}\d){{15}}(?!\d)")
# Provinces as Kemendagri numbers them: the first two digits of every NIK and KK.
_PROVINCE: Final = r"(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6])"
# Then regency, district, day (a woman's has 40 added), month, year, and a number of the day.
_NIK: Final = re.compile(
    rf"{_PROVINCE}\d\d(?!00)\d\d(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d\d(?!0000)\d{{4}}"
)
_SAID_BEFORE: Final = re.compile(r"(?:\b(nik|ktp)|\b(kk|kartu keluarga))\b[^\n\d]{0,25}$", re.I)
_EMAIL: Final = re.compile(
    r"(?<![\w.+\-])[\w.+\-]{1,64}(?:@|\s?[(\[](?:at|et)[)\]]\s?)[\w\-]{1,63}(?:\.[\w\-]{1,63})+",
    re.I | re.A,
)
_ACCOUNT: Final = re.compile(
    rf"\b(?:no\.?\s?)?rek(?:ening)?\b[^\n\d]{{0,40}}(\d(?:{_SEP}\d){{7,17}})(?!\d)", re.I
)
_MOBILE: Final = re.compile(
    rf"(?<![\w.,])(?:\(?\+?62\)?{_SEP}\(?0?|0)\)?[ \-]?8\d\)?(?:[ .\-]?\d){{6,10}}(?!\d)", re.A
)
_LANDLINE: Final = re.compile(
    r"(?<![\w.,])(?:\(0[2-9]\d{1,2}\) ?|0[2-9]\d{1,2}[ \-]|\+62[ \-]?[2-7]\d{1,2}[ \-])"
    r"\d{3,4}[ \-]?\d{3,4}(?!\d)",
    re.A,
)
_PLATE: Final = re.compile(
    r"(?<!\d )\b(?:A[ABDEG]?|B[ABDEGHKLMNP]?|D[ABCDEGHKLMNRSTW]?|E[AB]?|F|G|H|K[BHTU]?|L|M|N"
    r"|P[ABS]?|R|S|T|W|Z)[ -]?\d{2,4}[ -][A-Z]{1,3}\b"
)
_REFERENCE: Final = re.compile(rf"\b[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}-[{ALPHABET}]{{4}}\b")
_MONEY: Final = re.compile(r"\bRp\.?\s*$", re.I)


def found_in(*texts: str, names: Iterable[str] = ()) -> list[Finding]:
    """Each once, in their order. `names`: persons who are looked for, too."""
    seen: dict[str, Finding] = {}
    for text in texts:
        for _start, finding in sorted(_places(text, list(names)), key=lambda one: one[0]):
            seen.setdefault(finding.text.casefold(), finding)
    return list(seen.values())[:MOST]


def not_among(found: Iterable[Finding], told: Collection[str]) -> list[Finding]:
    """Those that nobody has been shown yet."""
    known = {one.casefold() for one in told}
    return [one for one in found if one.text.casefold() not in known]


def _places(text: str, names: list[str]) -> Iterator[tuple[int, Finding]]:
    """What is one thing already is not a part of another."""
    taken: list[tuple[int, int]] = []
    for kind, start, end in _all(text, names):
        if not any(start < other_end and other < end for other, other_end in taken):
            taken.append((start, end))
            yield start, Finding(kind, text[start:end])


def _all(text: str, names: list[str]) -> Iterator[tuple[str, int, int]]:
    for match in _EMAIL.finditer(text):
        if not match[0].lower().endswith(".go.id"):  # an office, not a person
            yield "email", *match.span()
    for match in _ACCOUNT.finditer(text):
        yield "account", *match.span(1)
    for match in _SIXTEEN.finditer(text):
        if kind := _of_sixteen(text[max(0, match.start() - 60) : match.start()], match[0]):
            yield kind, *match.span()
    for pattern in (_MOBILE, _LANDLINE):
        for match in pattern.finditer(text):
            if not _MONEY.search(text[max(0, match.start() - 6) : match.start()]):
                yield "phone", *match.span()
    ours = [match.span() for match in _REFERENCE.finditer(text) if parse_reference(match[0])]
    for match in _PLATE.finditer(text):  # "K23-XYF-9R3T" is no plate
        if not any(start <= match.start() < end for start, end in ours):
            yield "plate", *match.span()
    for name in names:
        yield from (("name", *span) for span in _named(text, name))


def _of_sixteen(before: str, digits: str) -> str:
    """ "" for a number that is neither."""
    said = _SAID_BEFORE.search(before)
    if said is not None:
        return "nik" if said[1] else "kk"
    return "nik" if _NIK.fullmatch(re.sub(r"\D", "", digits)) else ""


def _named(text: str, name: str) -> Iterator[tuple[int, int]]:
    """The whole name, then its parts where they are written as names are."""
    parts = [part for part in re.findall(r"[^\W\d_]+", name) if len(part) > 3]
    whole = r"\s+".join(re.escape(part) for part in name.split())
    if len(name.strip()) > 2:
        yield from (one.span() for one in re.finditer(rf"(?<!\w){whole}(?!\w)", text, re.I))
    for part in parts:
        for one in re.finditer(rf"(?<!\w){re.escape(part)}(?!\w)", text, re.I):
            if one[0][0].isupper():
                yield one.span()
