"""The outside world: messages find who waits, wait for who is late, and arrive once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.errors import AlreadyExists, Invalid, NotFound
from engine.jobs import JobQueue
from engine.reactions import signals
from tests.engine.house import House

WAITING = "start -> catch:Paid(message=payment; key==order) -> end"


def test_a_message_finds_the_instance_with_its_key(house: House) -> None:
    house.deploy(WAITING)
    first, second = house.start(order="o-1"), house.start(order="o-2")

    key, taker = house.engine.messages.correlate("payment", "o-2", {"amount": 9})

    assert taker == second.instance_key
    assert key > taker
    assert house.state(first) == "ACTIVE"
    assert house.variables(second)["amount"] == 9
    with pytest.raises(NotFound):
        house.engine.messages.correlate("payment", "o-2")


@pytest.mark.parametrize(
    ("waits", "comes"), [("سفارش-۷", "سفارش-7"), ("علی", "علي"), ("s\u030ca-1", "ša-1")]
)
def test_b4_a_key_is_the_same_in_every_spelling(house: House, waits: str, comes: str) -> None:
    house.deploy(WAITING)
    waiting = house.start(order=waits)
    assert house.engine.messages.correlate("payment", comes)[1] == waiting.instance_key

    house.engine.messages.publish("payment", waits, ttl_ms=60_000)
    assert house.state(house.start(order=comes)) == "COMPLETED"


def test_b4_keys_in_ascii_are_told_apart_by_every_sign(house: House) -> None:
    house.deploy(WAITING)
    house.start(order="a-1 ")
    for other in ("a-1", "A-1 "):
        with pytest.raises(NotFound):
            house.engine.messages.correlate("payment", other)


def test_an_early_message_waits_as_long_as_it_lives(house: House) -> None:
    house.deploy(WAITING)
    house.engine.messages.publish("payment", "o-1", {"amount": 1}, ttl_ms=60_000)
    house.engine.messages.publish("payment", "o-1", {"amount": 2}, ttl_ms=60_000)
    house.engine.messages.publish("payment", "o-3", {"amount": 3}, ttl_ms=1_000)
    house.engine.messages.publish("payment", "o-4", {"amount": 4})
    house.clock.advance(seconds=5)

    amounts = [house.variables(house.start(order=o)).get("amount") for o in ("o-1", "o-3", "o-4")]

    assert amounts == [1, None, None]


def test_a_buffered_message_goes_to_each_process_once(house: House) -> None:
    house.deploy(WAITING)
    house.deploy(WAITING, "q")
    house.engine.messages.publish("payment", "o-1", {"amount": 1}, ttl_ms=60_000)

    states = [house.state(house.start(p, order="o-1")) for p in ("p", "q", "p")]

    assert states == ["COMPLETED", "COMPLETED", "ACTIVE"]


def test_a_message_id_is_taken_once_while_it_is_buffered(house: House) -> None:
    house.engine.messages.publish("payment", "o-1", message_id="m-1", ttl_ms=60_000)
    with pytest.raises(AlreadyExists):
        house.engine.messages.publish("payment", "o-1", message_id="m-1", ttl_ms=60_000)

    house.clock.advance(minutes=2)
    house.engine.messages.publish("payment", "o-1", message_id="m-1", ttl_ms=60_000)


def test_one_message_goes_to_one_instance_of_a_process(house: House) -> None:
    house.deploy(WAITING)
    older, newer = house.start(order="o-1"), house.start(order="o-1")

    house.engine.messages.publish("payment", "o-1")

    assert [house.state(older), house.state(newer)] == ["COMPLETED", "ACTIVE"]


def test_a_message_starts_one_instance_per_key_and_the_next_when_it_ends(house: House) -> None:
    house.deploy("start:Complained(message=complaint) -> user:Answer -> end")
    house.engine.messages.publish("complaint", "C-1", {"text": "late"}, ttl_ms=600_000)
    house.engine.messages.publish("complaint", "C-1", {"text": "still late"}, ttl_ms=600_000)
    house.engine.messages.publish("complaint", "C-2", {"text": "broken"}, ttl_ms=600_000)

    with store.reading(house.database) as connection:
        running = reads.instances(connection, process_id="p", state="ACTIVE").items
    assert [house.variables(item.key)["text"] for item in running] == ["broken", "late"]

    house.do(running[1].key, "Answer")
    with store.reading(house.database) as connection:
        running = reads.instances(connection, process_id="p", state="ACTIVE").items
    assert [house.variables(item.key)["text"] for item in running] == ["still late", "broken"]


def test_a_signal_is_heard_by_all_and_starts_what_it_starts(house: House) -> None:
    house.deploy("start -> catch:Heard(signal=alarm) -> end")
    house.deploy("start:Alarmed(signal=alarm) -> user:Act -> end", "q")
    listeners = [house.start() for _ in range(3)]

    house.engine.signals.broadcast("alarm", {"level": 3})

    assert [house.state(each) for each in listeners] == ["COMPLETED"] * 3
    with store.reading(house.database) as connection:
        [started] = reads.instances(connection, process_id="q").items
    assert house.variables(started.key) == {"level": 3}


def test_a_signal_thrown_inside_reaches_other_instances(house: House) -> None:
    house.deploy("start -> catch:Heard(signal=done) -> end")
    house.deploy("start -> throw:Tell(signal=done) -> end", "q")
    listener = house.start()

    house.start("q")

    assert house.state(listener) == "COMPLETED"


def test_a_message_that_reached_nobody_can_be_seen(house: House) -> None:
    house.deploy(WAITING)
    house.start(order="o-1")
    house.engine.messages.publish("payment", "o-1", {"amount": 1})
    lost = house.engine.by("bank").messages.publish("payment", "o-2", {"amount": 2})
    early = house.engine.messages.publish("payment", "o-3", {"amount": 3}, ttl_ms=60_000)

    with store.reading(house.database) as connection:
        seen = reads.unmatched(connection, name="payment")
        assert reads.unmatched(connection, name="other").items == ()
    assert [message.key for message in seen.items] == [early, lost]
    assert (seen.items[1].published_by, seen.items[1].variables) == ("bank", {"amount": 2})

    # the early one finds its instance, the lost one none any more
    late = [house.start(order=order) for order in ("o-2", "o-3")]
    assert [house.state(each) for each in late] == ["ACTIVE", "COMPLETED"]
    with store.reading(house.database) as connection:
        assert [m.key for m in reads.unmatched(connection).items] == [lost]


def test_what_came_for_a_sleeper_reaches_it_when_it_wakes(house: House) -> None:
    house.deploy(WAITING)
    instance = house.start(order="o-1")
    house.engine.instances.suspend(instance.instance_key)

    house.engine.messages.publish("payment", "o-1", {"amount": 4}, ttl_ms=60_000)
    assert house.state(instance) == "SUSPENDED"
    house.engine.instances.resume(instance.instance_key)

    assert house.state(instance) == "COMPLETED"
    assert house.variables(instance)["amount"] == 4


def test_a_sleeping_instance_still_holds_its_correlation_key(house: House) -> None:
    house.deploy("start:Complained(message=complaint) -> user:Answer -> end")
    house.engine.messages.publish("complaint", "C-1", {"text": "late"}, ttl_ms=600_000)
    with store.reading(house.database) as connection:
        [first] = reads.instances(connection, process_id="p").items
    house.engine.instances.suspend(first.key)

    house.engine.messages.publish("complaint", "C-1", {"text": "still late"}, ttl_ms=600_000)

    with store.reading(house.database) as connection:
        assert len(reads.instances(connection, process_id="p").items) == 1


def test_who_waits_comes_before_what_starts_and_other_processes_hear_it_too(house: House) -> None:
    house.deploy("start -> catch:W(message=m; key== k) -> user:A -> end\nstart:M(message=m) -> A")
    house.deploy("start:M(message=m) -> user:B -> end", "q")
    waiting = house.start(k="1")
    house.engine.messages.publish("m", "1")

    assert list(house.waits(waiting)) == ["A"]
    with store.reading(house.database) as connection:
        found = [len(reads.instances(connection, process_id=p).items) for p in ("p", "q")]
    assert found == [1, 1], "each process once"


def test_a_loop_takes_early_messages_one_by_one_and_so_does_a_border(house: House) -> None:
    taken = "script:Keep(expression== append(all, n); result=all)"
    house.deploy(
        f"""
        start -> xor:Again -> catch:W(message=m; key== 1) -> {taken} -> xor:More
        More -[count(all) < 3]-> Again
        More -/-> end
        """
    )
    house.deploy(
        f"""
        start -> user:Ask -> end
        boundary:On(on=Ask; message=m; key== 1; keep) -> {taken} -> end:E
        """,
        "q",
    )
    for number in (1, 2, 3):
        house.engine.messages.publish("m", "1", {"n": number}, ttl_ms=60_000)
    found = [house.variables(house.start(process, all=[]))["all"] for process in ("p", "q")]
    assert found == [[1, 2, 3], [1, 2, 3]]


def test_who_throws_a_signal_hears_it_on_another_branch_and_a_start_does_not(house: House) -> None:
    house.deploy(
        """
        start -> and:Fork
        Fork -> catch:Heard(signal=s) -> user:Then -> end:E1
        Fork -> throw:Tell(signal=s; in.a== 1) -> end:E2
        """
    )
    house.deploy("start:Begun(signal=s) -> catch:Again(signal=s) -> end", "q")
    thrower = house.start()
    assert list(house.waits(thrower)) == ["Then"]
    assert house.variables(thrower) == {"a": 1}
    with store.reading(house.database) as connection:
        [begun] = reads.instances(connection, process_id="q").items
    assert list(house.waits(begun.key)) == ["Again"]


def test_a_process_may_start_in_every_way(house: House) -> None:
    house.deploy(
        """
        start -> user:Called -> end
        start:Told(message=m) -> user:ByMessage -> end:E1
        start:Heard(signal=s) -> user:BySignal -> end:E2
        start:Due(date=2026-03-02T10:00:00Z) -> user:ByTime -> end:E3
        start:Hot(condition== heat > 1) -> user:ByCondition -> end:E4
        """,
        "child",
    )
    house.deploy("start -> call:Sub(process=child) -> end")
    house.start()
    house.engine.messages.publish("m")
    house.engine.signals.broadcast("s")
    house.clock.advance(hours=1)
    house.engine.timers.fire_due()
    house.engine.conditions.evaluate({"heat": 5})

    with store.reading(house.database) as connection:
        started = reads.instances(connection, process_id="child").items
    tasks = sorted(task for each in started for task in house.waits(each.key))
    assert tasks == ["ByCondition", "ByMessage", "BySignal", "ByTime", "Called"]


def test_start_or_correlate_is_one_call(house: House) -> None:
    house.deploy("start:Begun(message=talk) -> catch:Again(message=talk; key== who) -> end")

    _, begun = house.engine.messages.correlate("talk", "Ann", {"who": "Ann", "said": "hello"})
    _, again = house.engine.messages.correlate("talk", "Ann", {"said": "bye"})

    assert begun == again
    assert house.variables(begun)["said"] == "bye"


def test_publishers_of_one_id_at_the_same_time_deliver_once(house: House) -> None:
    house.deploy("start:Complained(message=complaint) -> user:Answer -> end")

    def publish(_: int) -> str:
        try:
            house.engine.messages.publish("complaint", "", message_id="m-1", ttl_ms=60_000)
        except AlreadyExists:
            return "known"
        return "published"

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(publish, range(6)))

    assert answers == ["known"] * 5 + ["published"]
    with store.reading(house.database) as connection:
        assert len(reads.instances(connection, process_id="p").items) == 1


def test_a_negative_time_to_live_is_refused(house: House) -> None:
    with pytest.raises(Invalid):
        house.engine.messages.publish("payment", "o-1", ttl_ms=-1)


def test_a_signal_to_very_many_is_spread_in_the_background(house: House) -> None:
    house.deploy("start -> xor:Again -> catch:Heard(signal=alarm) -> Again")
    house.engine.instances.start_many("p", [(f"n-{n}", {}) for n in range(2 * signals.CHUNK + 5)])
    house.engine.queue = jobs = JobQueue(house.database)
    house.worker.start()
    try:
        with house.counting() as counted:
            house.engine.by("alice").signals.broadcast("alarm", {"level": 3})
        assert counted.commits == 1

        def heard() -> int:
            with store.reading(house.database) as connection:
                told = select(func.count()).where(store.history.c.command == "signal")
                return int(connection.execute(told).scalar_one())

        until = time.monotonic() + 60
        while heard() < 2 * signals.CHUNK + 5:
            assert time.monotonic() < until, f"{heard()} have heard it"
            time.sleep(0.1)
        while jobs.waiting():
            time.sleep(0.05)
        # Everybody has heard it once, although each listens again.
        assert heard() == 2 * signals.CHUNK + 5
    finally:
        house.worker.stop()
