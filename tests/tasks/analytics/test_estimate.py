"""Estimates with n and interval, against scipy and worked examples."""

import json
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import difference_of_means, mean, quantile
from tasks.analytics.proportion import lower_limit, proportion

COUNTS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
CALM = settings(deadline=None, max_examples=60)


def test_few_observations_are_hidden() -> None:
    seven = Estimate(0.4, 0.1, 0.7, 7)

    assert seven.shown_from(10) is None
    assert seven.shown_from(7) is seven


def test_a_share_can_be_shown_in_percent() -> None:
    assert Estimate(0.4, 0.1, 0.7, 7).scaled(100) == Estimate(40, 10, 70, 7)
    with pytest.raises(ValueError, match="factor"):
        Estimate(0.4, 0.1, 0.7, 7).scaled(0)


def test_an_estimate_can_be_stored_as_json() -> None:
    stored = json.loads(json.dumps(Estimate(4.0, -inf, inf, 1).plain(), allow_nan=False))

    assert stored == {"value": 4.0, "low": None, "high": None, "n": 1, "level": 0.95}


def test_an_interval_leaves_out_what_lies_beyond_its_limits() -> None:
    assert Estimate(0.2, 0.1, 0.3, 50).leaves_out(0)
    assert not Estimate(0.2, 0.1, 0.3, 50).leaves_out(0.3)


@pytest.mark.parametrize(
    "parts", [(0.4, 0.7, 0.1, 7), (0.4, 0.1, 0.7, -1), (float("nan"), 0, 1, 3), (0, 0, 1, 3, 1.0)]
)
def test_an_impossible_estimate_is_refused(parts: tuple[float, float, float, int]) -> None:
    with pytest.raises(ValueError, match=r"estimate|interval|confidence"):
        Estimate(*parts)


@CALM
@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_a_share_has_the_score_interval_of_scipy(counts: tuple[int, int], level: float) -> None:
    count, n = counts
    expected = stats.binomtest(count, n).proportion_ci(level, method="wilson")

    found = proportion(count, n, level)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


@CALM
@given(COUNTS)
def test_the_exact_lower_limit_is_that_of_scipy(counts: tuple[int, int]) -> None:
    count, n = counts
    test = stats.binomtest(count, n, alternative="greater")

    assert lower_limit(count, n) == pytest.approx(test.proportion_ci(0.95).low, abs=1e-9)


def test_nothing_has_no_share_and_impossible_counts_are_refused() -> None:
    assert proportion(0, 0) is None
    with pytest.raises(ValueError, match="no share"):
        proportion(3, 2)
    with pytest.raises(ValueError, match="no share"):
        lower_limit(-1, 2)


@CALM
@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=40))
def test_a_mean_has_the_interval_of_student(values: list[float]) -> None:
    found = mean(values)

    assert found is not None
    if np.std(values) > 1e-6:
        error = stats.sem(values)
        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), error)
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-6)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        mean([1.0, float("nan")])


def test_one_value_says_nothing_about_the_mean() -> None:
    assert mean([4.0]) == Estimate(4.0, -inf, inf, 1)
    assert mean([]) is None


def test_a_difference_of_means_has_the_interval_of_welch() -> None:
    first, second = [4.0, 5, 6, 9, 3, 4], [1.0, 2, 2, 3]
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval()

    found = difference_of_means(first, second)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert difference_of_means([1.0], second) is None
    assert difference_of_means([1.0, 1.0], [1.0, 1.0]) == Estimate(0, 0, 0, 4)


def test_a_quantile_has_the_interval_of_scipy() -> None:
    values = np.random.default_rng(3).exponential(10, 120)
    for share in (0.25, 0.5, 0.9):
        point = float(np.quantile(values, share))
        expected = stats.quantile_test(values, q=point, p=share).confidence_interval(0.95)

        found = quantile(values, share)

        assert found is not None
        assert found.value == pytest.approx(point)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_nine_values_do_not_limit_p90_from_above() -> None:
    found = quantile([1.0, 2, 3, 4, 5, 6, 7, 8, 9], 0.9)

    assert found is not None
    assert found.high == inf
    assert quantile([], 0.5) is None
    with pytest.raises(ValueError, match="quantile"):
        quantile([1.0], 1.0)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    generator = np.random.default_rng(11)
    counts = generator.binomial(80, 0.12, 2000)
    shares = [proportion(int(count), 80) for count in counts]
    medians = [quantile(generator.exponential(1, 40), 0.5) for _ in range(1000)]

    assert np.mean([e is not None and not e.leaves_out(0.12) for e in shares]) >= 0.93
    assert np.mean([e is not None and not e.leaves_out(np.log(2)) for e in medians]) >= 0.94
