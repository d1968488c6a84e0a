"""The working hours of teams for the engine's deadlines, kept for a minute once they were read."""

import time
from collections.abc import Sequence

from sqlalchemy import Engine as Database
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.schedule.business import WorkingHours
from tasks.calendars.business_time import WorkingWeek
from tasks.calendars.due import working_week

KNOWN_FOR_S = 60.0


class BusinessCalendars:
    """Finds working hours by the name of a calendar or a team; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        """Read from this database."""
        self._database = database
        self._known: dict[str, tuple[float, WorkingWeek | None]] = {}

    def __call__(self, names: Sequence[str]) -> WorkingHours | None:
        """Return the working hours of the first that has some; None when none has."""
        found = (self._week(name) for name in names)
        return next((week for week in found if week is not None), None)

    def forget(self) -> None:
        """Read again next time: a calendar has changed."""
        self._known.clear()

    def _week(self, name: str) -> WorkingWeek | None:
        read_at, week = self._known.get(name, (0.0, None))
        if read_at and time.monotonic() - read_at < KNOWN_FOR_S:
            return week
        with Session(self._database) as session:
            try:
                week = working_week(session, name)
            except NotFound:
                week = None
        self._known[name] = (time.monotonic(), week)
        return week
