"""Passages of a text that not everyone may read, put out of sight wherever they stand in it.

How long a passage was is not told. What is found by its digits is found however it is spaced.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from sp4n.web.filters import MASK

MOST_PASSAGES: Final = 60
LONGEST_PASSAGE: Final = 300
_NUMBER: Final = re.compile(r"[\d\s.()+\-]+")
_BETWEEN: Final = r"[\s.()\-]*"


def masked(text: str, hidden: Collection[str]) -> str:
    """Longest first, so that a name goes as a whole."""
    for passage in sorted(hidden, key=len, reverse=True):
        text = _pattern(passage).sub(MASK, text)
    return text


def occurs(passage: str, texts: Iterable[str]) -> bool:
    pattern = _pattern(passage)
    return any(pattern.search(text) for text in texts)


def _pattern(passage: str) -> re.Pattern[str]:
    digits = re.sub(r"\D", "", passage)
    if len(digits) > 5 and _NUMBER.fullmatch(passage):
        return _number(digits, abroad=passage.lstrip("( ").startswith("+"))
    words = r"\s+".join(re.escape(word) for word in passage.split())
    before = r"(?<!\w)" if passage[:1].isalnum() else ""
    after = r"(?!\w)" if passage[-1:].isalnum() else ""
    return re.compile(f"{before}{words}{after}", re.I)


def _number(digits: str, *, abroad: bool) -> re.Pattern[str]:
    """A telephone number also with its country's code instead of the first 0, and back; `abroad`:
    it was written with one."""
    begin = r"\+?"
    if digits.startswith(("0", "628", *(("62",) if abroad else ()))):
        digits = digits.removeprefix("62").removeprefix("0")
        begin = rf"(?:\(?\+?62\)?{_BETWEEN}\(?0?|0)\)?{_BETWEEN}"
    rest = _BETWEEN.join(digits)
    return re.compile(rf"(?<![\d+]){begin}{rest}(?!\d)")
