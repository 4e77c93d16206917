"""The parts of a JPEG, told apart without decoding a pixel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# No `\xff+`: over megabytes of fill bytes it would begin anew at each of them.
_MARKER = re.compile(rb"\xff([^\x00\xff])", re.DOTALL)
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
MOST_SEGMENTS = 5000
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
# APP1 to APP15 but for Adobe's APP14, which says how the colours are to be read.
_ABOUT_THE_PHOTO = frozenset({*range(0xE1, 0xF0), _COMMENT}) - {0xEE}


class Malformed(ValueError):
    """It stops before its end marker, or has more parts than any camera makes."""


@dataclass(frozen=True, slots=True)
class Segment:
    """`start` at the marker, `end` past the payload; of a scan, past its coded data."""

    code: int
    start: int
    end: int


def segments(content: bytes) -> Iterator[Segment]:
    """Up to the end marker; what follows it (a second picture, a film) is no part of it."""
    position = 0
    for _ in range(MOST_SEGMENTS):
        marker = _MARKER.search(content, position)
        if marker is None:
            break
        code = marker[1][0]
        end = marker.end()
        if code not in _WITHOUT_LENGTH and code != _END:
            end += max(2, int.from_bytes(content[end : end + 2]))
        if code == _SCAN:
            stop = _END_OF_SCAN.search(content, end)
            end = stop.start() if stop else len(content) + 1
        if end > len(content):
            break
        yield Segment(code, marker.start(), end)
        if code == _END:
            return
        position = end
    raise Malformed


def count_scans(content: bytes) -> int:
    return sum(segment.code == _SCAN for segment in segments(content))


def without_metadata(content: bytes) -> bytes:
    """The same picture, bit by bit, less EXIF, GPS, XMP, comments and previews."""
    kept, position = [], 0
    try:
        for segment in segments(content):
            if segment.code not in _ABOUT_THE_PHOTO:
                kept.append(content[segment.start : segment.end])
            position = segment.end
    except Malformed:
        kept.append(content[position:])
    return b"".join(kept)
