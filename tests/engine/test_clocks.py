"""Many timers in many zones, on a clock that jumps: each fires once, never early, and soon."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from engine import reads, store
from tests.engine.house import House
from tests.support.bpmn import resource

ZONES = (
    "UTC",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # daylight saving of half an hour
    "Europe/Vilnius",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",  # clocks go back for Ramadan
)
# Timers, and days over which they go off.
SMALL, LARGE = (60, 32), pytest.param(2_000, 45, marks=pytest.mark.soak)
POLL = timedelta(seconds=1)
HALF_PAST_TWO = time(2, 30)
# Half past two is skipped in one night of many zones, and comes twice in another.
KINDS = {
    "date": ("date== at", 1),
    "hours": ("timer=PT30H", 1),
    "months": ("timer=P1M", 1),
    "thrice": ("cycle=R3/P1D", 3),
    "weekly": ("cycle== start", None),
    "nightly": ("cycle=0 30 2 * * *", None),
}
_timer = store.timer.c


@dataclass
class Watch:
    """What fired, when it was due, and what the clock showed before and then."""

    house: House
    fired: list[tuple[int, str, datetime]] = field(default_factory=list)
    shown: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        fire = self.house.engine.timers.fire

        def watched(key: int) -> None:
            with store.reading(self.house.database) as connection:
                row = connection.execute(select(store.timer).where(_timer.key == key)).one()
            now = self.house.clock()
            assert now >= row.due_at, "never early"
            assert now - max(row.due_at, self.shown) <= 2 * POLL, "a poll and a second late at most"
            fire(key)
            self.fired.append((row.instance_key, row.element_id, row.due_at))

        self.house.engine.timers.fire = watched  # type: ignore[method-assign]

    def next_due(self) -> datetime | None:
        with store.reading(self.house.database) as connection:
            return connection.execute(select(func.min(_timer.due_at))).scalar()

    def poll_until(self, end: datetime, random: Random) -> None:
        """Poll each second of this clock at which something may be due; now and then it jumps."""
        clock = self.house.clock
        while (due := self.next_due()) is not None and due <= end:
            clock.now = max(clock.now + POLL, due.replace(microsecond=0) + POLL)
            self.shown = clock.now - POLL
            while self.house.engine.timers.fire_due(100) == 100:
                continue
            if random.random() < 0.05:
                clock.now += timedelta(minutes=random.choice((-90, -30, -1, 1, 30, 90)))
                self.shown = clock.now


def drawn(zone: str) -> Any:
    own = f'<zeebe:properties><zeebe:property name="timeZone" value="{zone}"/></zeebe:properties>'
    lines = ["start -> user:Ask -> end"]
    for name, (timer, _) in KINDS.items():
        lines.append(f"boundary:{name}(on=Ask; {timer}; keep) -> end:E_{name}")
    return resource("\n".join(lines), zone.replace("/", "_"), own)


def wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def exists(local: datetime, zone: str) -> bool:
    return wall(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), zone) == local


@pytest.mark.parametrize("begin", [date(2026, 2, 25), date(2026, 9, 20)])
@pytest.mark.parametrize(("timers", "days"), [SMALL, LARGE])
def test_each_timer_fires_once_never_early_and_soon(
    house: House, begin: date, timers: int, days: int
) -> None:
    """Six timers of an instance, over the nights in which these zones change their clocks."""
    if (timers, days) == SMALL and house.database.dialect.name != "sqlite":
        pytest.skip("the soak does it there too")
    random = Random(str(begin))  # noqa: S311
    clock = house.clock
    clock.now = datetime(begin.year, begin.month, begin.day, tzinfo=UTC)
    end = clock.now + timedelta(days=days)
    house.engine.definitions.deploy([drawn(zone) for zone in ZONES])
    zones: dict[int, str] = {}
    dates: dict[int, datetime] = {}
    many = timers // len(KINDS)
    for number in range(many):
        zone = ZONES[number % len(ZONES)]
        clock.now += timedelta(seconds=random.randrange(9_000 // many))  # none is due meanwhile
        hours = random.randrange(2, 24 * (days - 7))  # one that is due is no wait
        at = wall(clock.now, zone).replace(microsecond=0) + timedelta(hours=hours)
        today = wall(clock.now, zone).date()
        first = today + timedelta(days=6 - today.weekday() or 7)  # a Sunday
        given = {"at": at.isoformat(), "start": f"R/{first}T02:30:00/P7D"}
        started = house.start(zone.replace("/", "_"), **given)
        zones[started.instance_key], dates[started.instance_key] = zone, at
    watch = Watch(house)

    watch.poll_until(end, random)

    assert len(set(watch.fired)) == len(watch.fired), "never twice"
    counted = Counter((key, name) for key, name, _ in watch.fired)
    for key, zone in zones.items():
        for name, (_, times) in KINDS.items():
            if times:
                assert counted[key, name] == times, (zone, name)
        dues = {name: [due for k, n, due in watch.fired if (k, n) == (key, name)] for name in KINDS}
        assert not exists(dates[key], zone) or wall(dues["date"][0], zone) == dates[key]
        judge_nights([wall(due, zone) for due in dues["nightly"]], zone, days)
        judge_grid([wall(due, zone) for due in dues["thrice"]], zone)
        judge_grid([wall(due, zone) for due in dues["weekly"]], zone)
        assert len(dues["weekly"]) >= days // 7
    with store.reading(house.database) as connection:
        assert not reads.incidents(connection).items


def judge_nights(nights: list[datetime], zone: str, most: int) -> None:
    """Each night once at half past two; none on a day that has no such time."""
    assert {night.time() for night in nights} == {HALF_PAST_TWO}
    days = [night.date() for night in nights]
    between = (days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1))
    wanted = [day for day in between if exists(datetime.combine(day, HALF_PAST_TWO), zone)]
    assert days == wanted
    assert len(days) >= most - 2


def judge_grid(turns: list[datetime], zone: str) -> None:
    """The same time on the wall each turn; a turn that night skips is late, the next is not."""
    assert {turn.time() for turn in turns if turn.weekday() != 6} <= {turns[0].time()}
    for turn in turns:
        usual = datetime.combine(turn.date(), turns[0].time())
        assert turn == usual or not exists(usual, zone), turns
