"""Dates and times (DMN 10.3.4.6, 10.3.4.8)."""

from typing import Any

from engine.feel import temporal
from engine.feel.arithmetic import OperandError
from engine.feel.builtins.conversion import date_from
from engine.feel.run import Run
from engine.feel.signature import signature
from engine.feel.temporal import Date, DateTime, days_from_civil
from engine.feel.values import equal, type_name

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def now(run: Run) -> DateTime:
    """This instant, by the clock the caller gave."""
    if run.now is None:
        raise OperandError("no clock was given")
    return temporal.from_python(run.now)


def today(run: Run) -> Date:
    """This day, by the clock the caller gave."""
    return now(run).date


def week_of_year(value: Any) -> int:
    """ISO week."""
    date = date_from(value)
    thursday = temporal.add_days(date, 4 - date.weekday)
    if thursday is None:
        raise OperandError("out of range")
    return (thursday.days - days_from_civil(thursday.year, 1, 1)) // 7 + 1


def is_(a: Any, b: Any) -> bool:
    """Same type and same value, without conversion: an instant in two zones is two values."""
    if type_name(a) != type_name(b):
        return False
    return bool(a == b) if not isinstance(a, list | dict) else equal(a, b) is True


FUNCTIONS = {
    "now": [signature("", now, run=True)],
    "today": [signature("", today, run=True)],
    "day of year": [
        signature(
            "date: Any", lambda v: date_from(v).days - days_from_civil(date_from(v).year, 1, 1) + 1
        )
    ],
    "day of week": [signature("date: Any", lambda v: _DAYS[date_from(v).weekday - 1])],
    "month of year": [signature("date: Any", lambda v: _MONTHS[date_from(v).month - 1])],
    "week of year": [signature("date: Any", week_of_year)],
    "is": [signature("value1: Any, value2: Any", is_, null=True)],
}
