"""Business time: adding working hours and days to an instant. Pure; knows no database and no clock.

Everything is reckoned between UTC instants, so a change to or from summer time inside working
hours neither adds nor loses work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import Invalid
from engine.model import Problem
from engine.schedule.business import BusinessTime

MIDNIGHT = time()
DAY = timedelta(days=1)
FAR = 3_660  # days to look ahead


def business_time(text: str) -> BusinessTime:
    """Read "8 bh" or "2 bd"; refuse anything else."""
    found = BusinessTime.parse(text)
    if found is None:
        message = f"“{text}” is not business time; write “8 bh” or “2 bd”."
        raise Invalid(message, [Problem(message, element="duration", rule="business-time")])
    return found


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """Opening hours per weekday (0 = Monday; several a day), holidays, and their zone."""

    zone: ZoneInfo
    hours: Mapping[int, Sequence[tuple[time, time]]]
    holidays: frozenset[date] = frozenset()

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Answer the open spans of a local day as UTC instants, earliest first."""
        if day in self.holidays:
            return []
        result = []
        for opens, closes in sorted(self.hours.get(day.weekday(), ())):
            end_day = day + DAY if closes == MIDNIGHT else day
            begin, end = self._instant(day, opens), self._instant(end_day, closes)
            if begin < end:
                result.append((begin, end))
        return result

    def works_on(self, day: date) -> bool:
        """Tell whether anybody works on this local day."""
        return bool(self.spans(day))

    def after(self, start: datetime, time: BusinessTime) -> datetime:
        """Return the instant when this much business time after `start` is over."""
        if time.unit == "bh":
            return self._add_work(start, timedelta(hours=time.amount))
        return self._add_days(start, int(time.amount))

    def before(self, end: datetime, time: BusinessTime) -> datetime:
        """Return the instant from which this much business time is left until `end`."""
        if time.unit == "bh":
            return self._take_work(end, timedelta(hours=time.amount))
        local = end.astimezone(self.zone)
        day = local.date()
        for _ in range(int(time.amount)):
            day = self._workday_before(day)
        return self._same_time(day, local.time()) if self.works_on(day) else end

    def at_share(self, start: datetime, end: datetime, share: float) -> datetime:
        """Return the instant when a share of the working time between the two is over."""
        return self._add_work(start, self.work_between(start, end) * share)

    def resumed(self, end: datetime, since: datetime, until: datetime) -> datetime:
        """Return when the work left at `since` until `end` is over if it goes on at `until`."""
        return self._add_work(until, self.work_between(since, end))

    def opens_after(self, start: datetime) -> datetime:
        """Answer when work goes on: `start` itself, or the next opening."""
        for opens, _ in self._from(start):
            return opens
        raise Invalid("The calendar has no working hours.")

    def work_between(self, start: datetime, end: datetime) -> timedelta:
        """Add up the working time between two instants."""
        total = timedelta()
        for opens, closes in self._from(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def _add_work(self, start: datetime, work: timedelta) -> datetime:
        for opens, closes in self._from(start):
            if work <= closes - opens:
                return opens + work
            work -= closes - opens
        raise Invalid("The calendar has too few working hours for that.")

    def _take_work(self, end: datetime, work: timedelta) -> datetime:
        day = end.astimezone(self.zone).date() + DAY
        for _ in range(FAR):
            for opens, closes in reversed(self.spans(day)):
                if opens >= end:
                    continue
                closes = min(closes, end)
                if work <= closes - opens:
                    return closes - work
                work -= closes - opens
            day -= DAY
        raise Invalid("The calendar has too few working hours for that.")

    def _workday_before(self, day: date) -> date:
        for _ in range(FAR):
            day -= DAY
            if self.works_on(day):
                return day
        raise Invalid("The calendar has too few working days for that.")

    def _add_days(self, start: datetime, days: int) -> datetime:
        local = self.opens_after(start).astimezone(self.zone)
        day = local.date()
        for _ in range(FAR):
            if days == 0:
                return self._same_time(day, local.time())
            day += DAY
            days -= self.works_on(day)
        raise Invalid("The calendar has too few working days for that.")

    def _same_time(self, day: date, clock: time) -> datetime:
        wanted = self._instant(day, clock)
        spans = self.spans(day)
        for opens, closes in spans:
            if wanted <= closes:
                return max(wanted, opens)
        return spans[-1][1]

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans after `start`; the first begins there if that is working time."""
        day = start.astimezone(self.zone).date() - DAY  # a span may cross midnight
        for _ in range(FAR):
            for opens, closes in self.spans(day):
                if closes > start:
                    yield max(opens, start.astimezone(UTC)), closes
            day += DAY

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)
