"""The arithmetic of charts."""

from __future__ import annotations

import pytest

from sp4n.web.charts import Chart, Series, scale, share


@pytest.mark.parametrize(
    ("most", "numbers"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (41, [0, 10, 20, 30, 40, 50]),
        (99, [0, 20, 40, 60, 80, 100]),
        (101, [0, 50, 100, 150]),
        (1204, [0, 500, 1000, 1500]),
    ],
)
def test_a_scale_has_round_numbers(most: int, numbers: list[int]) -> None:
    assert scale(most) == numbers


def test_every_scale_holds_its_chart_in_few_steps() -> None:
    for most in [*range(2000), 10**6 + 1, 10**9]:
        numbers = scale(most)
        assert numbers[-1] >= most
        assert 2 <= len(numbers) <= 6
        assert numbers[-2] < max(most, 1)


def test_bars_are_stacked_from_the_ground_and_empty_ones_are_left_out() -> None:
    chart = Chart(["Jan", "Feb"], [Series("a", "ok", [4, 0]), Series("b", "late", [1, 10])])
    assert chart.totals == [5, 10]
    assert chart.scale == [0, 2, 4, 6, 8, 10]
    ground, upper, alone = chart.bars
    assert (ground.x, ground.y, ground.height, ground.fill) == (7.5, 60, 40, "ok")
    assert (upper.x, upper.y, upper.height, upper.fill) == (7.5, 50, 10, "late")
    assert (alone.x, alone.y, alone.height) == (57.5, 0, 100)
    assert all(bar.y >= 0 and bar.x + bar.width <= 100 for bar in chart.bars)


def test_nothing_at_all_is_still_a_chart() -> None:
    assert Chart([], []).bars == []
    assert Chart(["Jan"], [Series("a", "ok", [0])]).lines == [100, 0]


@pytest.mark.parametrize("values", [[1], [1, 2, 3], [1, -1]])
def test_a_series_that_does_not_fit_is_refused(values: list[int]) -> None:
    with pytest.raises(ValueError, match="one value of 0 or more for each name"):
        Chart(["Jan", "Feb"], [Series("a", "ok", values)])


def test_a_share_of_nothing_is_nothing() -> None:
    assert (share(0, 0), share(1, 3), share(5, 5)) == (0, 33.33, 100)
