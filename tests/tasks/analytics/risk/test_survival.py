"""The survival curve, against Freireich's leukaemia data and scipy."""

import numpy as np
import pytest
from scipy import stats

from tasks.analytics.risk.survival import curve, median_time

# 6-MP arm of Freireich et al. (1963), in Cox and Oakes: weeks of remission, + means still in it
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12


def test_a5_the_curve_is_the_published_one() -> None:
    steps = curve(WEEKS, RELAPSED, fewest=1)

    assert [step.time for step in steps] == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert [step.staying.value for step in steps] == pytest.approx(published, abs=0.0006)
    assert [step.staying.n for step in steps] == [21, 17, 15, 12, 11, 7, 6]
    assert median_time(steps) == 23


def test_the_interval_is_that_of_scipy() -> None:
    data = stats.CensoredData(
        uncensored=[w for w, r in zip(WEEKS, RELAPSED, strict=True) if r],
        right=[w for w, r in zip(WEEKS, RELAPSED, strict=True) if not r],
    )
    survival = stats.ecdf(data).sf
    interval = survival.confidence_interval(0.95, method="log-log")
    at = np.isin(survival.quantiles, [6, 7, 10, 13, 16, 22, 23])

    steps = curve(WEEKS, RELAPSED, fewest=1)

    assert [s.staying.low for s in steps] == pytest.approx(interval.low.probabilities[at])
    assert [s.staying.high for s in steps] == pytest.approx(interval.high.probabilities[at])


def test_the_curve_ends_where_fewer_than_ten_are_observed() -> None:
    steps = curve(WEEKS, RELAPSED)

    assert [step.time for step in steps] == [6, 7, 10, 13, 16]
    assert median_time(steps) is None


def test_when_all_have_left_nobody_stays() -> None:
    steps = curve([1, 2, 2], [True, True, True], fewest=1)

    assert (steps[-1].staying.value, steps[-1].staying.low, steps[-1].left) == (0, 0, 2)
    assert curve([], []) == []


def test_impossible_durations_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        curve([-1], [True])
    with pytest.raises(ValueError, match="each customer"):
        curve([1], [])
