"""FEEL values: numbers, ranges, functions; what type a value has, and when two are equal."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, Overflow
from typing import Any

from engine.feel import temporal
from engine.feel.temporal import Date, DateTime, DaysTime, Time, YearsMonths

DECIMAL128 = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emax=6144, Emin=-6143, traps=[Overflow, InvalidOperation]
)
EXACT = 10**34


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; None is unbounded."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool
    known: bool = field(default=True, compare=False)  # False: an end is null, nothing is certain


class Function:
    """A FEEL function: positional parameter names and what it does with a list of arguments."""

    __slots__ = ("call", "name", "parameters", "result", "types", "variadic")

    def __init__(
        self,
        name: str,
        parameters: Sequence[str],
        call: Callable[[list[Any]], Any],
        *,
        types: Sequence[Any] | None = None,
        result: Any = None,
    ) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self.call = call
        self.types = tuple(types) if types else None
        self.result = result


def is_number(value: Any) -> bool:
    """Return whether a value is a FEEL number (a boolean is none)."""
    kind = type(value)
    return kind is int or kind is Decimal


SCALARS = frozenset({str, int, bool, type(None), Decimal})


_SCALAR_ONLY = SCALARS.issuperset
_TEXT_ONLY = frozenset({str}).issuperset


def plain(value: Any) -> Any:
    """Return a JSON or Python value as FEEL value (deep); itself where nothing is to convert."""
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is list or kind is tuple:
        if kind is list and _SCALAR_ONLY(map(type, value)):
            return value
        made = [plain(item) for item in value]
        return value if kind is list and all(map(operator.is_, made, value)) else made
    if kind is dict and _SCALAR_ONLY(map(type, value.values())) and _TEXT_ONLY(map(type, value)):
        return value
    return _converted(value)


def _converted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, float):
        return Decimal(repr(float(value))) if math.isfinite(value) else None
    for python, convert in _CONVERSIONS:
        if isinstance(value, python):
            return convert(value)
    return value


_CONVERSIONS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (datetime, temporal.from_python),
    (date, lambda value: Date(value.year, value.month, value.day)),
    (time, temporal.from_python_time),
    (timedelta, lambda value: DaysTime(value // timedelta(microseconds=1) * 1000)),
    (str, str),
    (int, int),
)


def type_name(value: Any) -> str:
    """Return the name of the FEEL type of a value."""
    if value is None:
        return "Null"
    for kind, name in _NAMES:
        if isinstance(value, kind):
            return name
    return "Any"


_NAMES: tuple[tuple[Any, str], ...] = (
    (bool, "boolean"),
    ((int, Decimal), "number"),
    (str, "string"),
    (list, "list"),
    (Mapping, "context"),
    (Date, "date"),
    (DateTime, "date and time"),
    (Time, "time"),
    (DaysTime, "days and time duration"),
    (YearsMonths, "years and months duration"),
    (Range, "range"),
    (Function, "function"),
)


def equal(a: Any, b: Any) -> bool | None:
    """Return whether two values are equal; None when they cannot be compared."""
    if a is None or b is None:
        return a is b
    kind = type(a)
    if kind is type(b):
        return bool(a == b) if kind in _PLAINLY_EQUAL else _same_kind(a, b)
    if is_number(a) and is_number(b):
        return bool(a == b)
    return _same_kind(a, b) if type_name(a) == type_name(b) else None


_PLAINLY_EQUAL = frozenset({str, int, bool, Decimal, Date, YearsMonths, DaysTime})


def _same_kind(a: Any, b: Any) -> bool | None:
    if isinstance(a, list):
        return len(a) == len(b) and all(equal(x, y) is True for x, y in zip(a, b, strict=True))
    if isinstance(a, Mapping):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) is True for key in a)
    if isinstance(a, Range):
        return (
            (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)
            and equal(a.low, b.low) is True
            and equal(a.high, b.high) is True
        )
    if isinstance(a, Time):
        return _time_key(a) == _time_key(b)
    if isinstance(a, DateTime):
        if (a.utc is None) != (b.utc is None):
            return False
        return bool(a.instant == b.instant)
    return bool(a == b)


def _time_key(time: Time) -> tuple[int, bool]:
    return time.nanos - (time.utc or 0) * temporal.SECOND, time.utc is None


def order_key(value: Any) -> tuple[str, Any] | None:
    """Return something comparable among values of one type; None when the type has no order."""
    if is_number(value):
        return "number", value
    if isinstance(value, str):
        return "string", value
    if isinstance(value, Date):
        return "date", value.days
    if isinstance(value, DateTime):
        return ("date and time" if value.utc is not None else "local date and time"), value.instant
    if isinstance(value, Time):
        key = _time_key(value)
        return ("local time" if key[1] else "time"), key[0]
    if isinstance(value, YearsMonths):
        return "years and months duration", value.months
    if isinstance(value, DaysTime):
        return "days and time duration", value.nanos
    return None


def less(a: Any, b: Any) -> bool | None:
    """Return whether a comes before b; None when they have no common order."""
    x, y = order_key(a), order_key(b)
    if x is None or y is None:
        return None
    return bool(x[1] < y[1]) if x[0] == y[0] else _on_one_clock(a, b)


def _on_one_clock(a: Any, b: Any) -> bool | None:
    """A local time beside one with an offset is taken in that offset (DMN 1.5, table 54)."""
    if isinstance(a, DateTime) and isinstance(b, DateTime):
        return (a.date.days, a.time.nanos) < (b.date.days, b.time.nanos)
    return a.nanos < b.nanos if isinstance(a, Time) and isinstance(b, Time) else None


def within(value: Any, span: Range) -> bool | None:
    """Return whether a value lies in a range; None when it cannot be compared."""
    if not span.known:
        return None
    checks: list[bool | None] = []
    if span.low is not None:
        checks.append(_above(value, span.low, closed=span.low_closed))
    if span.high is not None:
        checks.append(_above(span.high, value, closed=span.high_closed))
    if False in checks:
        return False
    return None if None in checks or not checks else True


def _above(a: Any, b: Any, *, closed: bool) -> bool | None:
    before = less(b, a)
    if before is None:
        return None
    return before or (closed and equal(a, b) is True)
