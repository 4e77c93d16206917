"""What people write into cells, understood: rupiah, numbers, quarters, years, days.

Each raises `Unclear`, with what is wrong and how to mend it.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from flask_babel import gettext as _

from sp4n.spreadsheets.tables import Trouble, Value, words_of

NOTHING: Final = frozenset({"", "-", "–", "—", "n/a", "na", "nihil", "tidak ada", "0"})
SCALES: Final = {
    "ribu": 3,
    "rb": 3,
    "juta": 6,
    "jt": 6,
    "miliar": 9,
    "milyar": 9,
    "m": 9,
    "triliun": 12,
    "t": 12,
}
MOST_RUPIAH: Final = 10**15
NUMBER: Final = re.compile(r"[+-]?\d[\d.,]*")
MONTHS: Final = [
    "januari",
    "februari",
    "maret",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
]
MONTHS_EN: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
ALL_YEAR: Final = ("sepanjang tahun", "setiap triwulan", "tiap triwulan", "1 tahun", "all year")
RANGE: Final = re.compile(r"\s*(?:-|–|—|s\.?\s*/?\s*d\.?|sampai(?: dengan)?|hingga|to)\s*")
PREFIX: Final = re.compile(r"\b(?:triwulan|tri wulan|kuartal|quarter|tw|q)\.?\s*(?=[iv1-4])")
YEARS: Final = range(1990, 2101)


class Unclear(ValueError):
    """`words`: for the person who wrote it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def text_of(value: Value | None) -> str:
    """One line, with single spaces; a cell that was never calculated says nothing."""
    if isinstance(value, Trouble):
        raise Unclear(_trouble(value))
    text = " ".join(words_of(value).split())
    # Without the apostrophe that keeps a formula from being one.
    return text[1:].strip() if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def rupiah_of(value: Value | None) -> int | None:
    """Whole rupiah; None where there is none."""
    text = text_of(value).lower()
    bare = re.sub(r"^(?:rp|idr)\.?\s*|\s*(?:rupiah|,-|\.-|,--)$", "", text).strip()
    if bare in NOTHING:
        return None if bare != "0" else 0
    match = re.fullmatch(r"([+-]?[\d.,]+)\s*([a-z]*)", bare)
    if match is None or (match[2] and match[2] not in SCALES):
        raise Unclear(_("“%(text)s” bukan jumlah uang. Tulis seperti 1250000.", text=text[:60]))
    amount = plain_number(match[1], value) * 10 ** SCALES.get(match[2], 0)
    if amount < 0:
        raise Unclear(_("Anggaran tidak boleh kurang dari nol."))
    if amount != amount.to_integral_value():
        raise Unclear(_("“%(text)s” memuat sen. Tulis dalam rupiah bulat.", text=text[:60]))
    if amount > MOST_RUPIAH:
        raise Unclear(_("“%(text)s” terlalu besar. Periksa jumlah nolnya.", text=text[:60]))
    return int(amount)


def number_of(value: Value | None) -> Decimal | None:
    """Also of "85%" and "85 persen", which are 85."""
    text = text_of(value)
    bare = re.sub(r"\s*(?:%|persen|percent)$", "", text.lower()).strip()
    if bare in NOTHING and bare != "0":
        return None
    if not NUMBER.fullmatch(bare):
        raise Unclear(_("“%(text)s” bukan angka. Tulis angkanya saja.", text=text[:60]))
    return plain_number(bare, value)


def plain_number(text: str, value: Value | None = None) -> Decimal:
    """Points and commas as Indonesians write them; as others do where only that can be meant."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.lstrip("+"))
    last_point, last_comma = digits.rfind("."), digits.rfind(",")
    if last_point >= 0 and last_comma >= 0:
        decimal = "." if last_point > last_comma else ","
    elif last_comma >= 0:
        decimal = "" if re.fullmatch(r"\d{1,3}(,\d{3}){2,}", digits) else ","
    else:
        decimal = "" if re.fullmatch(r"\d{1,3}(\.\d{3})+", digits) else "."
    groups = {".": ",", ",": ".", "": ".,"}[decimal]
    for mark in groups:
        digits = digits.replace(mark, "")
    try:
        return Decimal(sign + (digits.replace(decimal, ".") if decimal else digits))
    except InvalidOperation:
        raise Unclear(_("“%(text)s” bukan angka. Tulis angkanya saja.", text=text[:60])) from None


def quarters_of(value: Value | None) -> tuple[int, ...]:
    """ "TW I-II", "1, 3", "Semester I", "Januari s.d. Juni": the quarters that are meant."""
    whole = text_of(value)
    text = whole.lower()
    if text in ("", "-", "–"):
        return ()
    if any(words in text for words in ALL_YEAR):
        return (1, 2, 3, 4)
    text = re.sub(r"\b(?:tahun\s*)?(?:19|20)\d\d\b", "", text)
    text = PREFIX.sub("", text).strip(" .")
    found: set[int] = set()
    for part in re.split(r"[,;&/+]|\bdan\b|\band\b", re.sub(r"s\s*/\s*d", "s.d.", text)):
        ends = [one for one in RANGE.split(part.strip()) if one]
        places = [_quarters_named(one.strip(" .")) for one in ends]
        if not ends or len(ends) > 2 or None in places:
            said = _("“%(text)s” bukan triwulan. Tulis seperti TW I-II.", text=whole[:60])
            raise Unclear(said)
        first, last = places[0], places[-1]
        assert first is not None
        assert last is not None
        if first[0] > last[-1]:
            raise Unclear(_("“%(text)s” mundur. Tulis yang lebih awal dahulu.", text=whole[:60]))
        found.update(range(first[0], last[-1] + 1))
    return tuple(sorted(found))


def _quarters_named(text: str) -> tuple[int, ...] | None:
    if text in ROMAN:
        return (ROMAN[text],)
    half = re.fullmatch(r"(?:semester|sem|smt)\.?\s*(i{1,2}|[12])", text)
    if half:
        return (1, 2) if half[1] in ("i", "1") else (3, 4)
    month = _month(text)
    return ((month + 2) // 3,) if month else None


def _month(text: str) -> int | None:
    """By its name or its beginning: Jan, Agt, Okt."""
    name = {"agt": "agustus", "agst": "agustus", "nop": "november", "nopember": "november"}
    whole = name.get(text, text)
    if len(whole) < 3:
        return None
    for months in (MONTHS, MONTHS_EN):
        for number, month in enumerate(months, 1):
            if month.startswith(whole):
                return number
    return None


def year_of(value: Value | None) -> int | None:
    if isinstance(value, date):
        return value.year
    text = text_of(value)
    if not text:
        return None
    found = re.fullmatch(r"(?:tahun|thn\.?|th\.?|ta\.?)?\s*(\d{4})", text.lower())
    if found is None or int(found[1]) not in YEARS:
        raise Unclear(_("“%(text)s” bukan tahun. Tulis empat angka, seperti 2026.", text=text[:60]))
    return int(found[1])


def day_of(value: Value | None) -> date | None:
    """Real days, and days as text: 31/12/2026, 31 Desember 2026, 2026-12-31."""
    if isinstance(value, date):
        return value
    text = text_of(value).lower()
    if text in ("", "-"):
        return None
    text = re.sub(r"^(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu),?\s*", "", text)
    numbers = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t.*)?", text)
    named = re.fullmatch(r"(\d{1,2})[\s-]+([a-z]+)\.?[\s-]+(\d{4})", text)
    parts: tuple[int, int, int] | None = None
    if numbers:
        parts = (int(numbers[3]), int(numbers[2]), int(numbers[1]))
    elif iso:
        parts = (int(iso[1]), int(iso[2]), int(iso[3]))
    elif named and (month := _month(named[2])):
        parts = (int(named[3]), month, int(named[1]))
    try:
        if parts is not None:
            return date(*parts)
    except ValueError:
        pass
    raise Unclear(_("“%(text)s” bukan tanggal. Tulis seperti 31 Desember 2026.", text=text[:60]))


def _trouble(value: Trouble) -> str:
    if value.kind == "formula":
        return _(
            "Rumus di sel ini belum pernah dihitung. Buka berkasnya di Excel, simpan lagi, atau "
            "tulis nilainya."
        )
    return _("Sel ini berisi galat %(text)s. Tulis nilainya.", text=value.text or "#?")
