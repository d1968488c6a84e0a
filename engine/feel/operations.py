"""What the operators of FEEL do with values: comparing, testing, stepping, picking."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from engine.feel.run import Run
from engine.feel.temporal import Date, civil_from_days
from engine.feel.values import Range, equal, is_number, less, within


def passes(value: Any, test: Any, *, boolean: bool = False) -> bool | None:
    """Answer whether an input passes a test that evaluated to `test`."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return within(value, test)
    if isinstance(test, bool) and (boolean or not isinstance(value, bool)):
        return test
    if isinstance(test, list) and not isinstance(value, list):
        results = [passes(value, each) for each in test]
        return True if True in results else (None if None in results else False)
    if isinstance(test, list):
        return equal(value, test) is True or any(equal(value, each) is True for each in test)
    return equal(value, test)


def unary_range(sign: str, value: Any) -> Any:
    """Answer the range a unary comparison stands for."""
    if sign == "<":
        return Range(None, value, low_closed=False, high_closed=False)
    if sign == "<=":
        return Range(None, value, low_closed=False, high_closed=True)
    if sign == ">":
        return Range(value, None, low_closed=False, high_closed=False)
    if sign == ">=":
        return Range(value, None, low_closed=True, high_closed=False)
    return Range(value, value, low_closed=True, high_closed=True) if sign == "=" else None


def _differ(a: Any, b: Any) -> bool | None:
    same = equal(a, b)
    return None if same is None else not same


def _at_most(a: Any, b: Any) -> bool | None:
    later = less(b, a)
    return None if later is None else not later


COMPARISONS: dict[str, Callable[[Any, Any], bool | None]] = {
    "=": equal,
    "!=": _differ,
    "<": less,
    ">": lambda a, b: less(b, a),
    "<=": _at_most,
    ">=": lambda a, b: _at_most(b, a),
}


def steps(low: Any, high: Any) -> Any:
    """Answer the iterable from low to high (numbers or dates), None when there is none."""
    if is_number(low) and is_number(high) and low == int(low) and high == int(high):
        a, b = int(low), int(high)
        return range(a, b + 1) if a <= b else range(a, b - 1, -1)
    if isinstance(low, Date) and isinstance(high, Date):
        a, b = low.days, high.days
        days = range(a, b + 1) if a <= b else range(a, b - 1, -1)
        return (Date(*civil_from_days(day)) for day in days)
    return None


def iterable(value: Any) -> Any:
    """Answer what `for` goes through: items of a list, steps of a range; None when nothing."""
    if isinstance(value, Range):
        if value.low is None or value.high is None:
            return None
        found = steps(value.low, value.high)
        items = found
        if found is not None and not value.low_closed:
            items = islice(iter(found), 1, None)
        if items is not None and not value.high_closed:
            items = (each for each in items if equal(each, value.high) is not True)
        return items
    if isinstance(value, list | range) or hasattr(value, "__next__"):
        return value
    return None if value is None else [value]


def at_index(items: list[Any], index: Any, run: Run, position: int) -> Any:
    """Answer the item at a 1-based index, from the end when negative; null outside."""
    whole = int(index)
    if whole != index or whole == 0 or abs(whole) > len(items):
        run.warn("OUT_OF_BOUNDS", f"there is no item {index} among {len(items)}", position)
        return None
    return items[whole - 1 if whole > 0 else whole]
