"""When a customer may be contacted, in his own time zone. Pure."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LOOK_AHEAD = 60


def local_time(now: datetime, zone: str) -> str:
    """Answer the customer's wall clock as "HH:MM"."""
    return now.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def local_day(now: datetime, zone: str) -> date:
    """Answer the customer's date."""
    return now.astimezone(ZoneInfo(zone)).date()


def next_window(
    now: datetime, zone: str, opens: str, closes: str, free: Collection[date] = ()
) -> datetime:
    """Answer the next instant inside the hours, on a day that is not among `free`; now if so."""
    day = local_day(now, zone)
    for _ in range(LOOK_AHEAD):
        begin, end = (_at(day, clock, zone) for clock in (opens, closes))
        if day not in free and now < end:
            return max(begin, now)
        day += DAY
    return now + DAY * LOOK_AHEAD


def _at(day: date, clock: str, zone: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)
