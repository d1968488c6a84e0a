"""What calendars add to the CRM."""

from typing import Final

from tasks.calendars.due import due_dates
from tasks.calendars.records import BusinessCalendar, CalendarInterval, Holiday, TeamCalendar
from tasks.declare.subject import Subject

SUBJECT: Final = Subject(
    name="calendars",
    tables=(
        BusinessCalendar,
        CalendarInterval,
        Holiday,
        TeamCalendar,
    ),
    service_tasks=(due_dates,),
)
