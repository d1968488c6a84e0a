"""Conversions between types (DMN 10.3.4.1)."""

import re
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

from engine.feel import caps, temporal
from engine.feel.arithmetic import OperandError, tidy
from engine.feel.signature import signature
from engine.feel.temporal import Date, DateTime, Time, YearsMonths
from engine.feel.text import say
from engine.feel.values import DECIMAL128

_T = TypeVar("_T")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _given(value: _T | None, message: str) -> _T:
    if value is None:
        raise OperandError(message)
    return value


def date_of(text: str) -> Date:
    """Read a date."""
    return _given(temporal.read_date(text), "not a date")


def date_from(value: Any) -> Date:
    """Date of a date and time."""
    if isinstance(value, DateTime):
        return value.date
    if isinstance(value, Date):
        return value
    raise OperandError("neither date nor date and time")


def _whole(*values: Any) -> list[int]:
    if any(value != int(value) for value in values):
        raise OperandError("only whole numbers make a date or time")
    return [int(value) for value in values]


def date_parts(year: Any, month: Any, day: Any) -> Date:
    """Date of year, month, day."""
    return _given(temporal.make_date(*_whole(year, month, day)), "there is no such day")


def date_time(text: str) -> DateTime:
    """Read a date and time."""
    return _given(temporal.read_date_time(text), "not a date and time")


def date_time_of(date: Any, time: Time) -> DateTime:
    """Put a date and a time together."""
    return DateTime(date_from(date), time)


def time_of(text: str) -> Time:
    """Read a time."""
    return _given(temporal.read_time(text.removeprefix("T")), "not a time")


def time_from(value: Any) -> Time:
    """Time of a date and time; midnight UTC of a date."""
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, Time):
        return value
    if isinstance(value, Date):
        return Time(0, 0)
    raise OperandError("neither time nor date and time")


def time_parts(hour: Any, minute: Any, second: Any, offset: Any = None) -> Time:
    """Time of its parts; the second may have a fraction."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second < 60):
        raise OperandError("there is no such time")
    hours, minutes = _whole(hour, minute)
    nanos = (hours * 3600 + minutes * 60) * temporal.SECOND + int(Decimal(second) * temporal.SECOND)
    if offset is not None and abs(offset.nanos) > 18 * 3600 * temporal.SECOND:
        raise OperandError("there is no such offset")
    return Time(nanos, offset.nanos // temporal.SECOND if offset is not None else None)


def date_time_parts(
    year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any, place: Any = None
) -> DateTime:
    """Date and time of its parts, local or with an offset or a zone."""
    if not isinstance(place, str):
        return DateTime(date_parts(year, month, day), time_parts(hour, minute, second, place))
    if temporal.zone_info(place) is None:
        raise OperandError(f"there is no zone {place!r}")
    local = time_parts(hour, minute, second)
    return DateTime(date_parts(year, month, day), Time(local.nanos, None, place))


def number(text: str, grouping: Any = None, decimal: Any = None) -> Any:
    """Read a number with its grouping and decimal separators."""
    if (
        grouping not in {None, " ", ",", "."}
        or decimal not in {None, ",", "."}
        or (grouping is not None and grouping == decimal)
    ):
        raise OperandError("the separators are not valid")
    plain = text.replace(grouping, "") if grouping else text
    plain = (plain.replace(decimal, ".") if decimal else plain).strip()
    if not _NUMBER.fullmatch(plain):
        raise OperandError("not a number")
    try:
        return tidy(DECIMAL128.create_decimal(plain))
    except DecimalException as error:
        raise OperandError("the number is out of range") from error


def string(value: Any) -> Any:
    """The text of a value."""
    return None if value is None else caps.text(say(value))


def duration(text: str) -> Any:
    """Read a duration."""
    return _given(temporal.read_duration(text), "not a duration")


def years_and_months(start: Any, end: Any) -> YearsMonths:
    """Whole months between two dates."""
    a, b = date_from(start), date_from(end)
    months = (b.year * 12 + b.month) - (a.year * 12 + a.month)
    if months > 0 and b.day < a.day:
        months -= 1
    elif months < 0 and b.day > a.day:
        months += 1
    return YearsMonths(months)


_PARTS = "year: number, month: number, day: number, hour: number, minute: number, second: number"
FUNCTIONS = {
    "date": [
        signature("from: string", date_of),
        signature("from: Any", date_from),
        signature("year: number, month: number, day: number", date_parts),
    ],
    "date and time": [
        signature("from: string", date_time),
        signature("date: Any, time: time", date_time_of),
        signature(f"{_PARTS}, offset?: days and time duration", date_time_parts),
        signature(f"{_PARTS}, timezone: string", date_time_parts),
        signature("from: date", lambda d: DateTime(d, Time(0))),
        signature("from: date and time", lambda d: d),
    ],
    "time": [
        signature("from: string", time_of),
        signature("from: Any", time_from),
        signature(
            "hour: number, minute: number, second: number, offset?: days and time duration",
            time_parts,
        ),
    ],
    "number": [
        signature("from: string, grouping separator?: string, decimal separator?: string", number)
    ],
    "string": [signature("from: Any", string, deep=True, cost=4)],
    "duration": [signature("from: string", duration)],
    "years and months duration": [signature("from: Any, to: Any", years_and_months)],
}
