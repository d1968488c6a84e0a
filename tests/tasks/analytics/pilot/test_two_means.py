"""Two arms by their means: scipy's Welch, statsmodels' power, looks that do not deceive."""

from random import Random

import numpy as np
import pytest
from scipy import stats

from tasks.analytics.pilot.sequential import anytime_gain
from tasks.analytics.pilot.two_means import Sample, TwoMeans, gain, sample_size


def arms(number: int, n: int, gained: float = 0.0, good: str = "high") -> TwoMeans:
    chance = Random(number)  # noqa: S311
    new = [chance.expovariate(0.2) + gained for _ in range(n)]
    old = [chance.expovariate(0.2) for _ in range(n)]
    return TwoMeans(Sample.of(new), Sample.of(old), "low" if good == "low" else "high")


def test_it_is_welchs_interval() -> None:
    new, old = [3.0, 5.5, 4.0, 8.0, 6.5], [9.0, 7.5, 12.0, 6.0]
    found = gain(TwoMeans(Sample.of(new), Sample.of(old), "low"))
    reference = stats.ttest_ind(old, new, equal_var=False).confidence_interval(0.95)

    assert found is not None
    assert found.value == pytest.approx(8.625 - 5.4)
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high))


def test_a_gain_is_positive_on_the_good_side() -> None:
    fewer_hours = arms(1, 400, gained=-2, good="low")
    assert fewer_hours.difference > 0
    assert arms(1, 400, gained=-2).difference < 0


def test_sizes_are_those_of_the_tables() -> None:
    # Cohen (1988): 63 in each arm for half a standard deviation, 392 for a fifth (normal: 393)
    assert sample_size(1.0, 0.5) == 63
    assert sample_size(1.0, 0.2) == 393
    with pytest.raises(ValueError, match="above 0"):
        sample_size(0, 1)


def test_before_twenty_in_each_arm_nothing_is_said_between() -> None:
    assert anytime_gain(arms(2, 19), 100) is None
    assert gain(arms(2, 1)) is None
    same = TwoMeans(Sample(30, 2.0, 0.0), Sample(30, 2.0, 0.0))
    assert anytime_gain(same, 100) is None


def test_equal_arms_claim_little_however_often_somebody_looks() -> None:
    """Skewed times, 1,000 pilots of 12 looks: in at most 7 of 100 an effect is ever claimed."""
    times = np.random.default_rng(16).exponential(5.0, (1_000, 2, 240))
    claimed = ended = 0
    for pilot in times:
        looks = [
            TwoMeans(*(Sample(n, side[:n].mean(), side[:n].var(ddof=1)) for side in pilot), "low")
            for n in range(20, 241, 20)
        ]
        between = [anytime_gain(look, 480) for look in looks]
        claimed += any(each is not None and each.leaves_out(0.0) for each in between)
        last = gain(looks[-1])
        ended += last is not None and last.leaves_out(0.0)
    assert claimed <= 70
    assert 30 <= ended <= 70


def test_a_gain_as_large_as_planned_is_mostly_shown() -> None:
    n = sample_size(5.0, 2.0)  # exponential times with a mean of 5 hours
    shown = sum(
        (found := gain(arms(number, n, gained=2.0))) is not None and found.low > 0
        for number in range(300)
    )
    assert 0.72 * 300 <= shown <= 0.88 * 300
