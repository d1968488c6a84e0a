"""Differences of two arms, and the customers they need."""

import numpy as np
import pytest
from scipy import stats

from tasks.analytics.effect import needed_per_arm
from tasks.analytics.pilot.difference_in_differences import of_changes, of_shares, trend_before
from tasks.analytics.pilot.power import detectable, power_of, sample_size
from tasks.analytics.pilot.two_proportions import TwoArms, difference, p_value


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [  # Newcombe (1998), table II, method 10: 95 % limits
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_a11_the_interval_is_that_of_newcombes_table(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    found = difference(TwoArms(counts[1], counts[0], counts[3], counts[2]))

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00006)
    assert found.n == counts[1] + counts[3]


def test_the_pooled_test_is_the_chi_square_test() -> None:
    arms = TwoArms(400, 60, 380, 38)
    table = [[60, 340], [38, 342]]

    assert p_value(arms) == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


def test_an_empty_arm_tells_nothing() -> None:
    assert difference(TwoArms(10, 1, 0, 0)) is None
    assert p_value(TwoArms(10, 1, 0, 0)) == 1.0
    assert p_value(TwoArms(10, 0, 10, 0)) == 1.0
    with pytest.raises(ValueError, match="no share"):
        TwoArms(3, 4, 1, 1)


def test_the_interval_holds_the_truth_for_rare_events_too() -> None:
    generator = np.random.default_rng(8)
    held = 0
    for new, old in zip(
        generator.binomial(300, 0.02, 1500), generator.binomial(250, 0.01, 1500), strict=True
    ):
        found = difference(TwoArms(300, int(new), 250, int(old)))
        assert found is not None
        held += not found.leaves_out(0.01)

    assert 0.93 <= held / 1500 <= 0.985


def test_sample_sizes_are_those_of_r() -> None:
    # power.prop.test(p1 = .50, p2 = .75, power = .90) in the manual of R: n = 76.7
    assert sample_size(0.5, 0.75, power=0.9) == 77
    # power.prop.test(n = 50, p1 = .50, p2 = .75): power = 0.740
    assert power_of(50, 50, 0.5, 0.75) == pytest.approx(0.740, abs=0.0005)


def test_the_rule_of_thumb_is_close_to_the_sample_size() -> None:
    rule = needed_per_arm(0.10, 0.02)

    assert rule is not None
    assert rule == pytest.approx(sample_size(0.10, 0.12), rel=0.08)


def test_the_power_at_the_sample_size_is_the_power_asked_for() -> None:
    n = sample_size(0.08, 0.11)

    assert power_of(n, n, 0.08, 0.11) == pytest.approx(0.8, abs=0.001)
    assert power_of(n, 0, 0.08, 0.11) == 0.0


def test_what_a_pilot_can_show_shrinks_with_its_size() -> None:
    small, large = detectable(500, 500, 0.1), detectable(5000, 5000, 0.1)

    assert small is not None
    assert large is not None
    assert small > 2.5 * large
    assert power_of(5000, 5000, 0.1, 0.1 + large) == pytest.approx(0.8, abs=0.001)
    assert detectable(2, 2, 0.5) is None


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        sample_size(-0.1, 0.2)
    with pytest.raises(ValueError, match="nothing"):
        sample_size(0.2, 0.2)


def test_what_changed_everywhere_is_no_effect() -> None:
    found = of_shares(((50, 500), (80, 500)), ((60, 600), (96, 600)))

    assert found is not None
    assert found.value == pytest.approx(0)
    assert not found.leaves_out(0)


def test_a_difference_in_differences_has_the_interval_of_four_shares() -> None:
    found = of_shares(((50, 500), (90, 500)), ((60, 600), (66, 600)))

    # ± 1.96 · √(.1·.9/500 + .18·.82/500 + .1·.9/600 + .11·.89/600)
    half = 1.959964 * np.sqrt(0.09 / 500 + 0.1476 / 500 + 0.09 / 600 + 0.0979 / 600)
    assert found is not None
    assert found.value == pytest.approx(0.07)
    assert (found.low, found.high) == pytest.approx((0.07 - half, 0.07 + half), abs=1e-6)
    assert of_shares(((0, 0), (1, 2)), ((1, 2), (1, 2))) is None


def test_a_difference_in_differences_is_the_interaction_of_a_regression() -> None:
    """Least squares with an interaction; White's (1980) errors, HC0 of statsmodels, by hand."""
    cells = (((50, 500), (90, 500)), ((60, 600), (66, 600)))
    rows = [
        (1.0, tried, after, tried * after, float(case < good))
        for tried, group in zip((1.0, 0.0), cells, strict=True)
        for after, (good, n) in zip((0.0, 1.0), group, strict=True)
        for case in range(n)
    ]
    design, outcome = np.array(rows)[:, :4], np.array(rows)[:, 4]
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    rest = outcome - design @ coefficients
    bread = np.linalg.inv(design.T @ design)
    errors = np.sqrt(np.diag(bread @ (design.T * rest**2) @ design @ bread))

    found = of_shares(*cells)

    assert found is not None
    assert found.value == pytest.approx(coefficients[3])
    half = stats.norm.ppf(0.975) * errors[3]
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))


def test_customers_measured_twice_count_by_their_own_change() -> None:
    tried = [(5.0, 7.0), (3.0, 6.0), (6.0, 7.0), (4.0, 6.0)]
    elsewhere = [(5.0, 5.0), (4.0, 5.0), (6.0, 5.0)]
    expected = stats.ttest_ind([2, 3, 1, 2], [0, 1, -1], equal_var=False).confidence_interval()

    found = of_changes(tried, elsewhere)

    assert found is not None
    assert found.value == pytest.approx(2)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_groups_that_drifted_apart_before_are_noticed() -> None:
    tried, elsewhere = [10.0, 12, 14.2, 15.9, 18], [10.0, 10.1, 9.9, 10, 10.1]
    line = stats.linregress(range(5), np.subtract(tried, elsewhere))

    found = trend_before(tried, elsewhere)

    assert found is not None
    assert found.value == pytest.approx(line.slope)
    half = stats.t.ppf(0.975, 3) * line.stderr
    assert (found.low, found.high) == pytest.approx((line.slope - half, line.slope + half))
    assert found.leaves_out(0)
    assert trend_before([1, 2, 3], [1, 2, 3]) is None
    with pytest.raises(ValueError, match="lengths"):
        trend_before([1, 2], [1])
