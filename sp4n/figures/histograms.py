"""Durations as counts in log-spaced buckets, so that medians need no row of any case.

Bucket 0 holds what took less than six minutes; bucket n the hours from 0.1 * 1.2^(n-1) up to
0.1 * 1.2^n. A bucket is read as its geometric middle, so what is read is at most 9.6 % off
(sqrt 1.2 - 1) the true value, and in bucket 0 at most three minutes. Four years are 72 buckets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

LEAST_HOURS: Final = 0.1
RATIO: Final = 1.2
LAST_BUCKET: Final = 100  # 0.1 * 1.2^100 hours: nine hundred years
HOUR: Final = timedelta(hours=1)


def bucket_of(duration: timedelta) -> int:
    hours = duration / HOUR
    if hours < LEAST_HOURS:
        return 0
    return min(1 + math.floor(math.log(hours / LEAST_HOURS, RATIO)), LAST_BUCKET)


def hours_in(bucket: int) -> float:
    """The hours that stand for a bucket."""
    if bucket == 0:
        return LEAST_HOURS / 2
    return LEAST_HOURS * RATIO ** (bucket - 0.5)


def median_hours(histogram: Mapping[int, int]) -> float | None:
    """The median (of an even number the lower middle one), within the error above; None of none."""
    rank = (sum(histogram.values()) + 1) // 2
    seen = 0
    for bucket in sorted(histogram):
        seen += histogram[bucket]
        if seen >= rank > 0:
            return hours_in(bucket)
    return None
