"""Risk of leaving: from points to probabilities, and how good they were."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from tasks.analytics.arrays import Floats
from tasks.analytics.risk.hiatus import is_dormant, is_silent, longest_usual_gap
from tasks.analytics.risk.judged import brier, calibration, discrimination, lead_time, warnings
from tasks.analytics.risk.logistic import Logistic, log_likelihood
from tasks.analytics.risk.points import calibrate, expected_loss


def company(
    n: int = 2000, seed: int = 3
) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Return risk points of customers, and who left: p = 1 / (1 + e^-(-3 + 0.05 · points))."""
    random = np.random.default_rng(seed)
    points = random.choice([0, 10, 15, 20, 30, 45, 60, 80], n).astype(np.float64)
    return points, random.random(n) < 1 / (1 + np.exp(3 - 0.05 * points))


def test_a5_points_become_the_probability_they_stand_for() -> None:
    points, left = company(20_000)

    curve = calibrate([*points], [*left])

    assert curve is not None
    assert curve.n == 20_000
    assert curve.probability([0, 60]) == pytest.approx([0.0474, 0.5], abs=0.02)


def test_a5_before_200_outcomes_no_probability_is_shown() -> None:
    points, left = company(199)

    assert calibrate([*points], [*left]) is None
    assert calibrate([float(n % 7) for n in range(300)], [n < 9 for n in range(300)]) is None


def test_points_that_work_backwards_are_noticed() -> None:
    points, left = company()

    with pytest.raises(ValueError, match="look at the points"):
        calibrate([*(100 - points)], [*left])
    with pytest.raises(ValueError, match="an outcome for each"):
        calibrate([1.0], [])


def test_the_regression_finds_what_a_general_optimiser_finds() -> None:
    random = np.random.default_rng(8)
    figures = random.normal(size=(600, 3)) * [1, 10, 0.1] + [0, 50, 2]
    left = random.random(600) < 1 / (1 + np.exp(-(figures @ [0.8, -0.1, 3.0] - 3)))

    model = Logistic.fitted(figures, left)

    def loss(beta: Floats) -> float:
        z = beta[0] + (figures - [0, 50, 2]) @ beta[1:]
        return float(np.logaddexp(0, z).sum() - z[left].sum())

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-6})
    assert model.coefficients == pytest.approx(best.x[1:], rel=1e-3)
    assert log_likelihood(model.probability(figures), left) == pytest.approx(-best.fun)
    curvature = approx_fprime(best.x, lambda b: approx_fprime(b, loss, 1e-5), 1e-4)
    assert model.errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(curvature)))[1:], rel=0.02)


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        (lambda p: np.column_stack([p, np.ones_like(p)]), "same for everybody"),
        (lambda p: np.column_stack([p, p]), "same twice|not determine"),
        (lambda p: p, "row of figures"),
        (lambda p: p[:150, None], "row of figures"),
    ],
)
def test_figures_that_tell_nothing_are_refused(figures: object, message: str) -> None:
    points, left = company()

    with pytest.raises(ValueError, match=message):
        Logistic.fitted(figures(points), left)  # type: ignore[operator]


def test_outcomes_that_tell_nothing_are_refused() -> None:
    points, _ = company()

    with pytest.raises(ValueError, match="of one kind"):
        Logistic.fitted(points[:, None], np.arange(2000) < 5)
    with pytest.raises(ValueError, match="perfectly"):
        Logistic.fitted(points[:, None], points > 25)
    with pytest.raises(ValueError, match="another number"):
        Logistic(0.0, np.ones(1), np.ones(1), 200).probability(np.ones((2, 3)))


def test_expected_loss_is_what_can_be_lost() -> None:
    assert expected_loss(0.25, 8_000) == 2_000
    assert expected_loss(0.25, -8_000) == 0
    with pytest.raises(ValueError, match="probability"):
        expected_loss(1.2, 1)


def test_a5_warnings_are_judged_beside_the_share_who_left_anyway() -> None:
    warned = [True] * 20 + [False] * 80
    left = [True] * 12 + [False] * 8 + [True] * 6 + [False] * 74

    found = warnings(warned, left)

    assert found.precision is not None
    assert found.recall is not None
    assert found.base is not None
    assert (found.precision.value, found.precision.n) == (0.6, 20)
    assert (found.recall.value, found.recall.n) == (pytest.approx(2 / 3), 18)
    assert found.base.value == 0.18
    assert warnings([False], [False]).precision is None
    with pytest.raises(ValueError, match="each warning"):
        warnings([True], [])


def test_lead_time_is_the_median_from_warning_to_loss() -> None:
    found = lead_time([3, 10, 12, 40, 60])

    assert found is not None
    assert (found.value, found.n) == (12, 5)
    assert lead_time([]) is None


def test_a5_a_good_probability_is_calibrated_in_each_tenth() -> None:
    random = np.random.default_rng(2)
    p = random.beta(1, 6, 20_000)
    left = random.random(20_000) < p

    good, twice = calibration(p, [*left]), calibration(np.minimum(2 * p, 1), [*left])

    assert len(good) == 10
    assert sum(not band.happened.leaves_out(band.predicted) for band in good) >= 8
    assert sum(band.happened.leaves_out(band.predicted) for band in twice) >= 8
    assert [band.predicted for band in good] == sorted(band.predicted for band in good)
    assert brier(p, [*left]) < brier(np.minimum(2 * p, 1), [*left])


def test_customers_of_equal_probability_stand_in_one_band() -> None:
    bands = calibration([0.1] * 30 + [0.4] * 10, [False] * 27 + [True] * 7 + [False] * 6)

    assert [(band.predicted, band.happened.n) for band in bands] == [
        (pytest.approx(0.1), 30),
        (pytest.approx(0.4), 10),
    ]


def test_discrimination_counts_pairs() -> None:
    # of the four pairs (leaver, stayer) two and a half are in the right order
    assert discrimination([0.9, 0.2, 0.2, 0.5], [True, True, False, False]) == 0.625
    assert discrimination([0.9, 0.2], [True, True]) is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        brier([1.2], [True])
    with pytest.raises(ValueError, match="at least one"):
        brier([], [])


def test_silence_is_measured_by_the_customers_own_rhythm() -> None:
    assert longest_usual_gap([10, 20, 30]) == pytest.approx(28)
    assert is_silent(57, [7, 7, 7])
    assert not is_silent(56, [7, 7, 7])
    assert not is_silent(90, [30, 60, 120])
    with pytest.raises(ValueError, match="future"):
        is_silent(-1, [])
    with pytest.raises(ValueError, match="negative"):
        longest_usual_gap([-3])


def test_only_a_long_silence_makes_a_customer_dormant() -> None:
    assert is_dormant(183, [7])
    assert not is_dormant(182, [7])
    assert not is_dormant(300, [365])
    assert not is_dormant(300, [], category_gap=365)
