"""What the address of a list asks for, within bounds, whatever stands in it."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import MultiDict

LAST_PAGE: Final = 1000
LONGEST_TEXT: Final = 100


def page_number(args: MultiDict[str, str]) -> int:
    return min(max(args.get("hal", 1, type=int), 1), LAST_PAGE)


def search_text(args: MultiDict[str, str]) -> str:
    """Words with single spaces between them."""
    return " ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_TEXT]


def is_named(text: str, *names: str) -> bool:
    """Whether `text` stands in one of the names, or runs from one into the next."""
    return text.casefold() in " ".join(names).casefold()
