"""Time means local business time: zones, daylight saving, clocks that jump; each fires once."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from engine import lint
from engine.schedule import timers
from tests.support.bpmn import resource
from tests.support.story import Library, Story, decisions

ZONES = [
    "UTC",
    "Asia/Tehran",  # half an hour off, no daylight saving since 2022
    "Australia/Lord_Howe",  # daylight saving of half an hour
    "Europe/Vilnius",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",  # a quarter of an hour off
    "Pacific/Apia",  # it lost a day in 2011
    "Pacific/Chatham",
    "Africa/Casablanca",  # clocks go back for Ramadan
]
MANY = [100, pytest.param(2_000, marks=pytest.mark.soak)]


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def somewhen(random: Random) -> datetime:
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    return begin + timedelta(seconds=random.randrange(4 * 366 * 86_400))


def exists(moment: datetime, zone: str) -> bool:
    """Tell whether a local time happens in a zone; in spring an hour does not."""
    aware = moment.replace(tzinfo=ZoneInfo(zone))
    return local(aware.astimezone(UTC), zone) == moment


def cron_by_hand(now: datetime, zone: str, hour: int, minute: int) -> datetime:
    """The next time a clock on the wall shows this time, found by looking at every day."""
    day: date = local(now, zone).date()
    for ahead in range(4):
        wall = datetime.combine(day + timedelta(days=ahead), time(hour, minute))
        instant = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if exists(wall, zone) and instant > now:
            return instant
    raise AssertionError("a day without this time is followed by one with it")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("many", MANY)
def test_a_daily_time_is_the_time_on_the_wall(zone: str, many: int) -> None:
    random = Random(zone)  # noqa: S311
    for _ in range(many // len(ZONES)):
        now = somewhen(random)
        hour, minute = random.randrange(24), random.choice([0, 15, 30, 45])
        due = timers.schedule("cycle", f"0 {minute} {hour} * * *", now, zone).due
        assert due == cron_by_hand(now, zone, hour, minute)
        assert due > now, "never early"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("many", MANY)
def test_days_are_days_of_the_calendar_and_hours_are_hours(zone: str, many: int) -> None:
    random = Random(zone)  # noqa: S311
    for _ in range(many // len(ZONES)):
        now = somewhen(random)
        days, hours = random.randrange(1, 40), random.randrange(1, 100)
        assert timers.after(now, f"PT{hours}H", zone) == now + timedelta(hours=hours)
        wall = local(now, zone) + timedelta(days=days)
        found = timers.after(now, f"P{days}D", zone)
        if exists(wall, zone):
            assert local(found, zone) == wall
        else:
            assert abs(local(found, zone) - wall) <= timedelta(hours=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("many", MANY)
def test_a_date_without_a_zone_is_local(zone: str, many: int) -> None:
    random = Random(zone)  # noqa: S311
    for _ in range(many // len(ZONES)):
        wall = local(somewhen(random), zone).replace(microsecond=0)
        due = timers.schedule("date", wall.isoformat(), somewhen(random), zone).due
        if exists(wall, zone):
            assert local(due, zone) == wall


@pytest.mark.parametrize("zone", ["Asia/Tehran", "Australia/Lord_Howe", "America/New_York"])
@pytest.mark.parametrize("jump", [1, 7, 26, 24 * 40])
def test_a_clock_that_jumps_makes_timers_late_but_never_early_twice_or_lost(
    zone: str, jump: int
) -> None:
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Late(on=Ask; date=2026-04-05T02:15:00; keep) -> task:Tell -> end:E1
        boundary:Thrice(on=Ask; cycle=R3/PT5H; keep) -> task:Remind -> end:E2
        boundary:Daily(on=Ask; cycle=0 30 2 * * *; keep) -> task:Count -> end:E3
        """,
        zone=zone,
    )
    end = story.now + timedelta(days=120)
    fired: list[tuple[str, datetime, datetime]] = []
    while story.now < end:
        story.now += timedelta(hours=jump)
        while True:
            due = [
                wait
                for wait in story.open.values()
                if wait.kind == "timer" and datetime.fromisoformat(wait.data["due_at"]) <= story.now
            ]
            if not due:
                break
            first = min(due, key=lambda wait: (wait.data["due_at"], wait.key))
            moment = datetime.fromisoformat(first.data["due_at"])
            fired.append((first.element_id, moment, story.now))
            story.done(first)
    assert all(due <= now for _, due, now in fired), "never early"
    assert len({(name, due) for name, due, _ in fired}) == len(fired), "never twice"
    assert story.told.count("Tell COMPLETED") == 1
    assert story.told.count("Remind COMPLETED") == 3
    days = [local(due, zone).date() for name, due, _ in fired if name == "Daily"]
    assert days == sorted(set(days)), "once a day at most"
    if jump < 24:
        assert len(days) >= 119, "and no day is lost"


TODAY = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="day" name="day"><literalExpression><text>string(today())</text>
  </literalExpression></decision></definitions>"""
ON_THE_WALL = [
    # half past midnight is the next day there, though not yet in UTC
    ("Asia/Tehran", "2026-03-20T20:29:59Z", "2026-03-20T23:59:59+03:30"),
    ("Asia/Tehran", "2026-03-20T21:00:00Z", "2026-03-21T00:30:00+03:30"),
    # the night in which the clock goes back by half an hour
    ("Australia/Lord_Howe", "2026-04-04T12:59:59Z", "2026-04-04T23:59:59+11:00"),
    ("Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-05T01:45:00+11:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:15:00Z", "2026-04-05T01:45:00+10:30"),
    # and the one in which it goes on: half past two does not happen
    ("Australia/Lord_Howe", "2026-10-03T15:29:59Z", "2026-10-04T01:59:59+10:30"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04T02:30:00+11:00"),
]


@pytest.mark.parametrize(("zone", "at", "wall"), ON_THE_WALL)
def test_now_and_today_are_those_of_the_process(zone: str, at: str, wall: str) -> None:
    story = Story(
        """
        start -> user:Go -> script:Read(expression== string(now()); result=here)
        Read -> rule:Table(decision=day; result=day) -> user:Next(due== string(today()) + "T17:00")
        Next -> end
        boundary:Late(on=Next; date== string(today() + @"P9D") + "T17:00"; keep) -> end:Told
        """,
        zone=zone,
        library=Library(decisions(TODAY)),
    )
    story.now = datetime.fromisoformat(at)
    story.done("Go")

    assert story.variables == {"here": wall, "day": wall[:10]}
    for element_id, days in (("Next", 0), ("Late", 9)):
        due = local(datetime.fromisoformat(story.wait(element_id).data["due_at"]), zone)
        assert due == datetime.combine(date.fromisoformat(wall[:10]), time(17)) + timedelta(days)


def test_a_cycle_that_began_long_ago_is_late_once_and_keeps_its_grid() -> None:
    now = datetime(2026, 1, 5, 9, 17, tzinfo=UTC)
    found = timers.schedule("cycle", "R/2020-01-01T00:00:00Z/PT1H", now)
    assert found.due == datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    following = timers.following(found.due, -1, "PT1H", now, "UTC")
    assert following.due == datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    monthly = timers.schedule("cycle", "R/2020-01-31T08:00:00/P1M", now, "Europe/Vilnius")
    assert monthly.due == datetime(2025, 12, 31, 6, 0, tzinfo=UTC)
    thrice = timers.schedule("cycle", "R3/2020-01-01T00:00:00Z/PT1H", now)
    assert thrice.due == datetime(2020, 1, 1, tzinfo=UTC), "a number of turns is kept"


def test_a_process_names_its_zone_and_an_unknown_one_is_refused() -> None:
    def zoned(name: str) -> str:
        inner = f'<zeebe:property name="timeZone" value="{name}"/>'
        return f"<zeebe:properties>{inner}</zeebe:properties>"

    text = "start -> catch:Wait(date=2026-07-01T09:00:00) -> end"
    assert Story(text, attributes=zoned("Asia/Tehran")).definition.zone == "Asia/Tehran"
    found = lint.check([resource(text, attributes=zoned("Mars/Olympus"))])
    assert ("p", "property-value") in {(each.element, each.rule) for each in found}
