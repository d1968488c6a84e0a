"""What a dot reaches: context entries and the parts of dates, times, durations and ranges."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.arithmetic import tidy
from engine.feel.run import Run
from engine.feel.temporal import Date, DateTime, DaysTime, Time, YearsMonths
from engine.feel.values import DECIMAL128, Range, type_name


def _offset(time: Time) -> Any:
    return DaysTime(time.offset * temporal.SECOND) if time.offset is not None else None


def _seconds(nanos: int) -> int | Decimal:
    """Return the seconds of the minute, with their fraction."""
    return tidy(DECIMAL128.divide(Decimal(nanos % (60 * temporal.SECOND)), temporal.SECOND))


def _whole(size: int, part: int | Decimal) -> int | Decimal:
    return part if size >= 0 else -part


_DATE: dict[str, Callable[[Date], Any]] = {
    "year": lambda d: d.year,
    "month": lambda d: d.month,
    "day": lambda d: d.day,
    "weekday": lambda d: d.weekday,
}
_TIME: dict[str, Callable[[Time], Any]] = {
    "hour": lambda t: t.nanos // temporal.SECOND // 3600,
    "minute": lambda t: t.nanos // temporal.SECOND // 60 % 60,
    "second": lambda t: _seconds(t.nanos),
    "time offset": lambda t: DaysTime(t.utc * temporal.SECOND) if t.utc is not None else None,
    "timezone": lambda t: t.zone,
}


def _date_time(value: DateTime, name: str) -> Any:
    if name in _DATE:
        return _DATE[name](value.date)
    if name == "time offset":
        return DaysTime(value.utc * temporal.SECOND) if value.utc is not None else None
    return _TIME[name](value.time)


def _duration(value: DaysTime, name: str) -> Any:
    size = abs(value.nanos) // temporal.SECOND
    parts = {
        "days": size // 86_400,
        "hours": size // 3600 % 24,
        "minutes": size // 60 % 60,
        "seconds": _seconds(abs(value.nanos)),
    }
    return _whole(value.nanos, parts[name])


def _months(value: YearsMonths, name: str) -> Any:
    years, months = divmod(abs(value.months), 12)
    return _whole(value.months, {"years": years, "months": months}[name])


def _range(value: Range, name: str) -> Any:
    return {
        "start": value.low,
        "end": value.high,
        "start included": value.low_closed,
        "end included": value.high_closed,
    }[name]


_KINDS: tuple[tuple[type, set[str], Callable[[Any, str], Any]], ...] = (
    (Date, set(_DATE), lambda v, n: _DATE[n](v)),
    (Time, set(_TIME), lambda v, n: _TIME[n](v)),
    (DateTime, set(_DATE) | set(_TIME), _date_time),
    (DaysTime, {"days", "hours", "minutes", "seconds"}, _duration),
    (YearsMonths, {"years", "months"}, _months),
    (Range, {"start", "end", "start included", "end included"}, _range),
)


def property_of(value: Any, name: str, run: Run, position: int) -> Any:
    """Return a part of a value by name; null with a warning when there is none."""
    if isinstance(value, Mapping):
        if name in value:
            return value[name]
        run.warn("NO_CONTEXT_ENTRY_FOUND", f"No context entry found with key '{name}'", position)
        return None
    if isinstance(value, list):
        return [property_of(each, name, run, position) for each in value]
    for kind, names, read in _KINDS:
        if isinstance(value, kind) and name in names:
            return read(value, name)
    message = f"No property found with name '{name}' of {type_name(value)}"
    run.warn("NO_PROPERTY_FOUND", message, position)
    return None
