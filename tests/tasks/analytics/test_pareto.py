"""The spread of value over customers."""

import pytest

from tasks.analytics.pareto import fewest_for, gini, tiers, top_share

VALUES = {"a": 50, "b": 30, "c": 15, "d": 5}


def test_tiers_end_at_50_80_95_and_100_percent() -> None:
    assert tiers(VALUES) == {"a": "A", "b": "B", "c": "C", "d": "D"}


def test_who_crosses_a_border_still_belongs_to_the_better_tier() -> None:
    assert tiers({"a": 60, "b": 40}) == {"a": "A", "b": "B"}


def test_who_brings_nothing_is_d_and_who_costs_is_d_minus() -> None:
    assert tiers({"a": 10, "b": 0, "c": -4}) == {"a": "A", "b": "D", "c": "D-"}


def test_the_best_fifth_brings_its_actual_share_not_80_percent() -> None:
    assert top_share([50, 30, 15, 5, 0], 0.2) == 0.5
    assert top_share([], 0.2) == 0.0


def test_the_fewest_customers_who_bring_80_percent() -> None:
    assert fewest_for([5, 15, 30, 50]) == 2


def test_gini_is_zero_among_equals_and_grows_with_inequality() -> None:
    assert gini([7, 7, 7, 7]) == pytest.approx(0)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert gini([0, 0]) == 0
