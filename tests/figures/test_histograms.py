"""Medians out of buckets, within the error that the module states."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from datetime import timedelta

import pytest

from sp4n.figures.histograms import LAST_BUCKET, bucket_of, hours_in, median_hours

STATED_ERROR = 0.096


def test_a_bucket_stands_for_its_hours_within_the_stated_error() -> None:
    hours = 0.1
    while hours < 24 * 365 * 4:
        read = hours_in(bucket_of(timedelta(hours=hours)))
        assert read == pytest.approx(hours, rel=STATED_ERROR), hours
        hours *= 1.003


def test_buckets_never_fall_as_time_goes_on() -> None:
    buckets = [bucket_of(timedelta(minutes=minutes)) for minutes in range(0, 600_000, 7)]
    assert buckets == sorted(buckets)
    assert buckets[0] == 0


@pytest.mark.parametrize("duration", [timedelta(0), timedelta(hours=-3), timedelta(minutes=5)])
def test_what_took_no_time_to_speak_of_is_in_the_first_bucket(duration: timedelta) -> None:
    assert bucket_of(duration) == 0


def test_there_is_a_last_bucket() -> None:
    assert bucket_of(timedelta(days=999_999)) == LAST_BUCKET


@pytest.mark.parametrize("number", [1, 2, 7, 500, 1001])
def test_the_median_is_that_of_the_durations_within_the_stated_error(number: int) -> None:
    chance = random.Random(number)
    hours = [chance.lognormvariate(3.5, 1.4) + 0.1 for _ in range(number)]
    histogram = Counter(bucket_of(timedelta(hours=one)) for one in hours)
    assert median_hours(histogram) == pytest.approx(statistics.median_low(hours), rel=STATED_ERROR)


def test_nothing_has_no_median() -> None:
    assert median_hours({}) is None
    assert median_hours({3: 0}) is None
