"""Answers plain cells (`"gold"`, `>= 100`, `[1..5]`) without asking FEEL; most cells are plain."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.dmn import cells
from engine.dmn.cells import Interval, ValueSet

Quick = Callable[[Any], bool | None]  # None: ask FEEL
_PLAIN = frozenset({int, Decimal, str, bool})
_NUMBERS = frozenset({int, Decimal})


def quick(text: str) -> Quick | None:
    """Return a quick test for a cell that names numbers, texts and booleans only."""
    cell = cells.read(text)
    if cell is None or cell.anything or cell.negated:
        return None
    if any(type(value) not in _PLAIN for value in cell.constants):
        return None
    ends = [end for each in cell.intervals for end in (each.low, each.high) if end is not None]
    if any(type(end) not in _NUMBERS for end in ends):
        return None
    return _test(cell)


def _test(cell: ValueSet) -> Quick:
    listed = {(type(value) is bool, value) for value in cell.constants}
    if not cell.intervals:

        def among(value: Any) -> bool | None:
            kind = type(value)
            if value is None:
                return False
            return (kind is bool, value) in listed if kind in _PLAIN else None

        return among
    checks = [_interval(each) for each in cell.intervals]

    def within(value: Any) -> bool | None:
        if type(value) not in _NUMBERS:
            return None
        return (False, value) in listed or any(check(value) for check in checks)

    return checks_one(checks[0]) if len(checks) == 1 and not listed else within


def checks_one(check: Callable[[Any], bool]) -> Quick:
    """Return the quick test of a single interval."""
    return lambda value: check(value) if type(value) in _NUMBERS else None


def _interval(each: Interval) -> Callable[[Any], bool]:
    low, high = each.low, each.high
    if high is None:
        return (lambda value: value >= low) if each.low_in else (lambda value: value > low)
    if low is None:
        return (lambda value: value <= high) if each.high_in else (lambda value: value < high)
    return lambda value: (
        (low < value or (each.low_in and value == low))
        and (value < high or (each.high_in and value == high))
    )
