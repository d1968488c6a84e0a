"""Purchase windows."""

from datetime import date

import pytest

from tasks.analytics.timing import Quartiles, judge, purchase_window, quartiles

LAST = date(2026, 3, 2)


def test_a3_a_regular_customer_has_a_window_of_his_own() -> None:
    # quartiles of 20, 28, 30, 40: 26 and 32.5
    window = purchase_window(LAST, [30, 20, 40, 28])

    assert window is not None
    assert (window.opens, window.closes) == (date(2026, 3, 28), date(2026, 4, 4))
    assert (window.n_gaps, window.method) == (4, "own")


def test_a3_a_window_is_open_for_two_days_at_least() -> None:
    window = purchase_window(LAST, [7, 7, 7, 7])

    assert window is not None
    assert (window.closes - window.opens).days == 2


def test_a3_few_gaps_are_drawn_to_those_of_the_category() -> None:
    # one gap weighs 1/6: 60/6 + 5/6 · 24 = 30 and 60/6 + 5/6 · 48 = 50
    window = purchase_window(LAST, [60], Quartiles(24, 48))

    assert window is not None
    assert (window.opens, window.closes) == (date(2026, 4, 1), date(2026, 4, 21))
    assert window.method == "shrunk"


def test_a3_without_a_gap_the_category_tells() -> None:
    window = purchase_window(LAST, [], Quartiles(10, 20))

    assert window is not None
    assert (window.opens, window.method) == (date(2026, 3, 12), "category")
    assert purchase_window(LAST, [10, 20, 30]) is None


def test_a3_a_hit_rate_is_shown_with_the_time_the_windows_were_open() -> None:
    judged = judge([(True, 0.3)] * 45 + [(False, 0.3)] * 55)

    assert judged is not None
    assert (judged.hit.value, judged.hit.n) == (0.45, 100)
    assert judged.lift == pytest.approx(1.5)
    assert judge([]) is None


def test_gaps_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="gaps"):
        quartiles([])
    with pytest.raises(ValueError, match="gaps"):
        purchase_window(LAST, [3, -1, 4, 5])
