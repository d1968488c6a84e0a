"""Cron in six fields, as Camunda and Spring write it: second minute hour day month weekday.

Our own reader, since croniter refuses LW, L-3 and 5L and takes minutes first.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.schedule import month_days

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_FIELDS = (
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day", 1, 31),
    ("month", 1, 12),
    ("weekday", 0, 7),
)
_LOOK_AHEAD_DAYS = 366 * 8  # a 29 February on a given weekday may be far


class Cron:
    """The instants a cron expression names; raises ValueError when it is none."""

    def __init__(self, text: str) -> None:
        """Read the six fields."""
        parts = _MACROS.get(text.strip().lower(), text).upper().split()
        if len(parts) != len(_FIELDS):
            raise ValueError(f"'{text}' is not a cycle: no R…/…, no cron with six fields")
        parts[3], self._day_rules = _rules(parts[3], month_days.day_of_month)
        parts[5], self._weekday_rules = _rules(parts[5], _weekday_of_month)
        sets = [_field(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
        self._seconds, self._minutes, self._hours, self._days, self._months, weekdays = sets
        self._weekdays = {day % 7 for day in weekdays}

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return the first instant after a moment, in UTC."""
        here = moment.astimezone(zone)
        for days in range(_LOOK_AHEAD_DAYS):
            day = here.date() + timedelta(days=days)
            if not self._is_on(day):
                continue
            for hour in sorted(self._hours):
                found = self._within(datetime.combine(day, time(hour), zone), moment)
                if found is not None:
                    return found
        raise ValueError("the cron expression names no instant")

    def _is_on(self, day: date) -> bool:
        if day.month not in self._months:
            return False
        if day.day not in self._days and not any(rule(day) for rule in self._day_rules):
            return False
        weekday = day.isoweekday() % 7
        return weekday in self._weekdays or any(rule(day) for rule in self._weekday_rules)

    def _within(self, hour: datetime, moment: datetime) -> datetime | None:
        for minute in sorted(self._minutes):
            for second in sorted(self._seconds):
                local = hour.replace(minute=minute, second=second)
                instant = local.astimezone(UTC)
                if instant.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(
                    tzinfo=None
                ):
                    continue  # the clock jumps over it that day
                if instant > moment:
                    return instant
        return None


def _rules(
    text: str, read: Callable[[str], month_days.Rule | None]
) -> tuple[str, list[month_days.Rule]]:
    """Split a field into the part that is numbers and the rules that depend on the month."""
    plain, rules = [], []
    for part in text.split(","):
        rule = read(part)
        if rule is None:
            plain.append(part)
        else:
            rules.append(rule)
    return ",".join(plain), rules


def _weekday_of_month(text: str) -> month_days.Rule | None:
    return month_days.weekday_of_month(text, lambda day: _number(day, "weekday"))


def _field(text: str, name: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in text.split(",") if text else ():
        body, _, step = part.partition("/")
        first, last = _range(body, name, low, high)
        width = int(step) if step else 1
        if step and "-" not in body and body not in {"*", "?"}:
            last = high
        if width < 1 or not low <= first <= last <= high:
            raise ValueError(f"'{text}' is no {name} of a cron expression")
        found.update(range(first, last + 1, width))
    return found


def _range(body: str, name: str, low: int, high: int) -> tuple[int, int]:
    if body in {"*", "?"}:
        return low, high
    first, dash, last = body.partition("-")
    start = _number(first, name)
    end = _number(last, name) if dash else start
    if name == "weekday" and end < start:
        end += 7  # FRI-SUN
    return start, end


def _number(text: str, name: str) -> int:
    names = {"month": _MONTHS, "weekday": _DAYS}.get(name, [])
    if text in names:
        return names.index(text) + (1 if name == "month" else 0)
    if not text.isdigit():
        raise ValueError(f"'{text}' is no {name} of a cron expression")
    return int(text)
