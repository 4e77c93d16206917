"""Text in the letters that the fonts of every PDF reader have: those of western Europe only."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LEFT_OUT: Final = "[...]"
PLAIN: Final = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-"}
)


def printable(text: str) -> str:
    """In letters that the fonts have; a run of others becomes one mark."""
    plain = unicodedata.normalize("NFC", text).translate(PLAIN)
    known = "".join(
        char if _has(char) else _without_accents(char)
        for char in plain
        if unicodedata.category(char) not in ("Mn", "Cf")
    )
    return re.sub(r"\0(?:\s*\0)*", LEFT_OUT, known)


def _has(char: str) -> bool:
    return char == "\n" or " " <= char <= "~" or "\xa1" <= char <= "\xff"


def _without_accents(char: str) -> str:
    base = unicodedata.normalize("NFKD", char)[0]
    return base if _has(base) else "\0"
