"""Pages by key: the next page starts after the last row shown, however deep it is."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Cursor:
    """Where a page starts: strictly after (at, id) in falling order."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(
            json.dumps([self.at.isoformat(), self.id]).encode()
        ).decode()


def parse_cursor(text: str | None) -> Cursor | None:
    """None for what is no cursor: a mangled address shows the first page."""
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(text or ""))
        moment = datetime.fromisoformat(at)
        whole = type(row_id) is int and 0 <= row_id < 2**63 and moment.tzinfo is not None
        return Cursor(moment, row_id) if whole else None
    except (binascii.Error, ValueError, TypeError):
        return None


def parse_row_id(text: str | None) -> int | None:
    """None for what is no id: a mangled address asks for nothing in particular."""
    digits = text if text and text.isascii() and text.isdigit() and len(text) < 20 else "0"
    return int(digits) if 0 < int(digits) < 2**63 else None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`next` is the cursor of the page after this one; None on the last."""

    rows: Sequence[Row]
    next: Cursor | None
