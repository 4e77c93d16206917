"""Indonesian words in a page that is meant to be English: those that only the msgids know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from tests.rules.translations import english

WORD: Final = re.compile(r"[^\W\d_]{3,}")
# What holds letters and says no word: addresses, placeholders, references and codes (…-YTH6).
ADDRESS: Final = re.compile(
    r"\S+@\S+|https?://\S+|%\(\w+\)\w|\b[0-9A-Z]{3,4}(?:-[0-9A-Z]{3,4}){2,3}\b"
)
READ: Final = ("alt", "aria-label", "content", "placeholder", "title")
UNREAD: Final = ("script", "style")


@cache
def indonesian() -> frozenset[str]:
    """Words that stand in msgids and in no English text."""
    catalogue = english()
    assert catalogue is not None
    said: set[str] = set()
    english_too: set[str] = set()
    for message in catalogue:
        said |= {word for text in _forms(message.id) for word in words(text)}
        english_too |= {word for text in _forms(message.string) for word in words(text)}
    return frozenset(said - english_too)


def foreign(tree: Any, names: Iterable[str] = ()) -> list[str]:
    """Texts with such words; `names` are people's and places', the same in every language."""
    known = sorted(names, key=len, reverse=True)
    found = []
    for text in texts(tree):
        rest = text
        for name in known:
            rest = rest.replace(name, " ")
        if indonesian() & words(rest):
            found.append(" ".join(text.split()))
    return found


def words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(ADDRESS.sub(" ", text))}


def texts(element: Any) -> Iterator[str]:
    """What is read, seen or heard, but in elements that say they are Indonesian."""
    if not isinstance(element.tag, str) or element.tag in UNREAD or element.get("lang") == "id":
        return
    for name, value in element.attrib.items():
        if name in READ or (str(name).startswith("data-") and name != "data-form"):
            yield value
    yield element.text or ""
    for child in element:
        yield from texts(child)
        yield child.tail or ""


def _forms(text: Any) -> Iterator[str]:
    yield from text if isinstance(text, tuple | list) else (text,)
