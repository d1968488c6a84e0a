"""Many past cases on the version they ran on, and on one with another row of its table."""

import pytest

from benchmarks.replay import Bench
from engine.replay import Result


def replayed(numbers: range) -> None:
    """Replay these cases twice; which of them differ is worked out from their amounts alone."""
    bench, cases = Bench(), len(numbers)
    for number in numbers:
        bench.live(number)

    same, _ = bench.replay(100)
    other, _ = bench.replay(120)

    assert same.results == {Result.SAME: cases}
    differ = sum(100 <= number % 200 < 120 for number in numbers)
    assert differ > 0
    assert other.results[Result.ANOTHER_WAY] == differ
    assert other.results[Result.SAME] == cases - differ


def test_a_case_differs_only_where_the_changed_row_answers_differently() -> None:
    replayed(range(85, 135))


@pytest.mark.soak
def test_the_same_holds_for_ten_thousand_cases() -> None:
    replayed(range(10_000))
