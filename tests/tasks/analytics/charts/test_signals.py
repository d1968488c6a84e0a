"""Signals of a control chart."""

import numpy as np
import pytest

from tasks.analytics.charts.points import Point
from tasks.analytics.charts.signals import Signal, effect, shift_began, signals
from tasks.analytics.charts.xmr import Xmr


def points(*values: float) -> list[Point]:
    return [Point(value, 7.0, 10.0, 13.0) for value in values]


def test_a_point_beyond_the_limits_is_a_signal() -> None:
    assert signals(points(10.5, 13.1, 9)) == [Signal(1, "beyond", "high", 1)]
    assert signals(points(7, 13)) == []


def test_eight_on_one_side_are_a_signal_told_once() -> None:
    assert signals(points(*[9] * 12)) == [Signal(7, "run", "low", 0)]
    assert signals(points(*[9] * 7, 11, *[9] * 7)) == []


def test_a_point_on_the_centre_ends_a_run() -> None:
    assert signals(points(*[9] * 4, 10, *[9] * 4)) == []


def test_d26_a_run_on_the_good_side_confirms_an_improvement() -> None:
    assert effect(points(*[9] * 8), good="low") == "confirmed"
    assert effect(points(*[9] * 8), good="high") == "worse"
    assert effect(points(9, 11, 9), good="low") == "not_yet"
    assert effect(points(*[9, 11] * 13), good="low") == "none"


def test_new_limits_begin_where_the_run_began() -> None:
    assert shift_began(points(11, 9, 11, *[9] * 9)) == 3
    assert shift_began(points(14, 9)) is None


def test_a13_a_shift_of_one_sigma_shows_after_about_ten_points() -> None:
    assert waiting(1.0, 400) == pytest.approx(10, abs=2)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("shift", "expected"), [(0.0, 67), (0.5, 27), (1.0, 10), (1.5, 8), (2.0, 4)]
)
def test_how_long_to_wait_for_a_signal(shift: float, expected: float) -> None:
    assert waiting(shift, 5000) == pytest.approx(expected, rel=0.11)


def waiting(shift: float, times: int) -> float:
    """Return the median number of points to a signal, limits from a baseline of 24 points."""
    random = np.random.default_rng(24)
    waited = []
    for _ in range(times):
        chart = Xmr.frozen([*random.normal(0, 1, 24)])
        found = signals(chart.points([*random.normal(shift, 1, 600)]))
        waited.append(found[0].at + 1 if found else 600)
    return float(np.median(waited))
