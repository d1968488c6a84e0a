"""Processes that would never stop: each is held by a limit, and unrelated tasks go on."""

from collections.abc import Callable

import pytest

from engine import queries, store
from engine.engine import Engine
from engine.errors import EngineError
from engine.limits import Limits
from tests.engine.house import House

# The limits are the core's: one database is enough.
pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

SMALL = Limits(engine_steps=500, resumptions_at_once=50)
BOMBS = {
    "a loop of gateways": "start -> xor:Again -> task:Busy -> Again",
    "tokens that double": "start -> xor:Again -> and:Fork -> Again\nFork -> task:More -> Again",
    "a timer of no time": "start -> xor:Again -> catch:Wait(timer=PT0S) -> Again",
    "jobs in a ring": "start -> xor:Again -> service:Work(type=shop.check_stock) -> Again",
    "a process that calls itself": "start -> call:Again(process=p) -> end",
    "a thousand million items": "start -> task:T(each== for i in 1..1000000000 return i) -> end",
    "a thousand million times": "start -> task:T(times== 1000000000) -> end",
    "a huge text": 'start -> script:S(expression== for i in 1..100000 return "aaaaaaaa"; result=x)'
    " -> end",
    "lists in lists": "start -> script:S(expression== for a in 1..9999, b in 1..9999 return [a, b];"
    " result=x) -> end",
}


def incidents(house: House) -> list[str]:
    with store.reading(house.database) as connection:
        return [item.message for item in queries.incidents(connection).items]


def work(house: House, rounds: int = 80) -> None:
    """Run the worker until it has nothing more to do."""
    for _ in range(rounds):
        if house.worker.run_until_idle(600) == 0 and house.engine.fire_due() == 0:
            break


@pytest.fixture
def narrow(house: House) -> House:
    house.engine.limits = SMALL
    return house


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_ends_as_an_incident_and_others_go_on(narrow: House, name: str) -> None:
    narrow.deploy("start -> user:Calm -> end", "other")
    other = narrow.start("other")
    narrow.deploy(BOMBS[name])

    narrow.start(amount=1)
    work(narrow)

    assert len(incidents(narrow)) >= 1, name
    narrow.do(other, "Calm")
    assert narrow.state(other) == "COMPLETED"


def test_a_brake_is_let_go_by_resolving_the_incident(narrow: House) -> None:
    narrow.deploy(
        "start -> script:Zero(expression== 0; result=n) -> catch:Wait(timer=PT0S)\n"
        "Wait -> script:Count(expression== n + 1; result=n) -> xor:Enough\n"
        "Enough -[n >= 70]-> end\nEnough -/-> Wait"
    )
    instance = narrow.start()
    work(narrow)
    [found] = incidents(narrow)
    assert "too often" in found
    narrow.engine.resolve(narrow.waits(instance)["Wait"].key, by="alice")
    work(narrow)
    assert narrow.state(instance) == "COMPLETED"


def test_a_calm_loop_is_not_braked(narrow: House) -> None:
    narrow.deploy("start -> xor:Again -> catch:Wait(timer=PT2S) -> Again")
    instance = narrow.start()
    for _ in range(120):
        narrow.clock.advance(seconds=2)
        assert narrow.engine.fire_due() == 1
    assert narrow.look(instance).incidents == 0


def test_signals_that_start_each_other_are_refused_and_change_nothing(house: House) -> None:
    house.deploy("start:Ping(signal=ping) -> end:E(signal=pong)", "a")
    house.deploy("start:Pong(signal=pong) -> end:E(signal=ping)", "b")
    house.deploy("start -> user:Calm -> end", "other")
    other = house.start("other")
    house.engine.limits = Limits(engine_seconds=0.5)

    with pytest.raises(EngineError, match="too many steps"):
        house.engine.broadcast("ping", {})

    with store.reading(house.database) as connection:
        assert len(queries.instances(connection).items) == 1
    house.do(other, "Calm")
    assert house.state(other) == "COMPLETED"


def test_messages_between_two_processes_are_braked(house: House) -> None:
    """Each waits for the other's message; a worker carries them, a limit stops them."""
    for name, other in (("a", "b"), ("b", "a")):
        house.deploy(
            f"start -> xor:Again -> catch:Wait(message={name}; key== 1)\n"
            f"Wait -> throw:Send(message={other}; type=send.{other}) -> Again",
            name,
        )
    house.engine.limits = SMALL
    house.start("a")
    house.start("b")
    house.engine.correlate("a", "1", {})

    def carry(engine: Engine) -> int:
        jobs = [
            job
            for kind in ("send.a", "send.b")
            for job in engine.activate_jobs(kind, "w", 9, 9_000)
        ]
        for job in jobs:
            engine.finish(job["key"], {})
            engine.correlate(job["type"].removeprefix("send."), "1", {})
        return len(jobs)

    rounds = _until_quiet(lambda: carry(house.engine))
    assert rounds < 120
    assert any("too often" in message for message in incidents(house))


def _until_quiet(move: Callable[[], int]) -> int:
    for number in range(500):
        if move() == 0:
            return number
    return 500


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_held_by_the_limits_of_the_product(house: House, name: str) -> None:
    house.deploy(BOMBS[name])
    house.start(amount=1)
    work(house, rounds=3_000)
    assert incidents(house), "its duration is the figure"
