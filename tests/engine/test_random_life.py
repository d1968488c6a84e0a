"""Whatever is done to instances in whatever order: rows and states say the same, or it is refused.

Random hands finish, fail, suspend, wake, cancel, modify and migrate instances of a few processes
that call each other, repeat, wait and undo. After each verb the rows of what waits are exactly what
the states know, every history verifies, and nothing waits for nothing.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, select

from engine import reads, store
from engine.errors import EngineError
from engine.model import Kind, StartRequest
from engine.transaction import instances
from tests.engine.house import House

INNER = "start -> user:In -> service:Out(type=out) -> end"
OUTER = """
start -> and:Fork
Fork -> call:Gate(process=inner; propagate=true) -> and:Join
Fork -> user:Each(each== [1, 2, 3]) -> Join
Fork -> event:Which
Which -> catch:Paid(message=paid; key== "k") -> xor:Merge -> Join
Which -> catch:Late(timer=P1D) -> Merge
boundary:Asked(on=Gate; signal=ask; keep) -> user:Answer -> end:Answered
Join -> sub:Work -> end
Work {
    start:S -> service:Pay(type=out) -> user:Check -> end:E
    boundary:B(on=Pay; handler=Refund)
    service:Refund(handler=1; type=out)
}
eventsub:Stop {
    start:Told(message=stop; key== "k") -> user:Why -> end:Stopped
}
"""
CHANGES: list[tuple[str, str]] = [
    ("user:Each(each== [1, 2, 3])", "user:Each(each== [1, 2, 3]; sequential)"),
    ("user:Check", "user:Check2"),
    ("boundary:Asked(on=Gate; signal=ask; keep) -> user:Answer -> end:Answered", ""),
    ("catch:Late(timer=P1D)", "catch:Soon(timer=PT1H)"),
    ("Join -> sub:Work", "Join -> user:More -> sub:Work"),
    ("user:Why", "user:Why(priority== 70)"),
]
_tables = (store.user_task, store.job, store.timer, store.subscription, store.incident)


class Life:
    """Instances, and one random thing after another that is done to them."""

    def __init__(self, house: House, random: Random) -> None:
        self.house, self.random = house, random
        self.log: list[str] = []
        house.deploy(INNER, "inner")
        for old, new in (("", ""), *random.sample(CHANGES, 3)):
            house.deploy(OUTER.replace(old, new) if old else OUTER, "p")
        with store.reading(house.database) as connection:
            self.versions = [each.key for each in reads.versions(connection, "p")]
        for _ in range(3):
            key = random.choice(self.versions)
            house.engine.by("alice").instances.start(StartRequest(definition_key=key))

    def act(self) -> None:
        """Do one thing to one of them."""
        verb: Callable[[int], None] = self.random.choice([
            self.finish, self.finish, self.finish, self.fail, self.suspend, self.wake, self.wake,
            self.cancel, self.modify, self.modify, self.migrate, self.migrate, self.tell,
        ])  # fmt: skip
        keys = self.keys()
        key = self.random.choice(keys)
        before = self.written()
        self.log.append(f"{verb.__name__} {key}")
        try:
            verb(key)
        except EngineError as refused:
            self.log.append(f"  refused: {refused.message}")
            assert self.written() == before, "a refusal changed something"

    def keys(self) -> list[int]:
        with store.reading(self.house.database) as connection:
            return list(connection.execute(select(store.instance.c.key)).scalars())

    def written(self) -> list[Any]:
        column = store.instance.c
        with store.reading(self.house.database) as connection:
            found = select(column.key, column.revision, column.history_hash, column.state)
            return [tuple(row) for row in connection.execute(found.order_by(column.key))]

    # -- verbs -------------------------------------------------------------------------------

    def finish(self, key: int) -> None:
        engine = self.house.engine
        with store.reading(self.house.database) as connection:
            waits = reads.waiting(connection, key)
        if not waits:
            return
        wait = self.random.choice(waits)
        self.log.append(f"  {wait.kind} {wait.element_id}")
        if wait.kind is Kind.USER_TASK:
            engine.by("bob").tasks.complete(wait.key, {})
        elif wait.kind is Kind.JOB:
            engine.jobs.finish(wait.key)
        elif wait.kind is Kind.TIMER:
            engine.timers.fire(wait.key)
        elif wait.kind is Kind.INCIDENT:
            engine.incidents.resolve(wait.key)

    def fail(self, key: int) -> None:
        with store.reading(self.house.database) as connection:
            jobs = [w.key for w in reads.waiting(connection, key) if w.kind is Kind.JOB]
        if jobs:
            self.house.engine.jobs.fail(self.random.choice(jobs), "no", retries=0)

    def suspend(self, key: int) -> None:
        self.house.engine.by("olga").instances.suspend(key)

    def wake(self, key: int) -> None:
        self.house.engine.by("olga").instances.resume(key)

    def cancel(self, key: int) -> None:
        if self.random.random() < 0.2:
            self.house.engine.by("olga").instances.cancel(key)

    def tell(self, _: int) -> None:
        name = self.random.choice(["paid", "stop", "ask"])
        if name == "ask":
            self.house.engine.signals.broadcast(name)
        else:
            self.house.engine.messages.publish(name, "k")

    def modify(self, key: int) -> None:
        with store.reading(self.house.database) as connection:
            elements = [e for e in reads.elements(connection, key) if e.state == "ACTIVE"]
        ids = ["Each", "Gate", "Work", "Check", "Pay", "Fork", "Which", "Join", "In", "More", "Why"]
        target = self.random.choice(ids)
        source = self.random.choice([str(e.key) for e in elements] or ["1"])
        orders = self.random.choice([
            {"activate": [{"elementId": target}]},
            {"move": [{"sourceElementInstanceKey": source, "targetElementId": target}]},
            {"terminate": [{"elementInstanceKey": source}]},
        ])  # fmt: skip
        self.log.append(f"  {orders}")
        self.house.engine.by("olga").instances.modify(key, **orders)  # type: ignore[arg-type]

    def migrate(self, key: int) -> None:
        target = self.random.choice(self.versions)
        mapping = self.random.choice([{}, {}, {"Check": "Check2"}, {"Late": "Soon"}])
        column = store.instance.c
        [*judged] = self.house.engine.instances.check_migration(target, column.key == key, mapping)
        self.log.append(f"  to {target} {mapping}")
        fits = bool(judged) and judged[0].fits
        try:
            self.house.engine.by("olga").instances.migrate(key, target, mapping)
        except EngineError:
            assert not fits, "the dry run said it fits"
            raise
        assert fits, "the dry run said it does not fit"

    # -- what must hold ------------------------------------------------------------------------

    def check(self) -> None:
        with store.reading(self.house.database) as connection:
            assert list(reads.verify_all(connection)) == []
            for key in self.keys():
                loaded = instances.read(connection, key, self.house.engine.catalogue)
                known = _of_state(loaded.data)
                assert known == _of_rows(connection, key), f"instance {key}"
                over = loaded.ended_at is not None
                assert over or known or loaded.data.get("holds"), f"instance {key} stands still"
                assert not (over and known)


def _of_state(state: Any) -> set[int]:
    return {int(key) for token in state["tokens"].values() for key in token.get("w", {})}


def _of_rows(connection: Connection, key: int) -> set[int]:
    found: set[int] = set()
    still = {
        store.user_task: store.user_task.c.state.not_in(("COMPLETED", "CANCELED")),
        store.job: store.job.c.open,
        store.subscription: store.subscription.c.state == "CREATED",
        store.incident: store.incident.c.state == "ACTIVE",
    }
    for table in _tables:
        asked = select(table.c.key).where(table.c.instance_key == key)
        if table in still:
            asked = asked.where(still[table])
        found.update(connection.execute(asked).scalars())
    column = store.instance.c
    children = select(column.parent_wait_key).where(
        column.parent_instance_key == key, column.ended_at.is_(None)
    )
    return found | set(connection.execute(children).scalars())


def live(house: House, seed: int, steps: int) -> None:
    life = Life(house, Random(seed))  # noqa: S311
    try:
        for _ in range(steps):
            life.act()
            life.check()
    except Exception:
        print(f"seed {seed}", *life.log, sep="\n")  # noqa: T201 - shown if it fails
        raise


@pytest.mark.parametrize("seed", range(1))
def test_rows_and_states_say_the_same_whatever_is_done(house: House, seed: int) -> None:
    live(house, seed, 40)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 200))
def test_a_hundred_lives_of_a_hundred_steps(house: House, seed: int) -> None:
    live(house, seed, 100)
