"""Days of a month as cron names them beyond numbers: L, L-3, LW, 15W, 5L (or FRIL), MON#1."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

Rule = Callable[[date], bool]
_SATURDAY, _SUNDAY = 5, 6  # as datetime counts
_DAY = re.compile(r"L(?:-(\d{1,2}))?|(L|\d{1,2})W")
_WEEKDAY = re.compile(r"([A-Z]{3}|\d)(?:L|#(\d))")


def day_of_month(text: str) -> Rule | None:
    """Return the rule of a day of the month; None when the text is none of these forms."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    before, near = match.groups()
    if near == "L":
        return lambda day: day.day == _workday_near(day, _length(day))
    if near is not None:
        wanted = _between(int(near), 1, 31, text)
        return lambda day: wanted <= _length(day) and day.day == _workday_near(day, wanted)
    back = _between(int(before or 0), 0, 30, text)
    return lambda day: day.day == _length(day) - back


def weekday_of_month(text: str, number: Callable[[str], int]) -> Rule | None:
    """Return the rule of a weekday within its month; `number` reads the weekday, 0 is Sunday."""
    match = _WEEKDAY.fullmatch(text)
    if match is None:
        return None
    weekday = _between(number(match[1]), 0, 7, text) % 7
    if match[2] is None:
        return lambda day: _is(day, weekday) and day.day > _length(day) - 7
    turn = _between(int(match[2]), 1, 5, text)
    return lambda day: _is(day, weekday) and (day.day - 1) // 7 + 1 == turn


def _is(day: date, weekday: int) -> bool:
    return day.isoweekday() % 7 == weekday


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _workday_near(month: date, number: int) -> int:
    """Return the day from Monday to Friday that is nearest to a day, in the same month."""
    weekday = month.replace(day=number).weekday()
    if weekday == _SATURDAY:
        return number - 1 if number > 1 else number + 2
    if weekday == _SUNDAY:
        return number + 1 if number < _length(month) else number - 2
    return number


def _between(number: int, low: int, high: int, text: str) -> int:
    if not low <= number <= high:
        raise ValueError(f"'{text}' is no day of a cron expression")
    return number
