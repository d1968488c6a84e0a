"""What each verb of the engine costs on SQLite and on PostgreSQL, beside stock SpiffWorkflow.

    python -m benchmarks engine

One line per verb: processor time in this process (the cheapest block of ten), wall time (median),
SQL statements (a batch counts once), commits, bytes of state.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks import _databases
from benchmarks._meter import Cost, Operation, measure
from benchmarks._stock import Stock
from benchmarks._table import Row, bar, drawn
from engine import reads, store
from engine.engine import Engine
from engine.model import Resource, StartRequest

DRAWINGS = tuple(Path(__file__).with_name(f"{name}.bpmn") for name in ("review_loop", "payment"))
ROUNDS = 305
TURNS = 1_000
STOCK_TURNS = (0, 100)
CPU_MS = 1.5  # at most, for start and for complete
STATEMENTS = 8
ITEMS = (1, 1_000, 5_800)
ITEM = {"id": "C-1001", "name": "Somebody", "spent": 12.5, "when": "2026-03-02", "tags": ["a", "b"]}


class Bench:
    """One engine with a review loop and a process that waits for a message or a day."""

    def __init__(self, url: str) -> None:
        """Make the tables and deploy."""
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.database = store.connect(url)
        store.create(self.database)
        self.engine = Engine(self.database, clock=lambda: self.now)
        self.engine.definitions.deploy([Resource(f.name, f.read_bytes()) for f in DRAWINGS])

    def start(self, process_id: str = "review_loop", **variables: Any) -> int:
        """Start an instance."""
        return self.engine.instances.start(
            StartRequest(process_id, variables=variables)
        ).instance_key

    def task(self, instance_key: int) -> int:
        """Give the open task of an instance."""
        with store.reading(self.database) as connection:
            column = store.user_task.c
            found = connection.execute(
                select(column.key).where(
                    column.instance_key == instance_key, column.state == "CREATED"
                )
            )
            return int(found.scalar_one())

    def turn(self, instance_key: int) -> None:
        """Go once around the loop."""
        for operation in self.steps(instance_key, 1):
            operation()

    def steps(self, instance_key: int, turns: int) -> Iterator[Operation]:
        """Give the completions of so many turns, each made when it is asked for."""
        for _ in range(turns):
            for values in ({"text": "draft"}, {"good": False}):
                task = self.task(instance_key)
                yield lambda t=task, v=values: self.engine.tasks.complete(t, v)  # type: ignore[misc]

    def state_bytes(self, instance_key: int) -> int:
        """Measure the stored state."""
        with store.reading(self.database) as connection:
            found = connection.execute(
                select(store.instance.c.data).where(store.instance.c.key == instance_key)
            ).scalar_one()
        return len(found.encode())

    def inbox(self) -> None:
        """Read the first page of an inbox."""
        with store.reading(self.database) as connection:
            reads.inbox(connection, "bob", ["writers", "readers"], "claimable", now=self.now)

    def due(self) -> list[int]:
        """Give the timers that run, a day or more from now."""
        with store.reading(self.database) as connection:
            return list(connection.execute(select(store.timer.c.key)).scalars())


def report() -> Iterator[str]:
    """Measure on each database, then the yardstick."""
    for name, url in _databases.each():
        bench = Bench(url)
        rows = verbs(bench)
        first, last = review_loop(bench)
        beside = list(large(bench))
        bench.database.dispose()
        yield from drawn(name, [*rows, first, last, *beside])
        for row in rows[0], rows[2]:
            yield bar(f"{row.name}: CPU in the process", row.cost.cpu_ms, CPU_MS, "ms")
            yield bar(f"{row.name}: SQL statements", row.cost.statements, STATEMENTS, " ")
        ratio = last.cost.cpu_ms / first.cost.cpu_ms
        yield bar(f"the {TURNS:,}th turn of a review loop beside the first", ratio, 1.2)
    yield from drawn("Stock SpiffWorkflow (no database)", [stock(n) for n in STOCK_TURNS])
    yield f"  stock SpiffWorkflow loses the open task of this loop in turn {stock_breaks()}"


def verbs(bench: Bench) -> list[Row]:
    """Measure start, claim, complete, correlate, fire and an inbox page."""
    engine, database = bench.engine, bench.database
    bench.turn(bench.start(title="warm"))
    started: list[int] = []
    start = measure(
        (
            lambda n=n: started.append(bench.start(title="Spring", n=n))  # type: ignore[misc]
            for n in range(ROUNDS)
        ),
        database,
    )
    bytes_at_start = bench.state_bytes(started[0])
    tasks = [bench.task(key) for key in started]
    inbox = measure((bench.inbox for _ in range(ROUNDS)), database)
    claim = measure((lambda t=t: engine.by("alice").tasks.claim(t) for t in tasks), database)  # type: ignore[misc]
    complete = measure(
        (lambda t=t: engine.tasks.complete(t, {"text": "x"}) for t in tasks),  # type: ignore[misc]
        database,
    )
    return [
        Row("start", start, bytes_at_start),
        Row("claim", claim),
        Row("complete", complete, bench.state_bytes(started[0])),
        Row("correlate", _correlate(bench)),
        Row("fire", _fire(bench)),
        Row("inbox page of 50 among 300", inbox),
    ]


def review_loop(bench: Bench) -> tuple[Row, Row]:
    """Measure completions of a young instance and of one after a thousand turns, in turn."""
    old, young = bench.start(title="Loop"), bench.start(title="Loop")
    for operation in bench.steps(old, TURNS - 60):
        operation()
    small = bench.state_bytes(young)
    costs: dict[int, list[Cost]] = {old: [], young: []}
    for _ in range(6):
        for instance, measured in costs.items():
            measured.append(measure(bench.steps(instance, 10), bench.database))
    first, last = (min(costs[key], key=lambda cost: cost.cpu_ms) for key in (young, old))
    return (
        Row("complete in turns 1 to 60", first, small),
        Row(f"complete up to turn {TURNS:,}", last, bench.state_bytes(old)),
    )


def large(bench: Bench) -> Iterator[Row]:
    """Measure completions beside a list of few and of many items among the variables."""
    for items in ITEMS:
        instance = bench.start(title="Large", items=[ITEM] * items)
        bench.turn(instance)
        cost = measure(bench.steps(instance, 15), bench.database)
        label = f"complete beside a list of {items:,}"
        yield Row(label, cost, bench.state_bytes(instance))


def stock(turns: int) -> Row:
    """Measure load, complete, save with SpiffWorkflow's own serializer."""
    workflow = Stock(DRAWINGS[0])
    for _ in range(turns):
        workflow.step({"text": "draft"})
        workflow.step({"good": False})
    saved = [workflow.save()]

    def complete(values: dict[str, Any]) -> None:
        workflow.load(saved[0])
        workflow.step(values)
        saved[0] = workflow.save()

    values = ({"text": "x"}, {"good": False})
    cost: Cost = measure(lambda n=n: complete(values[n % 2]) for n in range(20))  # type: ignore[misc]
    return Row(f"load, complete, save after {turns} turns", cost, len(saved[0]))


def stock_breaks() -> int:
    """Say in which turn of the loop SpiffWorkflow does not find the open task any more."""
    workflow = Stock(DRAWINGS[0])
    for turn in range(1, TURNS):
        try:
            workflow.step({"text": "draft"})
            workflow.step({"good": False})
        except AttributeError:
            return turn
    return TURNS


def _correlate(bench: Bench) -> Cost:
    for number in range(ROUNDS):
        bench.start("payment", order=f"o-{number}")
    correlate = bench.engine.messages.correlate
    return measure(
        (lambda n=n: correlate("payment", f"o-{n}", {"amount": n}) for n in range(ROUNDS)),  # type: ignore[misc]
        bench.database,
    )


def _fire(bench: Bench) -> Cost:
    for number in range(ROUNDS):
        bench.start("payment", order=f"late-{number}")
    due = bench.due()
    bench.now += timedelta(days=2)
    return measure((lambda k=k: bench.engine.timers.fire(k) for k in due), bench.database)  # type: ignore[misc]


if __name__ == "__main__":
    for line in report():
        print(line)
