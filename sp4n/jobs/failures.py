"""When to try again, and what is written down about a failure."""

from __future__ import annotations

import random
import traceback
from datetime import timedelta

from sp4n.jobs.registry import NeverPossible

MOST_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 30
LONGEST_PAUSE_SECONDS = 4 * 3600
JITTER = 0.25
LONGEST_TEXT = 200


def pause_after(attempt: int) -> timedelta:
    """30 s, then three times as long each time, to 4 hours: eight attempts span seven hours."""
    seconds = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 3 ** (attempt - 1))
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
    return timedelta(seconds=seconds * spread)


def in_short(error: BaseException) -> str:
    """The class, and where. The text of an error of others is left out: it may quote an address
    or the values of a row."""
    name = type(error).__name__
    if isinstance(error, NeverPossible):
        return f"{name}: {error}"[:LONGEST_TEXT]
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "sp4n" in f.filename]
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{name}{f' {code}' if isinstance(code, int) else ''}{place}"[:LONGEST_TEXT]
