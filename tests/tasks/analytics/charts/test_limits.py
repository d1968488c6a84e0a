"""Limits of control charts, against the examples of the NIST/SEMATECH handbook."""

from math import sqrt

import numpy as np
import pytest

from tasks.analytics.charts import dispersion
from tasks.analytics.charts.rates import RateChart
from tasks.analytics.charts.season import adjusted, effects
from tasks.analytics.charts.shares import ShareChart
from tasks.analytics.charts.xmr import Xmr

# NIST 6.3.3.2: defective of 50 chips on each of 30 wafers
WAFERS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22]
WAFERS += [8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
# NIST 6.3.3.1: defects on each of 25 wafers
DEFECTS = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19]
DEFECTS += [16, 31, 13]
# NIST 6.3.2.2: flow rate of 10 batches
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


def test_a13_single_values_have_the_limits_of_the_handbook() -> None:
    chart = Xmr.frozen(FLOW + FLOW)  # ten points are too few for us
    published = Xmr(50.81, 1.8778, 10).points(FLOW)[0]

    assert chart.center == pytest.approx(50.81)
    assert (published.low, published.high) == pytest.approx((45.8159, 55.8041), abs=0.002)
    assert Xmr(50.81, 1.8778, 10).range_limit == pytest.approx(6.1366, abs=0.001)


def test_a13_shares_have_the_limits_of_the_handbook() -> None:
    chart = ShareChart.frozen([(bad, 50) for bad in WAFERS])
    points = chart.points([(bad, 50) for bad in WAFERS])

    assert chart.center == pytest.approx(0.2313, abs=0.0001)
    assert (points[0].low, points[0].high) == pytest.approx((0.0524, 0.4102), abs=0.0002)
    assert [at for at, point in enumerate(points, 1) if point.value > point.high] == [15, 23]


def test_a13_counts_have_the_limits_of_the_handbook() -> None:
    chart = RateChart.frozen([(count, 1) for count in DEFECTS])
    points = chart.points([(count, 1) for count in DEFECTS])

    assert chart.center == pytest.approx(16)
    assert (points[0].low, points[0].high) == pytest.approx((4, 28))
    assert [at for at, point in enumerate(points, 1) if point.value > point.high] == [24]


def test_limits_narrow_with_the_size_of_the_sample_and_stay_possible() -> None:
    chart = ShareChart.frozen([(1, 20)] * 12)
    few, many = chart.points([(1, 20), (100, 2000)])

    assert (few.low, many.low > 0) == (0.0, True)
    assert few.high - few.center == pytest.approx(10 * (many.high - many.center))
    assert Xmr.frozen([1.0, 5] * 6, least=0).points([3])[0].low == 0


def test_an_empty_period_is_no_point() -> None:
    assert len(ShareChart.frozen([(1, 20)] * 12).points([(0, 0), (1, 20)])) == 1
    assert len(RateChart.frozen([(1, 20)] * 12).points([(0, 0), (1, 20)])) == 1


def test_laney_widens_the_limits_to_what_the_shares_really_vary() -> None:
    random = np.random.default_rng(5)
    daily = np.clip(random.normal(0.1, 0.02, 60), 0.01, 0.5)
    periods = [(int(did), 20_000) for did in random.binomial(20_000, daily)]

    naive, laney = ShareChart.frozen(periods), ShareChart.frozen_laney(periods)

    assert sum(not p.low <= p.value <= p.high for p in naive.points(periods)) > 25
    assert sum(not p.low <= p.value <= p.high for p in laney.points(periods)) <= 1
    # total spread over the spread of chance
    assert laney.sigma_z == pytest.approx(0.02 / sqrt(0.09 / 20_000), rel=0.3)


def test_laney_leaves_the_limits_of_chance_as_they_are() -> None:
    random = np.random.default_rng(6)
    shares = [(int(did), 400) for did in random.binomial(400, 0.2, 3000)]
    counts = [(int(count), 1.0) for count in random.poisson(30, 3000)]

    assert ShareChart.frozen_laney(shares).sigma_z == pytest.approx(1, abs=0.05)
    assert RateChart.frozen_laney(counts).sigma_z == pytest.approx(1, abs=0.05)


def test_counts_that_vary_more_than_chance_are_noticed() -> None:
    random = np.random.default_rng(7)
    by_chance = [int(count) for count in random.poisson(200, 100)]
    wild = [int(count) for count in random.poisson(random.normal(200, 60, 100))]

    assert not dispersion.of_counts(by_chance).overdispersed
    assert dispersion.of_counts(wild).overdispersed
    assert dispersion.of_counts(wild).ratio == pytest.approx(np.var(wild, ddof=1) / np.mean(wild))


def test_shares_that_vary_more_than_chance_are_noticed() -> None:
    random = np.random.default_rng(8)
    steady = [(int(did), 500) for did in random.binomial(500, 0.3, 40)]
    wild = [(int(did), 500) for did in random.binomial(500, random.beta(6, 14, 40))]

    assert not dispersion.of_shares(steady).overdispersed
    assert dispersion.of_shares(wild).overdispersed


def test_nothing_ever_happening_is_no_variation() -> None:
    assert dispersion.of_shares([(0, 5)] * 12) == dispersion.Dispersion(1.0, 1.0, 12)
    assert dispersion.of_counts([0] * 12) == dispersion.Dispersion(1.0, 1.0, 12)
    assert ShareChart.frozen_laney([(5, 5)] * 12).sigma_z == 1
    assert RateChart.frozen_laney([(0, 5)] * 12).sigma_z == 1


def test_a_busy_monday_is_no_signal_once_its_rhythm_is_out() -> None:
    random = np.random.default_rng(9)
    days = [(day % 5, 100.0 + 60 * (day % 5 == 0) + random.normal(0, 3)) for day in range(60)]

    learned = effects(days)
    smooth = adjusted(days, learned)

    assert learned[0] == pytest.approx(48, abs=2)
    assert np.std(smooth) == pytest.approx(3, abs=0.6)
    assert np.mean(smooth) == pytest.approx(np.mean([value for _, value in days]))


def test_short_baselines_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 12"):
        Xmr.frozen([1.0] * 11)
    with pytest.raises(ValueError, match="at least 12"):
        ShareChart.frozen([(0, 0)] * 30)
    with pytest.raises(ValueError, match="fewer than 4"):
        effects([(0, 1.0)] * 12 + [(1, 2.0)])
    with pytest.raises(ValueError, match="not learned"):
        adjusted([(3, 1.0)], {0: 0.0})


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        ShareChart.frozen([(6, 5)] * 12)
    with pytest.raises(ValueError, match="cannot be"):
        RateChart.frozen([(-1, 5)] * 12)
    with pytest.raises(ValueError, match="cannot be"):
        RateChart.frozen([(1, 5)] * 12).points([(1, -5)])
