"""Business time: adding working hours and days to an instant. Pure; knows no database and no clock.

Everything is reckoned between UTC instants, so a change to or from summer time inside working
hours neither adds nor loses work.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import Invalid
from engine.model import Problem

MIDNIGHT = time()
DAY = timedelta(days=1)
FAR = 3_660  # days to look ahead
_DURATION = re.compile(r"\s*(?P<amount>\d{1,5}(?:\.\d{1,2})?)\s*(?P<unit>bh|bd)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """Some working hours ("8 bh") or working days ("2 bd")."""

    amount: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read "8 bh" or "2 bd"; refuse anything else."""
        found = _DURATION.fullmatch(text)
        if found is None or (found["unit"] == "bd" and "." in found["amount"]):
            message = f"“{text}” is not business time; write “8 bh” or “2 bd”."
            raise Invalid(message, [Problem(message, element="duration", rule="business-time")])
        return cls(float(found["amount"]), found["unit"])


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

    def add(self, start: datetime, duration: Duration) -> datetime:
        """Answer the instant when this much business time after `start` is over."""
        if duration.unit == "bh":
            return self._add_work(start, timedelta(hours=duration.amount))
        return self._add_days(start, int(duration.amount))

    def opens_after(self, start: datetime) -> datetime:
        """Answer when work goes on: `start` itself, or the next opening."""
        for opens, _ in self._from(start):
            return opens
        raise Invalid("The calendar has no working hours.")

    def halfway(self, start: datetime, due: datetime) -> datetime:
        """Answer the instant when half of the working time between the two is over."""
        return self._add_work(start, self.work_between(start, due) / 2)

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
