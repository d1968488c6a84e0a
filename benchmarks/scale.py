"""What stays the same when there is more: ratios of processor time, each pair in the same run.

    python -m benchmarks scale

A message among 1,000 and among 1,000,000 waiting subscriptions; an inbox page among 1,000 and among
1,000,000 open tasks; timers that are not due; one of 10 and one of 1,000 multi-instance children,
in turn and all at once.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from benchmarks import _databases
from benchmarks._many import multiply
from benchmarks._meter import Cost, cheapest, counting, measure, timed
from benchmarks._table import bar
from engine import reads, store
from engine.engine import Engine
from engine.errors import NotFound
from engine.model import StartRequest
from tests.support.bpmn import resource

FEW, MANY = 1_000, 1_000_000
ROUNDS = 105
WAITING = """
start -> and:Both -> user:Ask(groups=team) -> end
Both -> catch:Paid(message=payment; key== order) -> end:Done
boundary:Late(on=Ask; timer=P30D) -> end:Overdue
"""
EACH = """
start -> user:Do(each== items; item=item; collect=results; element== result) -> end
"""


@dataclass
class Town:
    """An engine among many instances that wait."""

    url: str

    def __post_init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.database = store.connect(self.url)
        store.create(self.database)
        self.engine = Engine(self.database, clock=lambda: self.now)
        self.engine.definitions.deploy([resource(WAITING, "waiting"), resource(EACH, "each")])
        self.numbers = iter(range(10**9, 2 * 10**9))
        self.origin = self.start("origin")

    def start(self, order: str) -> int:
        """Start an instance with a task, a subscription and a timer."""
        return self.engine.instances.start(
            StartRequest("waiting", variables={"order": order})
        ).instance_key

    def correlations(self, rounds: int = ROUNDS) -> Cost:
        """Measure messages to instances of today, among all that wait."""
        orders = [f"new-{next(self.numbers)}" for _ in range(rounds)]
        for order in orders:
            self.start(order)
        return measure(
            (lambda o=order: self.engine.messages.correlate("payment", o) for order in orders),  # type: ignore[misc]
            self.database,
        )

    def inbox(self) -> Cost:
        """Measure the first page of an inbox."""

        def page() -> None:
            with store.reading(self.database) as connection:
                found = reads.inbox(connection, "bob", ["team"], "claimable", now=self.now)
            if len(found.items) != 50:
                raise ValueError("the inbox is not what it should be")

        return measure((page for _ in range(ROUNDS)), self.database)

    def sweep(self) -> Cost:
        """Measure a look for timers that are due, when none is."""
        return measure((self.engine.timers.fire_due for _ in range(ROUNDS)), self.database)

    def unknown(self) -> Cost:
        """Measure a message that nobody waits for."""

        def miss() -> None:
            try:
                self.engine.messages.correlate("payment", "nobody")
            except NotFound:
                return

        return measure((miss for _ in range(ROUNDS)), self.database)

    def children(self, items: int) -> list[int]:
        """Start a multi-instance activity; gives its tasks."""
        started = self.engine.instances.start(
            StartRequest("each", variables={"items": list(range(items))})
        )
        column = store.user_task.c
        with store.reading(self.database) as connection:
            found = connection.execute(
                select(column.key).where(column.instance_key == started.instance_key)
            )
            return list(found.scalars())

    def one_of(self, items: int, rounds: int) -> float:
        """Give processor seconds to complete one of so many children, half of them done already."""
        cpu: list[float] = []
        while len(cpu) < rounds:
            tasks = self.children(items)[: max(9, min(items // 2, rounds))]
            seconds, _ = timed(
                lambda t=task: self.engine.tasks.complete(t, {"result": True})  # type: ignore[misc]
                for task in tasks
            )
            cpu += seconds
        return cheapest(cpu)

    def all_at_once(self, threads: int, each: int) -> tuple[float, float]:
        """Complete children in threads at once; statements and wall seconds per child."""
        tasks = self.children(threads * each)

        def work(mine: list[int]) -> None:
            for task in mine:
                self.engine.tasks.complete(task, {"result": True})

        workers = [threading.Thread(target=work, args=(tasks[n::threads],)) for n in range(threads)]
        with counting(self.database) as counted:
            begun = time.perf_counter()
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            elapsed = time.perf_counter() - begun
        return counted.statements / len(tasks), elapsed / len(tasks)


def report() -> Iterator[str]:
    """Measure on each database."""
    for name, url in _databases.each():
        town = Town(url)
        yield name
        yield from children(town)
        yield from among_many(town)
        town.database.dispose()


def children(town: Town) -> Iterator[str]:
    """Compare one of ten with one of a thousand, and one after another with all at once."""
    town.one_of(10, 20)
    few, many = town.one_of(10, 90), town.one_of(1_000, 100)
    few, many = min(few, town.one_of(10, 90)), min(many, town.one_of(1_000, 100))
    yield f"  one of 10 multi-instance children: {few * 1e3:.2f} ms, of 1,000: {many * 1e3:.2f} ms"
    yield bar("one of 1,000 children beside one of 10", many / few, 3)
    alone, alone_s = town.all_at_once(1, 64)
    together, together_s = town.all_at_once(8, 8)
    yield bar("statements per child, 8 at once beside one by one", together / alone, 1.1)
    walls = f"{alone_s * 1e3:.1f} ms one by one, {together_s * 1e3:.1f} ms by 8 at once"
    yield f"  wall time for a child: {walls}"


def among_many(town: Town) -> Iterator[str]:
    """Compare what is looked for among a thousand and among a million."""
    multiply(town.database, town.origin, 1, FEW)
    town.correlations(15)
    looks = (
        ("a message among a million subscriptions", town.correlations),
        ("a message that nobody waits for", town.unknown),
        ("an inbox page among a million open tasks", town.inbox),
        ("a look for due timers", town.sweep),
    )
    before = [look() for _, look in looks]
    begun = time.monotonic()
    multiply(town.database, town.origin, FEW + 1, MANY)
    seconds = time.monotonic() - begun
    yield f"  ({MANY:,} instances, tasks, subscriptions and timers made in {seconds:.0f} s)"
    after = [look() for _, look in looks]
    for (label, _), few, many in zip(looks, before, after, strict=True):
        yield f"  {label}: {few.cpu_ms:.2f} ms among {FEW:,}, {many.cpu_ms:.2f} ms among {MANY:,}"
        yield bar(f"{label}: processor", many.cpu_ms / few.cpu_ms, 1.5)
        yield bar(f"{label}: wall", many.wall_ms / few.wall_ms, 1.5)


if __name__ == "__main__":
    for line in report():
        print(line)
