"""The working hours of scenarios: Monday to Friday, 9 to 17 o'clock UTC, without holidays."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from engine.schedule.business import BusinessTime, WorkingHours

_MONDAY = datetime(2020, 1, 6, tzinfo=UTC)
_DAY, _WEEK = timedelta(hours=8), timedelta(hours=40)


class Office:
    """Work as one long line: every working day is eight hours of it."""

    def after(self, start: datetime, time: BusinessTime) -> datetime:
        """Return when this much business time after `start` is over."""
        return self._at(self._worked(start) + _length(time))

    def before(self, end: datetime, time: BusinessTime) -> datetime:
        """Return the instant from which this much business time is left."""
        return self._at(self._worked(end) - _length(time))

    def at_share(self, start: datetime, end: datetime, share: float) -> datetime:
        """Return when a share of the working time between two instants is over."""
        begun = self._worked(start)
        return self._at(begun + (self._worked(end) - begun) * share)

    def resumed(self, end: datetime, since: datetime, until: datetime) -> datetime:
        """Return when the work left at `since` until `end` is over, from `until` on."""
        return self._at(self._worked(until) + self._worked(end) - self._worked(since))

    def _worked(self, moment: datetime) -> timedelta:
        weeks, rest = divmod(moment - _MONDAY, timedelta(days=7))
        days, clock = divmod(rest, timedelta(days=1))
        if days >= 5:
            return (weeks + 1) * _WEEK
        today = min(max(clock - timedelta(hours=9), timedelta()), _DAY)
        return weeks * _WEEK + days * _DAY + today

    def _at(self, worked: timedelta) -> datetime:
        weeks, rest = divmod(worked, _WEEK)
        days, clock = divmod(rest, _DAY)
        if not clock and worked:  # the end of a day, not the beginning of the next
            return self._at(worked - timedelta(microseconds=1)) + timedelta(microseconds=1)
        return _MONDAY + timedelta(weeks=weeks, days=days, hours=9) + clock


def offices(names: Sequence[str]) -> WorkingHours | None:
    """Return the office hours for every name but `night`, who has no calendar."""
    return Office() if any(name != "night" for name in names) else None


def _length(time: BusinessTime) -> timedelta:
    return time.amount * (_DAY if time.unit == "bd" else timedelta(hours=1))
