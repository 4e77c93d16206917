"""What is asked for on almost every page and changes hardly ever, kept in this process's memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from sqlalchemy.orm import Session

from sp4n import clock

LIFETIME: Final = timedelta(seconds=60)

T = TypeVar("T")


class Remembered(Generic[T]):
    """One reading of what all share, for the threads of this process, until it is LIFETIME old."""

    def __init__(self, read: Callable[[Session], tuple[T, ...]]) -> None:
        self._read = read
        self._held: tuple[datetime, tuple[T, ...]] | None = None

    def __call__(self, session: Session) -> tuple[T, ...]:
        held, at = self._held, clock.now()
        if held is not None and held[1] and timedelta(0) <= at - held[0] < LIFETIME:
            return held[1]
        read = self._read(session)
        self._held = (at, read)
        return read

    def forget(self) -> None:
        """Read anew at the next question: for who has just changed the data, in this process."""
        self._held = None
