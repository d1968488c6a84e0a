"""Survey figures with n, response and interval."""

from math import sqrt

import numpy as np
import pytest

from tasks.analytics.listening.surveys import ces, csat, nps, nps_change, staff_pulse

ANSWERS = [10] * 30 + [9] * 20 + [8] * 20 + [7] * 10 + [5] * 15 + [0] * 5


def test_a6_nps_is_promoters_less_detractors() -> None:
    found = nps(ANSWERS, asked=400)

    assert found.figure is not None
    assert found.figure.value == pytest.approx(0.3)
    # √((0.5 + 0.2 - 0.09) / 100)
    assert found.figure.high - 0.3 == pytest.approx(1.959964 * sqrt(0.61 / 100))
    assert (found.figure.n, found.answers) == (100, 100)
    assert found.response is not None
    assert found.response.value == 0.25


def test_the_interval_of_nps_holds_the_truth() -> None:
    random = np.random.default_rng(6)
    held = 0
    for _ in range(1000):
        answers = random.choice([10, 8, 3], 120, p=[0.5, 0.3, 0.2])
        figure = nps([int(a) for a in answers], 500).figure
        assert figure is not None
        held += not figure.leaves_out(0.3)

    assert held >= 930


def test_a6_fewer_than_ten_answers_are_hidden() -> None:
    found = nps([10] * 9, asked=20)

    assert (found.figure, found.answers) == (None, 9)
    assert csat([5] * 9, 9).figure is None
    assert ces([5] * 9, 9).figure is None
    assert nps([], 0).response is None


def test_a6_csat_and_ces() -> None:
    satisfied, easy = csat([5, 4, 4, 3, 1] * 10, 200).figure, ces([7, 6, 5, 2] * 5, 100).figure

    assert satisfied is not None
    assert easy is not None
    assert (satisfied.value, satisfied.n) == (0.6, 50)
    assert easy.value == 5


def test_eight_colleagues_are_needed_to_show_a_pulse() -> None:
    assert staff_pulse([4] * 7, 12).figure is None
    assert staff_pulse([4, 5] * 4, 12).figure is not None


def test_a_change_of_nps_has_an_interval_of_its_own() -> None:
    worse = [10] * 20 + [8] * 40 + [3] * 40

    change = nps_change(ANSWERS, worse)

    assert change is not None
    assert change.value == pytest.approx(-0.5)
    assert change.high - change.value == pytest.approx(
        1.959964 * sqrt(0.61 / 100 + (0.6 - 0.04) / 100)
    )
    assert nps_change(ANSWERS, [10] * 5) is None


def test_impossible_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 10"):
        nps([11], 20)
    with pytest.raises(ValueError, match="between 1 and 5"):
        csat([0], 20)
    with pytest.raises(ValueError, match="no share"):
        nps([9, 9], 1)
