"""The models find again the parameters by which customers were generated."""

import pytest

from benchmarks.scoring import ALPHA, DAYS, A, B, R, generated
from tasks.analytics.lifetime.mbg import MbgNbd
from tasks.analytics.scoring.summary import Summary, summarise


def learned(customers: int, until: int) -> Summary:
    return summarise(generated(customers).until(until), customers, until)


def test_generated_customers_buy_as_often_as_their_model_expects() -> None:
    customers, until = 4_000, 730
    seen = learned(customers, until)
    bought = seen.bought
    histories = type(seen.histories)(
        seen.histories.x[bought], seen.histories.last[bought], seen.histories.age[bought]
    )
    model, _ = MbgNbd.fitted(histories)

    expected = model.expected_more(histories, 52).sum()

    everything = summarise(generated(customers), customers, DAYS)
    later = (everything.histories.x - seen.histories.x)[bought]
    within_a_year = later.sum()  # DAYS - until is a year
    assert expected == pytest.approx(within_a_year, rel=0.06)


@pytest.mark.soak
def test_parameters_are_found_again() -> None:
    customers = 300_000
    seen = learned(customers, DAYS)
    model, found = MbgNbd.fitted(seen.histories)

    # days, not instants, are counted: frequent buyers lose a few purchases
    assert (model.r, model.alpha) == pytest.approx((R, ALPHA), rel=0.08)
    assert (model.a, model.b) == pytest.approx((A, B), rel=0.08)
    assert found.n == customers
