"""Business time as drawings write it ("4 bh", "2 bd"), and the port that knows working hours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

_AMOUNT = re.compile(r"\s*(\d{1,5}(?:\.\d{1,2})?)\s*(bh|bd)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class BusinessTime:
    """Some working hours (`bh`) or whole working days (`bd`)."""

    amount: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> "BusinessTime | None":
        """Read "4 bh" or "2 bd"; None when the text is something else."""
        match = _AMOUNT.fullmatch(text)
        if match is None or (match[2] == "bd" and "." in match[1]):
            return None
        return cls(float(match[1]), match[2])


class WorkingHours(Protocol):
    """When the people of one calendar work."""

    def after(self, start: datetime, time: BusinessTime) -> datetime:
        """Return when this much business time after an instant is over."""

    def before(self, end: datetime, time: BusinessTime) -> datetime:
        """Return the instant from which this much business time is left."""

    def resumed(self, end: datetime, since: datetime, until: datetime) -> datetime:
        """Return when the work that was left at `since` until `end` is over, from `until` on."""

    def at_share(self, start: datetime, end: datetime, share: float) -> datetime:
        """Return when a share (0 to 1) of the working time between two instants is over."""


class Calendars(Protocol):
    """Finds working hours. Asked for each task with a deadline, so it keeps what it has read."""

    def __call__(self, names: Sequence[str]) -> WorkingHours | None:
        """Return the working hours of the first of these calendars or groups that has some."""


def no_calendars(names: Sequence[str]) -> WorkingHours | None:
    """Return None: there are no business calendars."""
    return None
