"""RFM on figures worked out by hand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.analytics.rfm import Buying, Rfm, rfm

PURCHASES = st.builds(
    Buying,
    recency_days=st.integers(0, 500),
    orders=st.integers(1, 30),
    spent=st.integers(0, 100_000),
)


def test_five_different_customers_get_one_to_five() -> None:
    customers = {n: Buying(recency_days=n, orders=10 - n, spent=100 * n) for n in range(5)}

    scores = rfm(customers)

    assert [scores[n].r for n in range(5)] == [5, 4, 3, 2, 1]
    assert [scores[n].f for n in range(5)] == [5, 4, 3, 2, 1]
    assert [scores[n].m for n in range(5)] == [1, 2, 3, 4, 5]


def test_equal_customers_get_equal_scores_and_leave_a_score_empty() -> None:
    # six bought once, four bought twice: nobody of ten is worse than "once", six are than "twice"
    customers = {n: Buying(recency_days=9, orders=1 if n < 6 else 2, spent=50) for n in range(10)}

    scores = rfm(customers)

    assert {score.f for score in scores.values()} == {1, 4}
    assert {score.r for score in scores.values()} == {1}


def test_a_single_customer_has_nobody_behind() -> None:
    assert rfm({"only": Buying(3, 4, 5)}) == {"only": Rfm(1, 1, 1)}


def test_nobody_is_scored_when_there_is_nobody() -> None:
    assert rfm({}) == {}


@settings(deadline=None)  # a slow machine is no fault of ours
@given(st.lists(PURCHASES, min_size=1, max_size=40))
def test_the_formula_holds_for_everybody(buyings: list[Buying]) -> None:
    customers = dict(enumerate(buyings))

    scores = rfm(customers)

    n = len(buyings)
    for key, own in customers.items():
        worse_r = sum(other.recency_days > own.recency_days for other in buyings)
        worse_f = sum(other.orders < own.orders for other in buyings)
        worse_m = sum(other.spent < own.spent for other in buyings)
        expected = Rfm(1 + 5 * worse_r // n, 1 + 5 * worse_f // n, 1 + 5 * worse_m // n)
        assert scores[key] == expected
        assert 1 <= min(expected.r, expected.f, expected.m) <= 5
