"""Processes that would never stop: each is held by a limit, and unrelated tasks go on."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.engine import Engine
from engine.limits import Limits
from engine.transaction import pending, wait_rows
from tests.engine.explosions import BOMBS, DEAR, HARMLESS
from tests.engine.house import House

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 5, 512  # what reliability.md promises
CHEAP = sorted(set(BOMBS) - DEAR)
OF_THE_CORE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # one database is enough
SMALL = Limits(engine_steps=500, resumptions_at_once=50, messages_at_once=50)
RINGS = [
    "jobs in a ring",
    "jobs that double",
    "listeners in a ring",
    "timers of no time beside a message",
]


def incidents(house: House) -> list[str]:
    with store.reading(house.database) as connection:
        return [item.message for item in reads.incidents(connection).items]


def work(house: House, rounds: int = 80) -> None:
    """Run the worker until it has nothing more to do."""
    for _ in range(rounds):
        if house.worker.run_until_idle(600) == 0 and house.engine.timers.fire_due() == 0:
            break


@pytest.fixture
def narrow(house: House) -> House:
    house.engine.limits = SMALL
    return house


@pytest.fixture(scope="module")
def explosions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each of the cheap bombs came to, under the limits of the product."""
    return explode(f"sqlite:///{tmp_path_factory.mktemp('bombs')}/NUMBER.db", *CHEAP)


def explode(url: str, *names: str) -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.explosions", url, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {told["name"]: told for told in map(json.loads, done.stdout.splitlines())}


def judge(told: dict[str, Any]) -> None:
    assert "failed" not in told, told
    assert told["seconds"] <= SECONDS, told
    assert told["megabytes"] <= MEGABYTES, told
    assert told["incidents"] >= (told["name"] not in HARMLESS), told
    assert told["other"] == "COMPLETED", told


@pytest.mark.parametrize("name", CHEAP)
def test_a_bomb_ends_in_time_and_memory_with_an_incident_and_others_go_on(
    explosions: dict[str, dict[str, Any]], name: str
) -> None:
    judge(explosions[name])


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(DEAR))
def test_so_does_one_that_works_its_way_up_to_the_limits(tmp_path: Path, name: str) -> None:
    judge(explode(f"sqlite:///{tmp_path}/NUMBER.db", name)[name])


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_so_does_each_on_postgresql(url: str, name: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("seen above")
    judge(explode(url, name)[name])


@OF_THE_CORE
@pytest.mark.parametrize("name", RINGS)
def test_a_dear_bomb_is_held_sooner_by_lower_limits(narrow: House, name: str) -> None:
    narrow.deploy(str(BOMBS[name]))
    narrow.start(amount=1)
    work(narrow)
    assert len(incidents(narrow)) >= 1, name


@OF_THE_CORE
def test_a_brake_is_let_go_by_resolving_the_incident(narrow: House) -> None:
    narrow.deploy(
        "start -> script:Zero(expression== 0; result=n) -> service:Work(type=shop.check_stock)\n"
        "Work -> script:Count(expression== n + 1; result=n) -> xor:Enough\n"
        "Enough -[n >= 70]-> end\nEnough -/-> Work"
    )
    instance = narrow.start(amount=1)
    work(narrow)
    [found] = incidents(narrow)
    assert "too often" in found
    narrow.engine.by("alice").incidents.resolve(narrow.waits(instance)["Work"].key)
    work(narrow)
    assert narrow.state(instance) == "COMPLETED"


@OF_THE_CORE
def test_what_is_braked_is_one_incident_however_many_tokens_go_round(narrow: House) -> None:
    narrow.deploy(str(BOMBS["jobs that double"]))
    narrow.start(amount=1)
    work(narrow)

    with store.reading(narrow.database) as connection:
        [stopped] = reads.incidents(connection).items
        held = list(connection.execute(select(store.job.c.key).where(store.job.c.open)).scalars())
    assert len(held) > 10
    assert {narrow.job_row(key).available_at for key in held} == {wait_rows.END_OF_TIME}
    assert narrow.engine.by("late").jobs.begin(held[0]) is None

    narrow.engine.by("alice").incidents.resolve(stopped.key)
    assert narrow.job_row(held[0]).available_at == narrow.clock()
    work(narrow)
    assert len(incidents(narrow)) == 1, "it went on, and was stopped again"


LEGAL = {
    "jobs": "start -> script:Zero(expression== 0; result=n) -> service:Work(type=shop.check_stock)",
    "gateways": "start -> script:Zero(expression== 0; result=n) -> task:Work",
    "timers": "start -> script:Zero(expression== 0; result=n) -> catch:Work(timer=PT1S)",
    "people": "start -> script:Zero(expression== 0; result=n) -> user:Work",
}


@OF_THE_CORE
@pytest.mark.parametrize("what", sorted(LEGAL))
@pytest.mark.parametrize("rounds", [60, pytest.param(1_000, marks=pytest.mark.soak)])
def test_a_loop_of_a_thousand_rounds_finishes(house: House, what: str, rounds: int) -> None:
    if rounds < 1_000:  # in proportion
        house.engine.limits = Limits(resumptions_at_once=rounds)
    house.deploy(
        f"{LEGAL[what]}\nWork -> script:Count(expression== n + 1; result=n) -> xor:Enough\n"
        f"Enough -[n >= {rounds}]-> end\nEnough -/-> Work"
    )
    instance = house.start(amount=1)
    while house.state(instance) == "ACTIVE" and not incidents(house):
        if what == "people":
            house.do(instance, "Work")
        house.clock.advance(seconds=0 if what == "jobs" else 1)
        house.run()
    assert (house.state(instance), incidents(house)) == ("COMPLETED", [])


@OF_THE_CORE
def test_the_items_of_a_multi_instance_activity_are_no_loop(narrow: House) -> None:
    narrow.deploy(
        "start -> service:Each(type=shop.check_stock; each== for i in 1..60 return i) -> end"
    )
    instance = narrow.start(amount=1)
    work(narrow)
    assert narrow.state(instance) == "COMPLETED"


@OF_THE_CORE
def test_a_calm_loop_is_not_braked(narrow: House) -> None:
    narrow.deploy("start -> xor:Again -> catch:Wait(timer=PT2S) -> Again")
    instance = narrow.start()
    for _ in range(120):
        narrow.clock.advance(seconds=2)
        assert narrow.engine.timers.fire_due() == 1
    assert narrow.look(instance).incidents == 0


def test_signals_that_start_each_other_end_as_an_incident_and_the_others_hear(house: House) -> None:
    house.engine.limits = SMALL
    house.deploy("start:Ping(signal=ping) -> end:E(signal=pong)", "a")
    house.deploy("start:Pong(signal=pong) -> end:E(signal=ping)", "b")
    house.deploy("start -> catch:Heard(signal=ping) -> user:Calm -> end", "listener")
    house.deploy("start -> user:Press -> throw:Tell(signal=ping) -> user:After -> end", "caller")
    listener, caller = house.start("listener"), house.start("caller")

    house.do(caller, "Press")

    assert list(house.waits(caller)) == ["After"], "who sent the first one goes on"
    assert list(house.waits(listener)) == ["Calm"]
    [found] = incidents(house)
    assert found == "Signals set off signals too often: more than 50 in a row."
    with store.reading(house.database) as connection:
        [stopped] = reads.incidents(connection).items
    house.engine.by("alice").incidents.resolve(stopped.key)
    assert len(incidents(house)) == 1, "it goes on from there, and is stopped again"


def test_a_listener_that_cannot_hear_is_an_incident_and_the_others_hear(house: House) -> None:
    house.deploy("start -> catch:Heard(signal=alarm) -> user:After -> end")
    full, other = house.start(mine="x" * 3_000), house.start()
    house.engine.limits = Limits(variables_bytes=4_000)

    house.engine.signals.broadcast("alarm", {"said": "y" * 2_000})

    assert list(house.waits(other)) == ["After"]
    with store.reading(house.database) as connection:
        [found] = reads.incidents(connection).items
    assert (found.instance_key, found.element_id) == (full.instance_key, "Heard")
    assert "'alarm' was not heard: its variables would take" in found.message
    house.engine.limits = Limits()
    house.engine.by("alice").incidents.resolve(found.key)
    assert list(house.waits(full)) == ["After"]
    assert len(house.variables(full)["said"]) == 2_000
    assert incidents(house) == []


def test_what_one_request_sets_off_stops_with_incidents_that_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that calls itself ten times: more than one request may owe."""
    monkeypatch.setattr(pending, "MAX_FOLLOW_UPS", 40)
    many = "each== for i in 1..10 return i"
    house.deploy(f"start -> call:Again(process=p; {many}) -> end")

    root = house.start()

    with store.reading(house.database) as connection:
        born = connection.execute(select(func.count(store.instance.c.key))).scalar_one()
        found = reads.incidents(connection).items
    assert {each.message for each in found} == {
        "One request set off too many steps at once; resolve this to go on here."
    }
    assert 20 < born < 80
    house.engine.by("alice").incidents.resolve(found[0].key)
    house.engine.by("alice").instances.cancel(root.instance_key)
    assert (house.state(root), incidents(house)) == ("TERMINATED", [])


@OF_THE_CORE
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
    house.engine.messages.correlate("a", "1", {})

    def carry(engine: Engine) -> int:
        jobs = [
            job
            for kind in ("send.a", "send.b")
            for job in engine.by("w").jobs.activate(kind, 9, 9_000)
        ]
        for job in jobs:
            engine.jobs.finish(job["key"], {})
            engine.messages.correlate(job["type"].removeprefix("send."), "1", {})
        return len(jobs)

    rounds = _until_quiet(lambda: carry(house.engine))
    assert rounds < 120
    assert any("too often" in message for message in incidents(house))


def _until_quiet(move: Callable[[], int]) -> int:
    for number in range(500):
        if move() == 0:
            return number
    return 500
