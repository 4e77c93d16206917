"""The kinds of file that are accepted, and how the bytes of a file tell which one it is."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` is shown to people and is the name Pillow knows the format by."""

    label: str
    media_type: str
    media_aliases: frozenset[str]
    suffixes: tuple[str, ...]

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


JPEG = Kind(
    "JPEG",
    "image/jpeg",
    frozenset({"image/jpg", "image/pjpeg"}),
    (".jpg", ".jpeg", ".jpe", ".jfif"),
)
PNG = Kind("PNG", "image/png", frozenset({"image/x-png"}), (".png",))
WEBP = Kind("WEBP", "image/webp", frozenset(), (".webp",))
PDF = Kind("PDF", "application/pdf", frozenset({"application/x-pdf"}), (".pdf",))
ACCEPTED = (JPEG, PNG, WEBP, PDF)

# What a browser sends when it does not know.
UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})

_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"dex\n",
    b"\x00asm",
)
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|!--|svg|html|head|body|script)", re.I
)
# Long enough that the compressed bytes of a photo do not hold one by chance.
_FOREIGN = re.compile(
    rb"<script|<!doctype html|<html[\s>]|<iframe|<svg\s+xmlns|<\?php\s|%PDF-1\.", re.I
)


def kind_of(content: bytes) -> Kind | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    return PDF if content.startswith(b"%PDF-") else None


def is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS


def is_program(content: bytes) -> bool:
    return content.startswith(_PROGRAMS)


def is_markup(content: bytes) -> bool:
    return _MARKUP.match(content) is not None


def is_two_things(content: bytes, kind: Kind) -> bool:
    """A file that other software would take for a page, a program or an archive.

    A PDF may speak of HTML in its text; it is one only to what reads from the first byte.
    """
    foreign = kind.is_image and _FOREIGN.search(content) is not None
    return foreign or zipfile.is_zipfile(BytesIO(content))
