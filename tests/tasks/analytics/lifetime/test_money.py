"""Spend per purchase and lifetime value."""

import numpy as np
import pytest

from tasks.analytics.lifetime.clv import (
    WEEKS_PER_MONTH,
    Terms,
    discounted_purchases,
    lifetime_value,
)
from tasks.analytics.lifetime.contracts import contract_value
from tasks.analytics.lifetime.gamma_gamma import GammaGamma, dependence
from tasks.analytics.lifetime.mbg import MbgNbd
from tests.support.cdnow import cohort


def test_a4_gamma_gamma_has_the_published_parameters() -> None:
    seen = cohort()

    model, log_likelihood = GammaGamma.fitted(seen.histories.x, seen.mean_spend)

    assert model.p == pytest.approx(6.25, abs=0.005)
    assert model.q == pytest.approx(3.744, abs=0.005)
    assert model.gamma == pytest.approx(15.44, abs=0.02)
    assert log_likelihood == pytest.approx(-4055.92, abs=0.01)


def test_the_unit_of_the_money_does_not_matter() -> None:
    seen = cohort()
    dollars, _ = GammaGamma.fitted(seen.histories.x, seen.mean_spend)
    cents, _ = GammaGamma.fitted(seen.histories.x, seen.mean_spend * 100)

    expected = dollars.expected(seen.histories.x, seen.mean_spend) * 100

    assert cents.expected(seen.histories.x, seen.mean_spend * 100) == pytest.approx(expected)


def test_a_one_time_buyer_will_spend_the_mean_of_all_and_a_regular_his_own() -> None:
    model = GammaGamma(6.25, 3.74, 15.44)

    spend = model.expected(np.array([0, 1, 1000], np.int32), np.array([0.0, 90.0, 90.0]))

    of_all = 15.44 * 6.25 / 2.74
    assert spend[0] == pytest.approx(of_all)
    assert of_all < spend[1] < spend[2]
    assert spend[2] == pytest.approx(90, rel=0.001)


def test_spend_hardly_depends_on_the_number_of_purchases() -> None:
    seen = cohort()

    assert dependence(seen.histories.x, seen.mean_spend) == pytest.approx(0.11, abs=0.01)
    assert dependence(np.array([1, 1], np.int32), np.array([3.0, 4.0])) is None


def test_the_value_of_a_year_is_the_sum_of_its_months() -> None:
    seen = cohort().histories
    model = MbgNbd(0.5248, 6.1830, 0.8914, 1.6140)
    spend = np.full(len(seen), 3500.0)

    values = lifetime_value(model, seen, spend, Terms(12, 0.3, 0.15))

    monthly = 1.15 ** (1 / 12)
    by_hand, before = np.zeros(len(seen)), np.zeros(len(seen))
    for month in range(1, 13):
        until = model.expected_more(seen, month * WEEKS_PER_MONTH)
        by_hand += (until - before) / monthly**month * 3500 * 0.3
        before = until
    assert values == pytest.approx(by_hand)


def test_without_interest_the_purchases_are_those_expected() -> None:
    seen = cohort().histories
    model = MbgNbd(0.5248, 6.1830, 0.8914, 1.6140)

    found = discounted_purchases(model, seen, Terms(36, 1.0, 0.0))

    assert found == pytest.approx(model.expected_more(seen, 36 * WEEKS_PER_MONTH))


def test_a_contract_is_worth_its_renewals() -> None:
    # 100 a year, 80 % renewed, 10 % interest: 100 · 0.8 / 0.3
    assert contract_value(100, 0.8, 0.1) == pytest.approx(266.667, abs=0.001)
    by_hand = sum(100 * 0.8**year / 1.1**year for year in range(1, 400))
    assert contract_value(100, 0.8, 0.1) == pytest.approx(by_hand)


def test_equal_spend_of_everybody_does_not_determine_the_model() -> None:
    with pytest.raises(ValueError, match="determine"):
        GammaGamma.fitted(np.full(50, 3, np.int32), np.full(50, 20.0))


def test_impossible_terms_are_refused() -> None:
    with pytest.raises(ValueError, match="retention"):
        contract_value(100, 1.2, 0.1)
    with pytest.raises(ValueError, match="interest"):
        contract_value(100, 1.0, 0.0)
    with pytest.raises(ValueError, match="month"):
        Terms(months=0)
    with pytest.raises(ValueError, match="interest"):
        Terms(discount_year=-1)
    with pytest.raises(ValueError, match="no mean"):
        GammaGamma(6, 0.9, 15).expected(np.array([1], np.int32), np.array([3.0]))
    with pytest.raises(ValueError, match="too few"):
        GammaGamma.fitted(np.array([1], np.int32), np.array([3.0]))
    with pytest.raises(ValueError, match="different lengths"):
        dependence(np.array([1], np.int32), np.array([3.0, 4.0]))
