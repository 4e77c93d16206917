"""Every word that people read is there in English, too, and says the same things.

`python -m tests.rules.translations` prints what is missing; `make check` calls it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "sp4n" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w*)\}(?!\})")
TAG = re.compile(r"</?[a-z][^>]*>")

# A msgid, or the pair of singular and plural that ngettext has.
Words = str | tuple[str, ...]


def spoken(root: Path = ROOT) -> dict[Words, str]:
    """What the code says -> the first place where it does."""
    with (root / "babel.cfg").open() as settings:
        methods, options = parse_mapping_cfg(settings)
    found: dict[Words, str] = {}
    extracted = extract_from_dir(root, methods, options, KEYWORDS, directory_filter=ours)
    for name, line, words, _comments, _context in extracted:
        found.setdefault(words, f"{name}:{line}")
    return found


def ours(folder: str) -> bool:
    """Neither the virtual environment nor anything else that is not the project's."""
    return not Path(folder).name.startswith((".", "__"))


def english(path: Path = ENGLISH) -> Catalog | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale="en")


def compile_english() -> None:
    """What tests read is what the catalogue says now, also when nobody ran `make` before them."""
    catalogue, target = english(), ENGLISH.with_suffix(".mo")
    if catalogue is None:
        return
    # Renamed into its place: other workers may be reading the old one.
    made = target.with_suffix(f".{os.getpid()}")
    with made.open("wb") as file:
        write_mo(file, catalogue)
    made.replace(target)


def breaches(said: Mapping[Words, str], catalogue: Catalog | None) -> list[str]:
    if catalogue is None:
        return [f"{ENGLISH.relative_to(ROOT)} is missing; babel.cfg says how it is made"]
    known = {message.id: message for message in catalogue if message.id}
    return [
        *(
            f"{place}: no English for {words!r}"
            for words, place in said.items()
            if words not in known
        ),
        *(f"nobody says {words!r} any more: take it out" for words in known if words not in said),
        *(f"obsolete, take it out: {words!r}" for words in catalogue.obsolete),
        *(fault for message in known.values() for fault in wrong(message)),
    ]


def wrong(message: Message) -> Iterator[str]:
    """What is amiss with one translation."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if message.fuzzy:
        yield f"fuzzy, look at it and take the mark away: {message.id!r}"
    if not all(form and form.strip() for form in forms):
        yield f"no English for {message.id!r}"
        return
    if message.pluralizable and len(forms) != 2:
        yield f"English has two forms, one and many: {message.id!r}"
    yield from (fault for form in forms for fault in unlike(message.id, form))


def unlike(words: Words, form: str) -> Iterator[str]:
    said = words if isinstance(words, tuple) else (words,)
    wanted = {name for text in said for name in placeholders(text)}
    # "One day" may do without its number.
    optional = {"num"} if isinstance(words, tuple) else set()
    if placeholders(form) - wanted or wanted - placeholders(form) - optional:
        yield f"other placeholders than in {words!r}: {form!r}"
    if sorted(TAG.findall(said[0])) != sorted(TAG.findall(form)):
        yield f"other tags than in {words!r}: {form!r}"
    if said[0][:1].isspace() != form[:1].isspace() or said[0][-1:].isspace() != form[-1:].isspace():
        yield f"other space around than in {words!r}: {form!r}"


def placeholders(text: str) -> set[str]:
    return {named or f"{{{braced}}}" for named, braced in PLACEHOLDER.findall(text)}


def main() -> int:
    said = spoken()
    found = breaches(said, english())
    print("\n".join(found) or f"{len(said)} texts, all of them in English, too")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
