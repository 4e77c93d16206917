"""An agency's own words in letters to reporters: what stands in a published setting, and the few
names in them that are filled in. No template: a name in braces becomes what it stands for, once.

Kept as JSON: {kind: {language: {"subject": …, "body": …}}}, own words only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

LANGUAGES: Final = ("id", "en")
PARTS: Final = ("subject", "body")
LONGEST: Final = {"subject": 100, "body": 2000}
AGENCIES_REMEMBERED: Final = 64
NAME: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Placeholder:
    """`fact`: the day of the letter that it stands for; "" for what every letter has."""

    name: str
    label: LazyString
    fact: str = ""

    def __str__(self) -> str:
        """As it is written in a text."""
        return "{" + self.name + "}"


NUMBER: Final = Placeholder("nomor", _l("nomor laporan"))
AGENCY: Final = Placeholder("instansi", _l("nama instansi Anda"))


@dataclass(frozen=True)
class Kind:
    """`day`: what the reporter has a right to know until when, so it must be said."""

    slug: str
    label: LazyString
    day: Placeholder | None = None

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return (NUMBER, AGENCY, *((self.day,) if self.day else ()))

    def must(self, part: str) -> Placeholder | None:
        return NUMBER if part == "subject" else self.day


KINDS: Final[dict[str, Kind]] = {
    "notice.case_filed": Kind(
        "diterima",
        _l("Laporan diterima"),
        Placeholder("batas_verifikasi", _l("hari terakhir verifikasi"), "verify_due"),
    ),
    "notice.case_verified": Kind(
        "diverifikasi",
        _l("Laporan diverifikasi"),
        Placeholder("batas_tanggapan", _l("hari terakhir tanggapan pertama"), "answer_due"),
    ),
    "notice.case_answered": Kind(
        "ditanggapi",
        _l("Laporan ditanggapi"),
        Placeholder("batas_balasan", _l("hari terakhir pelapor membalas"), "reply_due"),
    ),
    "notice.case_closed": Kind("ditutup", _l("Laporan ditutup")),
    "notice.case_archived": Kind("diarsipkan", _l("Laporan diarsipkan")),
}

# (kind, language, part) -> the agency's own words
OwnTexts = Mapping[tuple[str, str, str], str]


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def own_texts(text: str) -> OwnTexts:
    """Of a setting, those that are right: a letter goes out whatever stands there."""
    try:
        return {where: words for where, words, right in _entries(text) if right}
    except (ValueError, AttributeError):
        return {}


def read_texts(text: str) -> OwnTexts:
    """Of a setting. ValueError for what is none of ours, or not right."""
    found = {}
    try:
        for where, words, right in _entries(text):
            if not right:
                raise ValueError("not words of a letter")
            found[where] = words
    except AttributeError as error:
        raise ValueError("not as we write it") from error
    return found


def _entries(text: str) -> Iterator[tuple[tuple[str, str, str], str, bool]]:
    for kind, languages in (json.loads(text) if text else {}).items():
        for language, parts in languages.items():
            for part, words in parts.items():
                known = kind in KINDS and language in LANGUAGES and part in PARTS
                right = known and isinstance(words, str) and not fault(kind, part, words)
                yield (kind, language, part), words, right


def written_texts(texts: OwnTexts) -> str:
    told: dict[str, dict[str, dict[str, str]]] = {}
    for (kind, language, part), words in sorted(texts.items()):
        if words:
            told.setdefault(kind, {}).setdefault(language, {})[part] = words
    return json.dumps(told, ensure_ascii=False) if told else ""


def fault(kind: str, part: str, words: str) -> str:
    """What is wrong with these words, for who wrote them; "" where nothing is."""
    named = KINDS[kind].placeholders
    if len(words) > LONGEST[part]:
        return _("Paling panjang %(n)s huruf.", n=LONGEST[part])
    if part == "subject" and "\n" in words:
        return _("Judul hanya satu baris.")
    offered = ", ".join(map(str, named))
    name = unknown_name(words, named)
    if name:
        return _(
            "%(name)s tidak dikenal di surat ini. Yang dapat dipakai: %(offered)s.",
            name="{" + name + "}",
            offered=offered,
        )
    if stray_braces(words):
        return _("Kurung kurawal hanya untuk: %(offered)s.", offered=offered)
    must = KINDS[kind].must(part)
    if must and str(must) not in words:
        return _("Sebutkan %(name)s, %(what)s.", name=must, what=must.label)
    return ""


def unknown_name(words: str, named: Iterable[Placeholder]) -> str:
    """The first name in braces that stands for nothing; "" where each does."""
    known = {one.name for one in named}
    return next((name for name in NAME.findall(words) if name not in known), "")


def stray_braces(words: str) -> bool:
    return bool(set("{}") & set(NAME.sub("", words)))


def filled(words: str, values: Mapping[str, str]) -> list[str]:
    """Its lines. One that names what this letter has not (a day, say) is left out."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    whole = [line for line in lines if all(values.get(name) for name in NAME.findall(line))]
    return [NAME.sub(lambda found: values[found[1]], line) for line in whole]
