"""Business calendars: working hours per weekday (several a day), holidays, time zone, teams."""

from datetime import date, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.declare.base import Base


class BusinessCalendar(Base):
    """When a team works, in its own time zone."""

    __tablename__ = "crm_business_calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    timezone: Mapped[str]

    intervals: Mapped[list["CalendarInterval"]] = relationship(
        order_by="(CalendarInterval.weekday, CalendarInterval.opens)"
    )
    holidays: Mapped[list["Holiday"]] = relationship(order_by="Holiday.day")


class CalendarInterval(Base):
    """Open hours on a weekday, 0 = Monday; `closes` 00:00 means midnight at the end of the day."""

    __tablename__ = "crm_calendar_interval"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        Index(None, "calendar_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("crm_business_calendar.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class Holiday(Base):
    """A day nobody works."""

    __tablename__ = "crm_holiday"
    __table_args__ = (UniqueConstraint("calendar_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("crm_business_calendar.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(default="")


class TeamCalendar(Base):
    """Which calendar a team (a candidate group) keeps."""

    __tablename__ = "crm_team_calendar"

    team: Mapped[str] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("crm_business_calendar.id"))
