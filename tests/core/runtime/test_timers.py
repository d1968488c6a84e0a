"""Due instants: ISO dates, durations, cycles and cron, across months and daylight saving."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.schedule import timers
from tests.support.story import Story

NOW = datetime(2026, 1, 30, 12, 0, tzinfo=UTC)


def due(form: str, text: str, zone: str = "UTC", now: datetime = NOW) -> str:
    return timers.schedule(form, text, now, zone).due.isoformat()


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("duration", "PT1H", "2026-01-30T13:00:00+00:00"),
        ("duration", "P1DT1.5S", "2026-01-31T12:00:01.500000+00:00"),
        ("duration", "P1M", "2026-02-28T12:00:00+00:00"),
        ("duration", "P2W", "2026-02-13T12:00:00+00:00"),
        ("duration", "-PT1H", "2026-01-30T11:00:00+00:00"),
        ("date", "2026-03-01T10:00:00+03:30", "2026-03-01T06:30:00+00:00"),
        ("date", "2026-03-01T10:00:00Z[UTC]", "2026-03-01T10:00:00+00:00"),
        ("date", "2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("cycle", "R3/PT10M", "2026-01-30T12:10:00+00:00"),
        ("cycle", "R/2026-02-01T00:00:00Z/P1D", "2026-02-01T00:00:00+00:00"),
        ("cycle", "0 0 9 * * MON-FRI", "2026-02-02T09:00:00+00:00"),
        ("cycle", "*/15 * * * * *", "2026-01-30T12:00:15+00:00"),
        ("cycle", "0 30 8 1 * ?", "2026-02-01T08:30:00+00:00"),
        ("cycle", "0 0 0 29 2 *", "2028-02-29T00:00:00+00:00"),
        ("cycle", "@daily", "2026-01-31T00:00:00+00:00"),
    ],
)
def test_a_time_is_read_into_an_instant(form: str, text: str, expected: str) -> None:
    """SpiffWorkflow fault 12: timers in Modeler form were evaluated as Python and failed."""
    assert due(form, text) == expected


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "1h"),
        ("duration", "P99999999Y"),
        ("date", "tomorrow"),
        ("cycle", "R0/PT1H"),
        ("cycle", "R3/PT0S"),
        ("cycle", "R3"),
        ("cycle", "0 0 25 * * *"),
        ("cycle", "0 0 9 * *"),
        ("cycle", "0 0 0 31 2 *"),
        ("cycle", "x y z a b c"),
    ],
)
def test_what_is_no_time_is_named(form: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        due(form, text)


def test_a_day_is_a_day_of_the_calendar_in_the_zone() -> None:
    before_spring = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)  # 13:00 in Vilnius, winter time
    assert due("duration", "P1D", "Europe/Vilnius", before_spring) == "2026-03-29T10:00:00+00:00"
    assert due("duration", "PT24H", "Europe/Vilnius", before_spring) == "2026-03-29T11:00:00+00:00"


def test_cron_means_local_time_and_skips_hours_that_do_not_exist() -> None:
    winter = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    assert due("cycle", "0 0 9 * * *", "Asia/Tehran", winter) == "2026-03-29T05:30:00+00:00"
    assert due("cycle", "0 30 3 * * *", "Europe/Vilnius", winter) == "2026-03-30T00:30:00+00:00"


def test_a_cycle_keeps_its_grid_and_fires_late_turns_late() -> None:
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Tick(on=Ask; cycle=R/PT1H; keep) -> task:T -> end:E
        """
    )
    story.now = story.now.replace(hour=12)
    story.done("Tick")
    assert story.wait("Tick").data["due_at"] == "2026-01-05T11:00:00+00:00"


@pytest.mark.parametrize(
    ("cycle", "zone", "expected"),
    [
        ("R/2026-01-31T08:00:00/P1M", "Europe/Vilnius", "01-31 08:00, 02-28 08:00, 03-31 08:00"),
        ("R/2026-03-01T02:30:00/P7D", "America/New_York", "03-01 02:30, 03-08 03:30, 03-15 02:30"),
        ("R/2028-02-29T09:00:00/P1Y", "Asia/Tehran", "02-29 09:00, 02-28 09:00, 02-28 09:00"),
        ("R/2026-10-25T03:30:00/P1DT12H", "UTC", "10-25 03:30, 10-26 15:30, 10-28 03:30"),
    ],
)
def test_a_turn_that_the_calendar_moves_moves_no_other(
    cycle: str, zone: str, expected: str
) -> None:
    turn = timers.schedule("cycle", cycle, NOW.replace(day=1), zone)
    seen = []
    for _ in range(3):
        seen.append(f"{turn.due.astimezone(ZoneInfo(zone)):%m-%d %H:%M}")
        assert turn.interval is not None
        turn = timers.following(turn.due, turn.repetitions, turn.interval, turn.due, zone)
    assert ", ".join(seen) == expected


def test_a_start_timer_is_due_from_its_deployment() -> None:
    story = Story("start:Tick(cycle=R2/PT1H) -> end\nstart:Plain -> end")
    assert story.definition.timer_starts(NOW) == [
        {
            "element_id": "Tick",
            "due_at": "2026-01-30T13:00:00+00:00",
            "repetitions": 1,
            "interval": "PT1H",
        }
    ]


def test_a_timer_years_ahead_is_an_incident() -> None:
    story = Story("start -> catch:Wait(timer== when) -> end", given={"when": "P20Y"})
    assert "3660 days" in story.incident()["message"]


def test_a_time_in_the_past_fires_at_once() -> None:
    story = Story("start -> catch:Wait(date=2020-01-01T00:00:00Z) -> end")
    assert story.later(seconds=0).ended == "COMPLETED"


@pytest.mark.parametrize(
    ("words", "first", "count"),
    [
        ("cycle=R3/PT10S", "2026-01-05T09:00:10", 3),
        ('cycle== cycle(2, duration("PT1H"))', "2026-01-05T10:00:00", 2),
        ("cycle=R2/2026-01-06T10:00:00+01:00[Europe/Berlin]/P1D", "2026-01-06T09:00:00", 2),
        ("cycle=0 0 9-17 * * TUE", "2026-01-06T09:00:00", 9),
        ('timer== duration("PT1H")', "2026-01-05T10:00:00", 1),
        ('date== now() + duration("P1D")', "2026-01-06T09:00:00", 1),
    ],
)
def test_a_reminder_comes_as_often_as_it_is_drawn(words: str, first: str, count: int) -> None:
    story = Story(
        f"""
        start -> user:Ask -> end
        boundary:On(on=Ask; {words}; keep) -> task:Remind -> end:E
        """
    )
    assert story.wait("On").data["due_at"] == f"{first}+00:00"
    assert story.later(days=4).told.count("Remind COMPLETED") == count


@pytest.mark.parametrize("value", ["5", "true", "[1]", "nothing", "{a: 1}"])
def test_what_gives_no_time_is_an_incident(value: str) -> None:
    story = Story(f"start -> catch:Wait(timer== {value}) -> end")
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 0 0 L * *", "2026-01-31"),
        ("0 0 0 LW * *", "2026-02-27"),  # 30 January is over at noon; the 28th is a Saturday
        ("0 0 0 1W * *", "2026-02-02"),  # Sunday the 1st: Monday, not a day of January
        ("0 0 0 15W * ?", "2026-02-16"),
        ("0 0 0 L-3 * *", "2026-02-25"),
        ("0 0 0 ? * MON#1", "2026-02-02"),
        ("0 0 0 ? * 5#5", "2026-05-29"),
        ("0 0 0 ? * 5L", "2026-02-27"),
        ("0 0 0 ? * FRIL", "2026-02-27"),
        ("0 0 0 10,L * *", "2026-01-31"),
        ("0 0 0 31W * *", "2026-03-31"),
    ],
)
def test_c7_cron_names_days_of_a_month_as_spring_does(cron: str, expected: str) -> None:
    assert due("cycle", cron) == f"{expected}T00:00:00+00:00"


@pytest.mark.parametrize(
    "cron", ["0 0 0 L-31 * *", "0 0 0 0W * *", "0 0 0 ? * MON#6", "0 0 0 XL * *"]
)
def test_c7_days_that_no_month_has_are_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="cron"):
        due("cycle", cron)
