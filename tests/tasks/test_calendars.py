"""Due instants in business time: split days, weekends, holidays, zones, summer time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.schedule.business import BusinessTime
from tasks.calendars.business_time import WorkingWeek, business_time
from tasks.calendars.due import due, due_dates, working_week
from tasks.calendars.working_hours import BusinessCalendars

VILNIUS = ZoneInfo("Europe/Vilnius")
TEHRAN = ZoneInfo("Asia/Tehran")
AROUND_THE_CLOCK = {day: [(time(0), time(0))] for day in range(7)}


def vilnius(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VILNIUS)


def tehran(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TEHRAN)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        # hours: 08:00-12:00 and 12:45-17:00, Friday until 15:45
        ("2026-11-24T09:00", "2 bh", "2026-11-24T11:00"),
        ("2026-11-24T11:00", "2 bh", "2026-11-24T13:45"),  # over lunch
        ("2026-11-24T16:00", "8 bh", "2026-11-25T15:45"),  # over night
        ("2026-11-27T15:00", "1 bh", "2026-11-30T08:15"),  # over the weekend
        ("2026-11-28T10:00", "1 bh", "2026-11-30T09:00"),  # asked on a Saturday
        ("2026-11-24T09:30", "2 bd", "2026-11-26T09:30"),
        ("2026-11-26T16:30", "1 bd", "2026-11-27T15:45"),  # Friday closes earlier
        ("2026-11-26T12:20", "1 bd", "2026-11-27T12:45"),  # asked at lunch, due after it
        ("2026-11-24T19:00", "1 bd", "2026-11-26T08:00"),  # asked in the evening
        ("2026-12-23T10:00", "1 bd", "2026-12-28T10:00"),  # three holidays and a Sunday
        ("2026-11-24T09:00", "0 bh", "2026-11-24T09:00"),
    ],
)
def test_monday_to_friday_in_vilnius(
    session: Session, start: str, duration: str, expected: str
) -> None:
    assert due(session, "mon_fri", vilnius(start), duration) == vilnius(expected)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        # hours: 08:00-12:30 and 13:30-17:00, Saturday to Wednesday
        ("2026-11-25T16:00", "2 bh", "2026-11-28T09:00"),  # Thursday and Friday are free
        ("2026-11-24T10:00", "2 bd", "2026-11-28T10:00"),
        ("2026-03-18T16:00", "1 bd", "2026-03-25T16:00"),  # over Nowruz
        ("2026-03-18T16:00", "2 bh", "2026-03-25T09:00"),
    ],
)
def test_saturday_to_wednesday_in_tehran(
    session: Session, start: str, duration: str, expected: str
) -> None:
    assert due(session, "sat_wed", tehran(start), duration) == tehran(expected)


def test_a_team_keeps_its_own_calendar(session: Session) -> None:
    thursday = vilnius("2026-11-26T09:00")

    assert due(session, "marketing_head", thursday, "1 bd") == vilnius("2026-11-27T09:00")
    assert due(session, "care_head", thursday, "1 bd") == tehran("2026-11-29T08:00")


def test_a_task_reminds_when_half_of_its_working_time_is_over(session: Session) -> None:
    friday = vilnius("2026-11-27T14:45")

    answer = due_dates(session, friday, "campaign_manager", "3 bh")

    assert answer == {"due_at": "2026-11-30T08:00:00Z", "remind_at": "2026-11-30T06:30:00Z"}


def test_the_spring_night_with_23_hours_loses_no_work() -> None:
    week = WorkingWeek(VILNIUS, AROUND_THE_CLOCK)

    ended = week.after(vilnius("2026-03-28T22:00"), business_time("8 bh"))

    assert ended == vilnius("2026-03-29T07:00")  # 03:00 was skipped


def test_the_autumn_night_with_25_hours_adds_no_work() -> None:
    week = WorkingWeek(VILNIUS, AROUND_THE_CLOCK)

    ended = week.after(vilnius("2026-10-24T22:00"), business_time("8 bh"))

    assert ended == vilnius("2026-10-25T05:00")  # 03:00 came twice


def test_days_keep_the_local_time_over_a_change_of_the_clock(session: Session) -> None:
    friday = vilnius("2026-10-23T10:00").astimezone(UTC)

    ended = due(session, "mon_fri", friday, "1 bd")

    assert ended == vilnius("2026-10-26T10:00")
    assert ended - friday == timedelta(days=3, hours=1)


def test_half_an_hour_of_summer_time_at_lord_howe() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    week = WorkingWeek(lord_howe, AROUND_THE_CLOCK)
    evening = datetime(2026, 10, 3, 22, tzinfo=lord_howe)  # the clock goes on by 30 minutes at 2

    ended = week.after(evening, business_time("8 bh"))

    assert ended == datetime(2026, 10, 4, 6, 30, tzinfo=lord_howe)


@pytest.mark.parametrize("text", ["", "2", "2 days", "bh", "-1 bh", "1.5 bd", "٣ bd", "1e3 bh"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="8 bh"):
        business_time(text)


def test_an_unknown_team_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="astronauts"):
        working_week(session, "astronauts")


def test_a_calendar_without_hours_is_refused_and_does_not_loop() -> None:
    week = WorkingWeek(VILNIUS, {})

    for duration in ("1 bh", "1 bd"):
        with pytest.raises(Invalid):
            week.after(vilnius("2026-11-24T09:00"), business_time(duration))


@settings(deadline=None)  # a slow machine is no fault of ours
@given(
    minutes=st.integers(0, 600_000),
    amount=st.integers(0, 200),
    unit=st.sampled_from(["bh", "bd"]),
    zone=st.sampled_from(["Europe/Vilnius", "Asia/Tehran", "America/New_York", "Asia/Kathmandu"]),
)
def test_due_is_never_early_and_always_in_working_time(
    minutes: int, amount: int, unit: str, zone: str
) -> None:
    hours = {day: [(time(8), time(12)), (time(13), time(17))] for day in range(5)}
    week = WorkingWeek(ZoneInfo(zone), hours, frozenset({date(2026, 5, 1)}))
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    ended = week.after(start, BusinessTime(amount, unit))

    assert ended >= start
    assert any(a <= ended <= b for a, b in week.spans(ended.astimezone(week.zone).date()))
    if unit == "bh":
        assert week.work_between(start, ended) == timedelta(hours=amount)
    assert start <= week.at_share(start, ended, 0.5) <= ended or amount == 0


@pytest.mark.parametrize(
    ("end", "duration", "expected"),
    [
        ("2026-11-24T11:00", "2 bh", "2026-11-24T09:00"),
        ("2026-11-25T15:45", "8 bh", "2026-11-24T16:00"),  # over night
        ("2026-11-30T08:15", "1 bh", "2026-11-27T15:00"),  # over the weekend
        ("2026-11-26T09:30", "2 bd", "2026-11-24T09:30"),
        ("2026-12-28T10:00", "1 bd", "2026-12-23T10:00"),  # three holidays and a Sunday
    ],
)
def test_time_before_an_instant_is_counted_back(
    session: Session, end: str, duration: str, expected: str
) -> None:
    week = working_week(session, "mon_fri")
    assert week.before(vilnius(end), business_time(duration)) == vilnius(expected)


def test_work_that_rested_goes_on_with_what_was_left(session: Session) -> None:
    week = working_week(session, "mon_fri")
    due_at, since, until = vilnius("2026-11-24T11:00"), vilnius("2026-11-24T10:00"), "2026-11-27"
    assert week.resumed(due_at, since, vilnius(f"{until}T15:15")) == vilnius("2026-11-30T08:30")


def test_calendars_are_found_by_team_or_name_and_remembered(session: Session) -> None:
    session.commit()
    find = BusinessCalendars(session.get_bind())  # type: ignore[arg-type]
    hours = find(["nobody", "mon_fri"])
    assert hours is not None
    assert hours is find(["mon_fri"])
    assert find(["nobody"]) is None
