"""Sums and statistics over lists of numbers (DMN 10.3.4.4)."""

from collections import Counter
from decimal import Decimal
from typing import Any

from engine.feel.arithmetic import OperandError, calculate, tidy
from engine.feel.builtins.lists import several
from engine.feel.signature import signature
from engine.feel.values import DECIMAL128, is_number


def _numbers(items: tuple[Any, ...]) -> list[Any]:
    found = several(*items)
    if not all(is_number(item) for item in found):
        raise OperandError("only numbers can be counted together")
    return found


def total(*items: Any) -> Any:
    """Sum of numbers; null of an empty list."""
    found = _numbers(items)
    if not found:
        return None
    result: Any = 0
    for item in found:
        result = calculate("+", result, item)
    return result


def product(*items: Any) -> Any:
    """Product of numbers; null of an empty list."""
    found = _numbers(items)
    if not found:
        return None
    result: Any = 1
    for item in found:
        result = calculate("*", result, item)
    return result


def mean(*items: Any) -> Any:
    """Arithmetic mean; null of an empty list."""
    found = _numbers(items)
    return calculate("/", total(found), len(found)) if found else None


def median(*items: Any) -> Any:
    """Middle of the sorted numbers; null of an empty list."""
    found = sorted(_numbers(items))
    if not found:
        return None
    half = len(found) // 2
    return (
        found[half]
        if len(found) % 2
        else calculate("/", calculate("+", found[half - 1], found[half]), 2)
    )


def stddev(*items: Any) -> Any:
    """Standard deviation of a sample; null of fewer than two numbers."""
    found = _numbers(items)
    if len(found) < 2:
        return None
    middle = mean(found)
    squares: Any = 0
    for item in found:
        gap = calculate("-", item, middle)
        squares = calculate("+", squares, calculate("*", gap, gap))
    return tidy(DECIMAL128.sqrt(Decimal(calculate("/", squares, len(found) - 1))))


def mode(*items: Any) -> list[Any]:
    """The most frequent numbers, ascending."""
    found = sorted(_numbers(items))
    if not found:
        return []
    counts = Counter(found)
    most = max(counts.values())
    return [item for item, count in counts.items() if count == most]


def _both(function: Any) -> list[Any]:
    return [
        signature("list: list", function, cost=6),
        signature("n: number, ns*: Any", function, cost=6),
    ]


FUNCTIONS = {
    "sum": _both(total),
    "product": _both(product),
    "mean": _both(mean),
    "median": _both(median),
    "stddev": _both(stddev),
    "mode": _both(mode),
}
