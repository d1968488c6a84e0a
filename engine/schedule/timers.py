"""Due instants: dates, durations, cycles and cron, in the instance's zone, answered in UTC."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.schedule.cron import Cron

_NUMBER = r"(?:(\d+(?:[.,]\d+)?){})?"
_DURATION = re.compile(
    "^(-)?P"
    + "".join(_NUMBER.format(unit) for unit in "YMWD")
    + "(?:T"
    + "".join(_NUMBER.format(unit) for unit in "HMS")
    + ")?$"
)
_WORDS = re.compile(r"(\d+)\s*(months?|min|[a-z])[a-z]*", re.IGNORECASE)
_UNITS = {"mo": "P{}M", "mi": "PT{}M", "m": "PT{}M", "s": "PT{}S", "h": "PT{}H"}
_UNITS |= {"d": "P{}D", "w": "P{}W", "y": "P{}Y"}
_CYCLE = re.compile(r"^R(\d*)(?:/(.+))?/([^/]+)$")  # a start may name its zone: …[Europe/Berlin]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A timer: when it is due first, how often again (-1 for ever), and by what interval.

    An interval by the calendar is "first turn/duration"; else a duration or cron.
    """

    due: datetime
    repetitions: int = 0
    interval: str | None = None

    def data(self) -> dict[str, Any]:
        """Return what a TIMER wait carries."""
        return {
            "due_at": self.due.isoformat(),
            "repetitions": self.repetitions,
            "interval": self.interval,
        }


def schedule(
    form: str, value: Any, now: datetime, zone: str = "UTC", *, least_s: float = 1.0
) -> Schedule:
    """Make the schedule of a timer; raises ValueError with the reason.

    A cycle repeats every `least_s` seconds at most.
    """
    text = value.strip() if isinstance(value, str) else repr(value)
    if form == "date":
        return Schedule(date(text, zone))
    if form == "duration":
        return Schedule(after(now, text, zone))
    return _cycle(text, now, zone, least_s)


def local(now: datetime, zone: str) -> datetime:
    """Return an instant as the clocks of a zone show it: what now() and today() mean there."""
    return now.astimezone(ZoneInfo(zone))


def following(due: datetime, repetitions: int, interval: str, now: datetime, zone: str) -> Schedule:
    """Return the schedule after one firing; cycles keep their grid, missed turns fire late."""
    left = repetitions if repetitions < 0 else repetitions - 1
    start, _, step = interval.rpartition("/")
    if step.startswith("P"):
        next_due = _turn_after(due, date(start) if start else due, step, zone)
    else:
        next_due = Cron(interval).after(max(due, now), ZoneInfo(zone))
    return Schedule(next_due, left, interval)


def date(text: str, zone: str = "UTC") -> datetime:
    """Read an ISO date-time (or date) into UTC; without an offset it is in the zone given."""
    match = re.match(r"^(.*?)(?:\[([^\]]+)\]|@([A-Za-z_+\-/0-9]+))?$", text)
    body, named = (match.group(1), match.group(2) or match.group(3)) if match else (text, None)
    try:
        read = datetime.fromisoformat(body)
        if read.tzinfo is None:
            read = read.replace(tzinfo=ZoneInfo(named or zone))
        return read.astimezone(UTC)
    except (ValueError, KeyError, OverflowError) as error:
        raise ValueError(f"'{text}' is not a date") from error


def is_duration(text: str) -> bool:
    """Return whether a text is an ISO duration."""
    return bool(_DURATION.match(text)) and not text.rstrip("T").endswith("P")


def after(start: datetime, text: str, zone: str = "UTC", *, times: int = 1) -> datetime:
    """Add an ISO duration: days and longer by the calendar of the zone, the rest exactly."""
    match = _DURATION.match(text)
    if match is None or text.rstrip("T").endswith("P") or text.endswith("T"):
        raise ValueError(f"'{text}' is not a duration{_right_form(text)}")
    sign = (-1 if match.group(1) else 1) * times
    years, months, weeks, days, hours, minutes, seconds = (
        sign * float((part or "0").replace(",", ".")) for part in match.groups()[1:]
    )
    try:
        here = start.astimezone(ZoneInfo(zone))
        whole_days = timedelta(days=weeks * 7 + days)
        if years or months or whole_days:
            moved = _months(here, int(years * 12 + months)) + whole_days
            start = moved.astimezone(UTC)
        exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return start.astimezone(UTC) + exact
    except OverflowError as error:
        raise ValueError(f"'{text}' is too long") from error


def _right_form(text: str) -> str:
    """Return how a length of time in words is written; empty if it is none."""
    found = _WORDS.fullmatch(text.strip())
    if found is None:
        return ""
    word = found[2].lower()
    form = _UNITS.get(word[:2]) or _UNITS.get(word[0])
    return f"; write {form.format(found[1])}" if form else ""


def _months(here: datetime, months: int) -> datetime:
    total = here.year * 12 + here.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(year)
    day = min(here.day, monthrange(year, month + 1)[1])
    return here.replace(year=year, month=month + 1, day=day)


def _cycle(text: str, now: datetime, zone: str, least_s: float) -> Schedule:
    match = _CYCLE.match(text)
    if match is None:
        if text.startswith("R"):
            raise ValueError(f"'{text}' is not a cycle")
        return Schedule(Cron(text).after(now, ZoneInfo(zone)), -1, text)
    count, start, interval = match.groups()
    times = int(count) if count else -1
    if times == 0:
        raise ValueError(f"'{text}' repeats never")
    left = times if times < 0 else times - 1
    if after(now, interval, zone) - now < timedelta(seconds=least_s):
        raise ValueError(f"'{text}' repeats faster than every {least_s:g} s")
    first = date(start, zone) if start else after(now, interval, zone)
    due = _latest(first, interval, now, zone) if start and times < 0 else first
    return Schedule(due, left, _anchored(first, interval))


def _latest(first: datetime, interval: str, now: datetime, zone: str) -> datetime:
    """Skip the turns before a cycle without an end was known, but the last: that one is late."""
    width = after(first, interval, zone) - first
    turns = max(0, (now - first) // width + 1)
    while turns > 0 and _turn(first, interval, turns, zone) > now:
        turns -= 1
    return _turn(first, interval, turns, zone)


def _anchored(first: datetime, interval: str) -> str:
    """Keep the first turn of a cycle by the calendar.

    Counted from turn to turn, one that a night skips would move all that follow, and the 31st
    would become the 28th for ever.
    """
    by_calendar = re.search(r"\d[YMWD]", interval.partition("T")[0])
    return f"{first.isoformat()}/{interval}" if by_calendar else interval


def _turn_after(due: datetime, first: datetime, interval: str, zone: str) -> datetime:
    if due <= first:
        return _turn(first, interval, 1, zone)
    width = _turn(first, interval, 1, zone) - first
    number = max(1, int((due - first) / width * 0.9))  # months differ
    while (found := _turn(first, interval, number, zone)) <= due:
        number += 1
    return found


def _turn(first: datetime, interval: str, number: int, zone: str) -> datetime:
    return first if number == 0 else after(first, interval, zone, times=number)
