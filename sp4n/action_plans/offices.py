"""The office in what a plan says of who is responsible: that is for everyone, a person's name is
not. What is not known to be the word of an office is taken for a name, and left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

WORD: Final = re.compile(r"[^\W_]+(?:[-.'][^\W_]+)*")
APART: Final = re.compile(r"[;,/()\n:|–—]")
JOINING: Final = frozenset({"dan", "di", "pada", "selaku", "serta", "untuk"})


@cache
def common_words() -> frozenset[str]:
    """As offices, their heads and what they are about are called in government."""
    text = files("sp4n.action_plans").joinpath("data/office_words.txt").read_text("utf-8")
    return frozenset(text.split())


def office_words(names: Iterable[str]) -> frozenset[str]:
    """What an agency's own units, and itself, are called, beside the words of all offices."""
    own = {word.casefold() for name in names for word in WORD.findall(name)}
    return common_words() | own


def office_of(text: str, known: frozenset[str]) -> str:
    """ "Kepala Dinas Sosial (Ni Made Uji, S.Sos.)" is "Kepala Dinas Sosial"; "" where nothing of it
    is an office for sure."""
    parts = (_beginning(part, known) for part in APART.split(text))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _beginning(part: str, known: frozenset[str]) -> str:
    """As far as each word is one of an office's."""
    kept: list[str] = []
    for word in part.replace("&", " dan ").split():
        plain = word.strip(".").casefold()
        if plain not in known and not (kept and plain in JOINING):
            break
        kept.append(word.rstrip("."))
    while kept and kept[-1].casefold() in JOINING:
        kept.pop()
    return " ".join(kept)
