"""Ranges and how they lie to each other (DMN 10.3.4.9)."""

from collections.abc import Callable
from typing import Any

from engine.feel.arithmetic import OperandError
from engine.feel.builtins.rangetext import read_range
from engine.feel.signature import signature
from engine.feel.values import Range, equal, less, within


def _span(value: Any) -> Range:
    if not isinstance(value, Range):
        return Range(value, value, low_closed=True, high_closed=True)
    if not value.known:
        raise OperandError("an end of the range is null")
    return value


def _less(a: Any, b: Any) -> bool:
    found = less(a, b)
    if found is None:
        raise OperandError("the ends have no common order")
    return found


def _same(a: Any, b: Any) -> bool:
    return equal(a, b) is True


def before(one: Any, other: Any) -> bool:
    """One ends before other starts."""
    if one is None or other is None:
        raise OperandError("null is neither before nor after")
    a, b = _span(one), _span(other)
    if a.high is None or b.low is None:  # it never ends, or has no start
        return False
    return _less(a.high, b.low) or (_same(a.high, b.low) and not (a.high_closed and b.low_closed))


def meets(a: Range, b: Range) -> bool:
    """A ends where B starts, both closed."""
    return a.high_closed and b.low_closed and _same(a.high, b.low)


def overlaps(a: Range, b: Range) -> bool:
    """They share a value."""
    return not before(a, b) and not before(b, a)


def _starts_first(a: Range, b: Range) -> bool:
    if a.low is None or b.low is None:
        return a.low is None and b.low is not None
    return _less(a.low, b.low) or (_same(a.low, b.low) and a.low_closed and not b.low_closed)


def _ends_first(a: Range, b: Range) -> bool:
    if a.high is None or b.high is None:
        return b.high is None and a.high is not None
    return _less(a.high, b.high) or (_same(a.high, b.high) and not a.high_closed and b.high_closed)


def overlaps_before(a: Range, b: Range) -> bool:
    """A starts first, ends in B."""
    return _starts_first(a, b) and overlaps(a, b) and not _ends_first(b, a)


def overlaps_after(a: Range, b: Range) -> bool:
    """A starts in B, ends last."""
    return _starts_first(b, a) and overlaps(a, b) and not _ends_first(a, b)


def includes(span: Range, other: Any) -> bool:
    """Span holds the whole of other."""
    if not isinstance(other, Range):
        return within(other, span) is True
    return not _starts_first(other, span) and not _ends_first(span, other)


def starts(one: Any, span: Range) -> bool:
    """One starts where span starts and lies in it."""
    a = _span(one)
    return _same(a.low, span.low) and a.low_closed == span.low_closed and includes(span, one)


def finishes(one: Any, span: Range) -> bool:
    """One ends where span ends and lies in it."""
    a = _span(one)
    return _same(a.high, span.high) and a.high_closed == span.high_closed and includes(span, one)


def _pairs(function: Callable[..., Any], *kinds: str) -> list[Any]:
    return [signature(kind, function) for kind in kinds]


_POINT_RANGE = "point: Any, range: range"
_RANGES = "range1: range, range2: range"
FUNCTIONS = {
    "before": _pairs(
        before,
        "range1: Any, range2: Any",
        "point1: Any, point2: Any",
        "point: Any, range: Any",
        "range: Any, point: Any",
    ),
    "after": _pairs(
        lambda a, b: before(b, a),
        "range1: Any, range2: Any",
        "point1: Any, point2: Any",
        "point: Any, range: Any",
        "range: Any, point: Any",
    ),
    "meets": _pairs(meets, _RANGES),
    "met by": _pairs(lambda a, b: meets(b, a), _RANGES),
    "overlaps": _pairs(overlaps, _RANGES),
    "overlaps before": _pairs(overlaps_before, _RANGES),
    "overlaps after": _pairs(overlaps_after, _RANGES),
    "finishes": _pairs(finishes, _POINT_RANGE, _RANGES),
    "finished by": _pairs(lambda a, b: finishes(b, a), "range: range, point: Any", _RANGES),
    "includes": _pairs(includes, "range: range, point: Any", _RANGES),
    "during": _pairs(lambda a, b: includes(b, a), _POINT_RANGE, _RANGES),
    "starts": _pairs(starts, _POINT_RANGE, _RANGES),
    "started by": _pairs(lambda a, b: starts(b, a), "range: range, point: Any", _RANGES),
    "coincides": _pairs(lambda a, b: equal(a, b) is True, "point1: Any, point2: Any", _RANGES),
    "range": [signature("from: string", read_range)],
}
