"""Asking a table once per different input, and telling only what changed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.analytics.scoring.changes import changed, fell_silent, windows_opened
from tasks.analytics.scoring.distinct import distinct_rows

ROWS = st.lists(st.tuples(st.integers(1, 5), st.integers(-3, 3), st.booleans()), min_size=1)


def test_a_table_is_asked_once_for_customers_alike() -> None:
    found = distinct_rows({"r": np.array([5, 1, 5, 5]), "silent": np.array([False, True] * 2)})

    asked = {tuple(row.values()): int(n) for row, n in zip(found.rows, found.count, strict=True)}
    assert asked == {(5, False): 2, (1, True): 1, (5, True): 1}
    assert [type(value) for value in found.rows[0].values()] == [int, bool]


@settings(deadline=None)
@given(ROWS)
def test_every_customer_gets_the_answer_to_his_own_row(rows: list[tuple[int, int, bool]]) -> None:
    a, b, c = (np.array(column) for column in zip(*rows, strict=True))

    found = distinct_rows({"a": a, "b": b, "c": c})

    assert [tuple(found.rows[place].values()) for place in found.of_customer] == rows
    assert len(found.rows) == len(set(rows))
    assert int(found.count.sum()) == len(rows)


def test_nobody_has_no_rows() -> None:
    assert distinct_rows({"r": np.array([], np.int8)}).rows == []
    with pytest.raises(ValueError, match="lengths"):
        distinct_rows({"r": np.array([1]), "f": np.array([1, 2])})


def test_a_first_tier_is_no_change() -> None:
    before, after = np.array([-1, 0, 2, 2], np.int8), np.array([0, 0, 1, 2], np.int8)

    assert changed(before, after).tolist() == [2]


def test_only_the_newly_silent_are_told() -> None:
    before, after = np.array([True, False, False]), np.array([True, True, False])

    assert fell_silent(before, after).tolist() == [1]


def test_a_window_opens_once_even_when_a_night_was_missed() -> None:
    opens = np.array([10, 11, 12, 13, 11, -1], np.int32)
    closes = np.array([15, 15, 15, 15, 11, -1], np.int32)

    assert windows_opened(opens, closes, 10, 12).tolist() == [1, 2]
    assert windows_opened(opens, closes, 12, 12).tolist() == []
    with pytest.raises(ValueError, match="future"):
        windows_opened(opens, closes, 13, 12)
    with pytest.raises(ValueError, match="lengths"):
        changed(np.array([1]), np.array([1, 2]))
