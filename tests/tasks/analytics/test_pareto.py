"""The spread of value over customers."""

from collections import Counter
from math import ceil

import pytest

from tasks.analytics.pareto import (
    concentration,
    cut_to_capacity,
    fewest_for,
    gini,
    tiers,
    top_share,
)
from tests.support.cdnow import everybody

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


def test_r10_the_best_fifth_of_all_cdnow_customers_brings_67_8_percent() -> None:
    found = concentration(everybody())

    assert found.n == 23_570
    assert found.top_fifth == pytest.approx(0.678, abs=0.0005)
    assert found.fewest_for_80 > ceil(0.2 * found.n)


def test_problems_are_concentrated_too() -> None:
    found = concentration([9, 1, 0, 0, 0, 0, 0, 0, 0, 0])

    assert (found.top_fifth, found.fewest_for_80, found.n) == (1.0, 1, 10)


def test_tier_a_is_cut_at_what_owners_can_serve() -> None:
    values = {number: 1000 - number for number in range(1000)}
    found = tiers(values)
    assert Counter(found.values())["A"] > 200

    by_share = cut_to_capacity(found, values, owners=9)
    by_owners = cut_to_capacity(found, values, owners=1)

    assert [c for c in values if by_share[c] == "A"] == [*range(50)]
    assert [c for c in values if by_owners[c] == "A"] == [*range(40)]
    assert by_owners[40] == "B"
    assert by_owners[999] == found[999]


def test_a_company_without_owners_has_no_tier_a_and_a_small_one_has_one_customer_in_it() -> None:
    values = {"a": 50, "b": 30, "c": 15, "d": 5}

    assert "A" not in cut_to_capacity(tiers(values), values, owners=0).values()
    assert cut_to_capacity(tiers(values), values, owners=1)["a"] == "A"


def test_impossible_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="part"):
        top_share([1], 1.5)
    with pytest.raises(ValueError, match="owners"):
        cut_to_capacity({}, {}, -1)
