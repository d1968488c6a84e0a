"""The sums of FEEL: numbers of 34 digits, strings, dates and durations."""

from decimal import Context, Decimal, DecimalException, InvalidOperation, Overflow
from typing import Any

from engine.feel import temporal
from engine.feel.temporal import Date, DateTime, DaysTime, Time, YearsMonths
from engine.feel.values import DECIMAL128, EXACT, is_number, type_name

_LONGEST = 10**40  # months or nanoseconds; no date lies so far away
_WIDE = Context(prec=80, Emax=200, Emin=-8_000, traps=[Overflow, InvalidOperation])


class OperandError(Exception):
    """No value: the operation becomes null with this warning."""

    code = "FUNCTION_INVOCATION_FAILURE"


class Unmet(OperandError):
    """An assertion does not hold: who asked takes the whole evaluation as failed."""

    code = "ASSERT_FAILURE"


def number(value: int | Decimal) -> int | Decimal:
    """Return a number within 34 digits."""
    if type(value) is int and -EXACT < value < EXACT:
        return value
    return (
        DECIMAL128.plus(Decimal(value))
        if not isinstance(value, Decimal)
        else DECIMAL128.plus(value)
    )


def calculate(sign: str, a: Any, b: Any) -> Any:
    """Return a sign b. Raises Wrong when there is no such sum."""
    if is_number(a) and is_number(b):
        return _numbers(sign, a, b)
    found = None
    if a is not None and b is not None:
        found = _durations(sign, a, b)
        if found is None and sign in "+-":
            found = _instants(sign, a, b)
    if found is None:
        raise OperandError(f"Can't compute {type_name(a)} {sign} {type_name(b)}")
    return found


def _numbers(sign: str, a: Any, b: Any) -> Any:
    try:
        if sign == "+":
            return number(a + b) if type(a) is type(b) is int else DECIMAL128.add(a, b)
        if sign == "-":
            return number(a - b) if type(a) is type(b) is int else DECIMAL128.subtract(a, b)
        if sign == "*":
            return number(a * b) if type(a) is type(b) is int else DECIMAL128.multiply(a, b)
        if sign == "/":
            if b == 0:
                raise OperandError("division by zero")
            if type(a) is type(b) is int and a % b == 0:
                return a // b
            return DECIMAL128.divide(Decimal(a), Decimal(b))
        return tidy(DECIMAL128.power(Decimal(a), Decimal(b)))
    except DecimalException as error:
        raise OperandError("the number is out of range") from error


def tidy(value: Decimal) -> int | Decimal:
    """Return a whole number as int."""
    if value == value.to_integral_value() and abs(value) < EXACT:
        return int(value)
    return value


def _durations(sign: str, a: Any, b: Any) -> Any:
    for kind, field in ((YearsMonths, "months"), (DaysTime, "nanos")):
        if isinstance(a, kind) and isinstance(b, kind):
            x, y = getattr(a, field), getattr(b, field)
            if sign == "/":
                return _numbers("/", x, y)
            return _duration(kind, x + y if sign == "+" else x - y) if sign in "+-" else None
        if isinstance(a, kind) and is_number(b) and sign in "*/":
            return _duration(kind, _scaled(sign, getattr(a, field), b))
        if is_number(a) and isinstance(b, kind) and sign == "*":
            return _duration(kind, _scaled(sign, getattr(b, field), a))
    return None


def _scaled(sign: str, size: int, by: Any) -> int:
    if sign == "/" and by == 0:
        raise OperandError("division by zero")
    try:
        if sign == "*":
            return int(_WIDE.multiply(Decimal(size), Decimal(by)))
        return int(_WIDE.divide(Decimal(size), Decimal(by)))
    except DecimalException as error:
        raise OperandError("the duration is out of range") from error


def _duration(kind: Any, size: int) -> Any:
    if abs(size) >= _LONGEST:
        raise OperandError("the duration is out of range")
    return kind(size)


def _instants(sign: str, a: Any, b: Any) -> Any:
    if (
        isinstance(b, Date | DateTime | Time)
        and isinstance(a, DaysTime | YearsMonths)
        and sign == "+"
    ):
        a, b = b, a
    if isinstance(b, YearsMonths | DaysTime):
        size = -1 if sign == "-" else 1
        return _shifted(a, b, size)
    if sign == "-" and isinstance(a, Time) and isinstance(b, Time):
        if (a.utc is None) != (b.utc is None):
            return None
        return DaysTime(a.nanos - b.nanos - ((a.utc or 0) - (b.utc or 0)) * temporal.SECOND)
    if sign == "-" and isinstance(a, Date | DateTime) and isinstance(b, Date | DateTime):
        return _between(a, b)
    return None


def _between(a: Date | DateTime, b: Date | DateTime) -> DaysTime | None:
    utc = Time(0, 0)
    x = a if isinstance(a, DateTime) else DateTime(a, utc)
    y = b if isinstance(b, DateTime) else DateTime(b, utc)
    if (x.utc is None) != (y.utc is None):
        return None
    return DaysTime(x.instant - y.instant)


def _shifted(a: Any, by: YearsMonths | DaysTime, size: int) -> Any:
    if isinstance(by, YearsMonths):
        date = a.date if isinstance(a, DateTime) else a
        if not isinstance(date, Date):
            return None
        moved = temporal.add_months(date, size * by.months)
        return DateTime(moved, a.time) if moved and isinstance(a, DateTime) else moved
    nanos = size * by.nanos
    if isinstance(a, Time):
        return Time((a.nanos + nanos) % temporal.DAY, a.offset, a.zone)
    if isinstance(a, DateTime):
        return temporal.from_instant(a.instant + nanos, a.time)
    if isinstance(a, Date):
        return temporal.add_days(a, nanos // temporal.DAY)
    return None
