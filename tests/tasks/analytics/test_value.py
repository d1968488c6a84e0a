"""Contribution margin, products, and rates."""

import pytest
from scipy import stats

from tasks.analytics.margin import Line, Served, ServiceCosts, contribution
from tasks.analytics.products import ProductPeriod, by_category, by_product
from tasks.analytics.rate import rate

COSTS = ServiceCosts(contact=300, complaint=4_000, visit=12_000)


def test_a1_margin_is_what_is_left_after_serving_the_customer() -> None:
    served = Served(contacts=4, complaints=1, visits=1)

    # 90.00 - 55.00 + 20.00 - 8.00 = 47.00; 5.00 came back; serving cost 172.00
    margin = contribution([Line(9000, 5500), Line(2000, 800)], 500, COSTS.of(served))

    assert COSTS.of(served) == 17_200
    assert margin == 4_700 - 500 - 17_200
    assert COSTS.cost_of_failure(served) == 4_000


def test_costs_are_positive_amounts() -> None:
    with pytest.raises(ValueError, match="positive"):
        contribution([], -1, 0)
    with pytest.raises(ValueError, match="fewer than 0"):
        COSTS.of(Served(visits=-1))


def test_a1b_products_are_shown_with_growth_and_problems() -> None:
    periods = [
        ProductPeriod("chair", "seats", 400, 9_000, 7_500, problems=6, remarks=2),
        ProductPeriod("stool", "seats", 12, 12_000, 0, problems=3),
        ProductPeriod("lamp", "light", 100, -500, 400),
    ]

    stool, chair, lamp = by_product(periods)

    assert (stool.name, stool.growth, stool.problems_per_1000) == ("stool", None, None)
    assert chair.growth == pytest.approx(0.2)
    assert chair.problems_per_1000 is not None
    assert chair.problems_per_1000.value == 15
    assert chair.problems_per_1000.n == 400
    assert lamp.growth == pytest.approx(-2.25)
    seats, light = by_category(periods)
    assert (seats.name, seats.sold, seats.margin, seats.remarks) == ("seats", 412, 21_000, 2)
    assert light.problems_per_1000 is not None
    assert light.problems_per_1000.low == 0


@pytest.mark.parametrize("events", [0, 1, 7, 300])
def test_a_rate_has_the_exact_interval(events: int) -> None:
    found = rate(events, 50.0)

    assert found is not None
    low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0
    high = stats.chi2.ppf(0.975, 2 * events + 2) / 2
    assert (found.low, found.high) == pytest.approx((low / 50, high / 50))


def test_nothing_has_no_rate() -> None:
    assert rate(0, 0) is None
    with pytest.raises(ValueError, match="cannot be"):
        rate(-1, 4)
