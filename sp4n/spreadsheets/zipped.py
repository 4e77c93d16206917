"""The packed kinds (XLSX, ODS): parts of a zip file, opened with care and read as XML."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final
from xml.parsers import expat

from sp4n.spreadsheets.limits import Limits, Watch
from sp4n.spreadsheets.refusals import Refusal, refused

PIECE: Final = 256 * 1024
Attributes = dict[str, str]
# What a damaged or a malicious package makes Python's own reader say.
BROKEN: Final = (
    zipfile.BadZipFile,
    expat.ExpatError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class Package:
    """`close` is not needed: nothing but memory is held."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._zip = zipfile.ZipFile(BytesIO(content))
        infos = self._zip.infolist()
        if len(infos) > limits.parts or sum(one.file_size for one in infos) > limits.unpacked:
            raise refused(Refusal.PACKED)
        if any(one.flag_bits & 1 for one in infos):
            raise refused(Refusal.PASSWORD)
        self._names = {one.filename.lower(): one.filename for one in infos}

    def has(self, name: str) -> bool:
        return name.lower() in self._names

    def any_in(self, folder: str) -> bool:
        return any(name.startswith(folder) for name in self._names)

    def text(self, name: str, most: int = 1024 * 1024) -> bytes:
        with self._zip.open(self._names[name.lower()]) as part:
            return part.read(most)

    def parse(
        self,
        name: str,
        watch: Watch,
        *,
        start: Callable[[str, Attributes], Any],
        end: Callable[[str], Any] | None = None,
        text: Callable[[str], Any] | None = None,
        sparing: Callable[[bytes], bytes] | None = None,
    ) -> None:
        """Names without their prefixes. A document type, where bombs lie, ends it. `sparing`: takes
        out what need not be parsed, of whole tags."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, found: start(local(tag), found)
        if end is not None:
            parser.EndElementHandler = lambda tag: end(local(tag))
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with self._zip.open(self._names[name.lower()]) as part:
            rest = b""
            while piece := part.read(PIECE):
                watch.tick()
                if sparing is not None:
                    piece = rest + piece
                    cut = piece.rfind(b">") + 1
                    piece, rest = sparing(piece[:cut]), piece[cut:]
                parser.Parse(piece, False)
            parser.Parse(rest, True)


def local(tag: str) -> str:
    return tag.rpartition(":")[2]


def attribute(found: Attributes, name: str) -> str:
    """Whatever prefix it has."""
    return next((text for key, text in found.items() if local(key) == name), "")


def _refuse_doctype(*_declared: Any) -> None:
    raise refused(Refusal.BROKEN)
