"""The chunks of a PNG, counted without reading what is in them."""

from __future__ import annotations

_SIGNATURE = 8
_FRAME = 12  # length, name and checksum around each chunk's body


def has_more_chunks_than(content: bytes, most: int) -> bool:
    position = _SIGNATURE
    for _ in range(most):
        if position >= len(content):
            return False
        position += _FRAME + int.from_bytes(content[position : position + 4])
    return position < len(content)
