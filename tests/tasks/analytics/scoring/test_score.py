"""All customers at once give the same answers as one by one."""

from datetime import date, timedelta
from math import ceil

import numpy as np
import pytest

from tasks.analytics.lifetime.clv import Terms
from tasks.analytics.pareto import cut_to_capacity, tiers
from tasks.analytics.rfm import Buying, rfm
from tasks.analytics.scoring.purchases import Purchases
from tasks.analytics.scoring.ranks import TIER_NAMES, cut_tier_a, ranks, tier_numbers
from tasks.analytics.scoring.score import score
from tasks.analytics.scoring.summary import summarise
from tasks.analytics.timing import Quartiles, purchase_window
from tests.support.cdnow import CALIBRATED_TO, cohort

TODAY = date(1998, 7, 1).toordinal()


def test_an_order_and_another_on_the_same_day_are_one_purchase_day() -> None:
    purchases = Purchases.of([0, 0, 0, 2], [10, 10, 30, 40], [100, 50, 80, 7])

    seen = summarise(purchases, 3, 50)

    assert seen.orders.tolist() == [3, 0, 1]
    assert seen.histories.x.tolist() == [1, 0, 0]
    assert seen.histories.last.tolist() == [20, 0, 0]
    assert seen.histories.age.tolist() == [40, 0, 10]
    assert seen.spent.tolist() == [230, 0, 7]
    assert seen.mean_spend.tolist() == [80, 0, 0]
    assert seen.recency.tolist() == [20, 0, 10]


def test_every_score_of_the_sample_is_that_of_the_one_by_one_functions() -> None:
    everything = cohort().everything
    customers = 2357

    scores = score(everything, customers, TODAY, Terms(margin_share=0.4))

    buyings = {}
    for customer in range(customers):
        own = everything.customer == customer
        recency = TODAY - int(everything.day[own].max())
        buyings[customer] = Buying(recency, int(own.sum()), int(everything.amount[own].sum()))
    expected = rfm(buyings)
    found = zip(scores.r, scores.f, scores.m, strict=True)
    assert [*found] == [(e.r, e.f, e.m) for e in (expected[c] for c in range(customers))]
    assert scores.orders.tolist() == [buyings[c].orders for c in range(customers)]


def test_tiers_are_those_of_one_by_one() -> None:
    values = np.random.default_rng(5).integers(-200, 2000, 500)
    values[:20] = 0

    one_by_one = tiers({f"{place:04d}": int(value) for place, value in enumerate(values)})

    assert [TIER_NAMES[place] for place in tier_numbers(values)] == [
        one_by_one[f"{place:04d}"] for place in range(500)
    ]
    assert tier_numbers(np.array([], np.int64)).tolist() == []


def test_tier_a_is_cut_as_one_by_one() -> None:
    values = {number: 2_000 - number for number in range(1_000)}
    column = np.array([*values.values()])
    for owners in (0, 1, 5):
        expected = cut_to_capacity(tiers(values), values, owners)

        found = cut_tier_a(tier_numbers(column), ranks(column), owners)

        assert [TIER_NAMES[place] for place in found] == [*expected.values()]
    sample = cohort().everything
    assert (score(sample, 2357, TODAY, owners=2).tier == 0).sum() == 80
    uncut, roomy = score(sample, 2357, TODAY), score(sample, 2357, TODAY, owners=50)
    assert roomy.tier.tolist() == uncut.tier.tolist()


def test_the_best_has_rank_1_and_equals_stand_in_their_order() -> None:
    assert ranks(np.array([5, 9, 5, -1])).tolist() == [2, 1, 3, 4]


def test_windows_are_those_of_one_by_one() -> None:
    everything = cohort().everything.until(CALIBRATED_TO)
    seen = summarise(everything, 2357, CALIBRATED_TO)
    of_all = Quartiles(*(float(np.quantile(seen.gaps.days, q)) for q in (0.25, 0.75)))

    scores = score(everything, 2357, CALIBRATED_TO)

    for customer in range(0, 2357, 7):
        days = np.unique(everything.day[everything.customer == customer])
        last = date.fromordinal(int(days[-1]))
        window = purchase_window(last, [float(gap) for gap in np.diff(days)], of_all)
        assert window is not None
        opens, closes = int(scores.window_from[customer]), int(scores.window_to[customer])
        assert (window.opens, window.closes) == (date.fromordinal(opens), date.fromordinal(closes))


def test_values_come_with_the_models_behind_them() -> None:
    scores = score(cohort().everything.until(CALIBRATED_TO), 2357, CALIBRATED_TO)

    assert scores.models.purchases is not None
    assert scores.models.purchases.r == pytest.approx(0.5248, abs=0.001)
    assert scores.models.spend is not None
    assert scores.models.spend.gamma == pytest.approx(1544, abs=2)
    assert scores.p_alive[0] == pytest.approx(0.7061, abs=0.0005)
    assert scores.expected_12m.sum() == pytest.approx(1985.3, abs=0.5)
    best, worst = np.argsort(scores.clv)[[-1, 0]]
    assert scores.clv[best] > 100 * scores.clv[worst] > 0


def test_r10_the_best_fifth_brings_its_actual_share() -> None:
    scores = score(cohort().everything, 2357, TODAY)

    best = np.sort(scores.spent)[::-1][: ceil(2357 / 5)]

    assert best.sum() / scores.spent.sum() == pytest.approx(0.6745, abs=0.0001)


def test_who_is_silent_beyond_his_own_rhythm_is_told() -> None:
    weekly = [7 * week for week in range(20)]
    rare = [0, 65, 130]
    purchases = Purchases.of([0] * 20 + [1] * 3, weekly + rare, [10] * 23)

    assert score(purchases, 3, 133 + 57).silent.tolist() == [True, False, False]
    assert score(purchases, 3, 130 + 66).silent.tolist() == [True, True, False]


def test_who_never_bought_has_no_value_and_no_window() -> None:
    scores = score(Purchases.of([1], [5], [100]), 2, 9)

    assert scores.clv[0] == 0
    assert np.isnan(scores.clv[1])
    assert scores.models.reason == "1 customers, 0 repeat buyers: too few to fit"
    assert scores.window_from.tolist() == [-1, -1]
    assert [TIER_NAMES[place] for place in scores.tier] == ["D", "A"]
    assert (scores.r[0], scores.f[0], scores.m[0]) == (1, 1, 1)


def test_margins_of_the_last_year_make_the_tier() -> None:
    today = 800
    purchases = Purchases.of([0, 0, 1], [100, 790, 790], [50, 50, 500], [40, 5, -60])

    scores = score(purchases, 2, today)

    assert scores.margin_12m.tolist() == [5, -60]
    assert [TIER_NAMES[place] for place in scores.tier] == ["A", "D-"]


def test_spend_that_depends_on_the_number_of_purchases_is_the_mean_of_all() -> None:
    sample = cohort().everything
    orders = np.bincount(sample.customer)[sample.customer]
    purchases = Purchases(sample.customer, sample.day, 1000 * orders.astype(np.int64))

    scores = score(purchases, 2357, TODAY)

    assert scores.models.spend is None
    assert scores.models.reason == "spend depends on the number of purchases"
    assert np.isfinite(scores.clv).all()


def test_a_flat_price_is_the_spend_of_everybody() -> None:
    sample = cohort().everything
    days = np.flatnonzero(np.r_[True, (np.diff(sample.day) != 0) | (np.diff(sample.customer) != 0)])
    flat = Purchases(sample.customer[days], sample.day[days], np.full(len(days), 999, np.int64))

    scores = score(flat, 2357, TODAY)

    assert scores.models.reason == "everybody spends the same a day"
    yearly = scores.clv / 999
    assert (yearly <= scores.expected_12m + 1e-6).all()
    assert (yearly >= scores.expected_12m * 0.9 - 1e-6).all()


def test_chunks_become_columns() -> None:
    chunks = [[(0, 1, 10, 2), (0, 5, 10, 2)], [(3, 2, 30, 9)]]

    purchases = Purchases.collected(chunks)

    assert purchases.customer.tolist() == [0, 0, 3]
    assert purchases.margin is not None
    assert purchases.margin.tolist() == [2, 2, 9]
    assert (purchases.day.dtype, purchases.amount.dtype) == (np.int32, np.int64)
    assert len(Purchases.collected([])) == 0
    assert len(Purchases.collected([[], []])) == 0


@pytest.mark.parametrize(
    ("customer", "day", "amount"),
    [([1, 0], [1, 2], [5, 5]), ([0, 0], [3, 2], [5, 5]), ([0], [1, 2], [5]), ([-1], [1], [5])],
)
def test_columns_out_of_order_are_refused(
    customer: list[int], day: list[int], amount: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"order|lengths|numbered"):
        Purchases.of(customer, day, amount)


def test_purchases_of_tomorrow_and_of_strangers_are_refused() -> None:
    purchases = Purchases.of([0], [10], [5])
    with pytest.raises(ValueError, match="after the end"):
        score(purchases, 1, 9)
    with pytest.raises(ValueError, match="unknown customer"):
        score(purchases, 0, 10)


def test_the_first_window_is_open_when_the_day_comes() -> None:
    scores = score(Purchases.of([0] * 5, [0, 10, 20, 30, 40], [9] * 5), 1, 45)

    opens = date.fromordinal(1) + timedelta(days=int(scores.window_from[0]) - 1)
    assert (opens.toordinal(), int(scores.window_to[0])) == (50, 52)
