"""Days and times in two calendars, at the ends of all time and where clocks change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import Unreadable
from engine.text.dates import (
    CALENDARS,
    at,
    in_zone,
    read_date,
    read_time,
    skipped,
    write_date,
    write_date_to_edit,
)

LANGUAGES = ("en", "fa", "lt")
VILNIUS = ZoneInfo("Europe/Vilnius")
TEHRAN = ZoneInfo("Asia/Tehran")


@pytest.mark.parametrize("day", [date.min, date(622, 3, 21), date(9998, 3, 21), date.max])
def test_b1_days_beyond_the_jalali_calendar_are_written_in_the_other(day: date) -> None:
    for language in LANGUAGES:
        for style in ("short", "medium", "EEEE d MMMM"):
            assert write_date(day, language, "jalali", style)
            expected = write_date(day, language, "gregorian", style)
            assert write_date(day, language, "jalali", style) == expected
    assert write_date(date.max, "fa", "jalali") == "۳۱ دسامبر ۹۹۹۹"


@given(st.dates())
def test_b1_every_day_is_written_in_every_language_and_read_again(day: date) -> None:
    for language in LANGUAGES:
        for calendar in CALENDARS:
            typed = write_date_to_edit(day, language, calendar)
            reads_as_jalali = calendar == "jalali" and day < date(622, 3, 22)
            if not reads_as_jalali:  # Gregorian years before there was the other calendar
                assert read_date(typed, language, calendar) == day


@given(st.dates(date(1821, 3, 21), date(2200, 1, 1)))
def test_b1_a_day_as_a_page_shows_it_is_read_as_itself(day: date) -> None:
    for language in LANGUAGES:
        for calendar in CALENDARS:
            for style in ("short", "medium"):
                assert (
                    read_date(write_date(day, language, calendar, style), language, calendar) == day
                )


@pytest.mark.parametrize("typed", ["03/12/30", "26-01-05", "۰۳/۱۲/۳۰", "5.1.26", "405/8/13"])
@pytest.mark.parametrize("calendar", CALENDARS)
def test_b2_two_digits_are_no_year(typed: str, calendar: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_date(typed, "fa", calendar)
    assert refused.value.rule == "date-year"


@pytest.mark.parametrize(
    ("typed", "calendar", "meant"),
    [
        ("1405/08/13", "jalali", date(2026, 11, 4)),
        ("۱۴۰۵/۸/۱۳", "jalali", date(2026, 11, 4)),
        ("۱۴۰۵-۰۸-۱۳", "jalali", date(2026, 11, 4)),
        ("13/8/1405", "jalali", date(2026, 11, 4)),
        ("۱۳ آبان ۱۴۰۵", "jalali", date(2026, 11, 4)),
        ("1405/08/13", "gregorian", date(2026, 11, 4)),
        ("1410-07-15", "gregorian", date(1410, 7, 15)),
        ("2026-11-04", "jalali", date(2026, 11, 4)),
        ("2026 / 11 / 4", "gregorian", date(2026, 11, 4)),
        ("4 Nov 2026", "gregorian", date(2026, 11, 4)),
        ("2026 m. lapkričio 4 d.", "gregorian", date(2026, 11, 4)),
        ("05.08.2026", "gregorian", date(2026, 8, 5)),
        ("25/08/2026", "gregorian", date(2026, 8, 25)),
        ("08/25/2026", "gregorian", date(2026, 8, 25)),
        ("07/07/2026", "gregorian", date(2026, 7, 7)),
        ("9999-12-31", "jalali", date.max),
    ],
)
def test_b2_a_day_is_read_in_either_calendar(typed: str, calendar: str, meant: date) -> None:
    for language in LANGUAGES:
        assert read_date(typed, language, calendar) == meant


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("05/08/2026", "date-ambiguous"),
        ("2026-02-30", "date"),
        ("1404/12/30", "date"),
        ("1405/13/01", "date"),
        ("tomorrow", "date"),
        ("", "date"),
        ("12026-01-01", "date"),
        ("31 June 2026", "date"),
        ("2026-1/1", "date"),
    ],
)
def test_b2_what_is_no_day_or_may_be_two_is_refused(typed: str, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_date(typed, "en", "gregorian")
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30", time(9, 30)),
        ("۰۹:۳۰", time(9, 30)),
        ("09:30:45", time(9, 30, 45)),
        ("9.30", time(9, 30)),
        ("9:30 pm", time(21, 30)),
        ("12:00 a.m.", time(0)),
    ],
)
def test_times_are_read_in_any_digits(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "24:00", "9", "9:60", "13:00 pm", "0:30 am", "9:3", "noon"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="This is not a time"):
        read_time(typed)


def test_b6_in_the_hour_that_comes_twice_the_first_is_meant() -> None:
    found = at(date(2026, 10, 25), time(3, 30), VILNIUS)
    assert found.isoformat() == "2026-10-25T03:30:00+03:00"


def test_b6_a_time_that_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(Unreadable, match="no such time"):
        at(date(2026, 3, 29), time(3, 30), VILNIUS)
    assert at(date(2026, 3, 29), time(4, 0), VILNIUS).isoformat() == "2026-03-29T04:00:00+03:00"


@given(st.datetimes(), st.sampled_from([VILNIUS, TEHRAN, ZoneInfo("America/New_York")]))
def test_b6_a_time_the_clocks_show_is_an_instant_that_they_show(
    local: datetime, zone: ZoneInfo
) -> None:
    try:
        instant = at(local.date(), local.time(), zone)
    except Unreadable:
        assert skipped(local.replace(tzinfo=zone))
    else:
        shown = in_zone(instant.astimezone(zone), zone).replace(tzinfo=None, fold=0)
        assert shown == local.replace(fold=0)


@pytest.mark.parametrize("zone", [VILNIUS, TEHRAN, ZoneInfo("America/New_York")])
def test_b7_instants_at_the_ends_of_all_time_are_shown(zone: ZoneInfo) -> None:
    for end in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert write_date(in_zone(end, zone).date(), "fa", "jalali")
