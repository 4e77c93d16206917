"""File names of strangers, made fit to be shown and offered for download."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from sp4n.files.kinds import Kind

LONGEST_STEM = 160  # bytes of UTF-8: with its suffix it fits every file system and header
_UNFIT = re.compile(r'["<>|:*?%]')


def suffix_of(raw: str) -> str:
    return PurePosixPath(_last_part(raw)).suffix.lower()


def shown_name(raw: str) -> str:
    """As it was given, less what could deceive or break a line: for messages."""
    return _cut(_last_part(raw), LONGEST_STEM) or "lampiran"


def safe_name(raw: str, kind: Kind) -> str:
    """A name with the suffix of `kind`, without folders, control or direction characters."""
    path = PurePosixPath(_last_part(raw))
    suffix = path.suffix.lower()
    stem = path.stem if suffix in kind.suffixes else path.name
    stem = _cut(_UNFIT.sub("_", stem).strip(". "), LONGEST_STEM)
    return f"{stem or 'lampiran'}{suffix if suffix in kind.suffixes else kind.suffixes[0]}"


def _last_part(raw: str) -> str:
    visible = "".join(
        " " if unicodedata.category(char) in ("Zl", "Zp", "Zs") else char
        for char in unicodedata.normalize("NFC", raw)
        if not unicodedata.category(char).startswith("C")
    )
    return re.sub(r"\s+", " ", re.split(r"[/\\]", visible)[-1]).strip()


def _cut(text: str, longest: int) -> str:
    return text.encode()[:longest].decode(errors="ignore").strip()
