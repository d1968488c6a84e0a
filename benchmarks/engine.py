"""What the engine costs, beside SpiffWorkflow's own serializer in the same run.

    python -m benchmarks.engine [--database URL] [--rounds N] [--turns 0,100,1000]

Prints one row per verb: CPU and wall milliseconds (median), SQL statements (a batch counts once),
commits, and bytes of state. The SQLite file is a new one in a temporary folder.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event, select

from benchmarks._stock import Stock
from engine import queries, store
from engine.engine import Engine
from engine.model import Resource

DRAWING = Path(__file__).with_name("review_loop.bpmn")
PAYMENT = Path(__file__).with_name("payment.bpmn")


@dataclass
class Row:
    """What one kind of operation cost."""

    name: str
    cpu_ms: float = 0.0
    wall_ms: float = 0.0
    statements: float = 0.0
    commits: float = 0.0
    state_bytes: int = 0
    samples: int = 0


@dataclass
class Meter:
    """Measures operations on one database."""

    database: Database
    statements: int = 0
    commits: int = 0
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        event.listen(self.database, "before_cursor_execute", self._on_statement)
        event.listen(self.database, "commit", self._on_commit)

    def measure(self, name: str, operations: Iterator[Callable[[], Any]], size: int = 0) -> Row:
        """Run operations one by one; preparing them is not measured."""
        cpu, wall, before = [], [], (0, 0)
        count = statements = commits = 0
        for operation in operations:
            before = (self.statements, self.commits)
            wall_start, cpu_start = time.perf_counter(), time.process_time()
            operation()
            cpu.append(time.process_time() - cpu_start)
            wall.append(time.perf_counter() - wall_start)
            statements += self.statements - before[0]
            commits += self.commits - before[1]
            count += 1
        row = Row(
            name,
            statistics.median(cpu) * 1_000,
            statistics.median(wall) * 1_000,
            statements / count,
            commits / count,
            size,
            count,
        )
        self.rows.append(row)
        return row

    def _on_statement(self, *arguments: Any) -> None:
        if not arguments[2].startswith("BEGIN"):
            self.statements += 1

    def _on_commit(self, _: Any) -> None:
        self.commits += 1


class Bench:
    """One engine with a review loop and a message process."""

    def __init__(self, url: str) -> None:
        """Make the tables and deploy."""
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.database = store.connect(url)
        store.create(self.database)
        self.engine = Engine(self.database, clock=lambda: self.now)
        self.engine.deploy([Resource(f.name, f.read_bytes()) for f in (DRAWING, PAYMENT)])
        self.meter = Meter(self.database)

    def start(self, process_id: str = "review_loop", **variables: Any) -> int:
        """Start an instance."""
        return self.engine.start(process_id, variables=variables).instance_key

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
        self.engine.complete(self.task(instance_key), {"text": "draft"})
        self.engine.complete(self.task(instance_key), {"good": False})

    def state_bytes(self, instance_key: int) -> int:
        """Measure the stored state."""
        with store.reading(self.database) as connection:
            found = connection.execute(
                select(store.instance.c.data).where(store.instance.c.key == instance_key)
            ).scalar_one()
        return len(found.encode())

    def verbs(self, rounds: int) -> None:
        """Measure start, claim, complete, correlate, fire and an inbox page."""
        measure, engine = self.meter.measure, self.engine
        self.turn(self.start(title="warm"))
        started: list[int] = []
        measure(
            "start",
            (lambda n=n: started.append(self.start(title="Spring", n=n)) for n in range(rounds)),
        )
        self.meter.rows[-1].state_bytes = self.state_bytes(started[0])
        tasks = [self.task(key) for key in started]
        measure("claim", (lambda t=t: engine.claim(t, "alice") for t in tasks))
        measure("complete", (lambda t=t: engine.complete(t, {"text": "x"}) for t in tasks))
        self.meter.rows[-1].state_bytes = self.state_bytes(started[0])
        for number in range(rounds):
            self.start("payment", order=f"o-{number}")
            self.start("payment", order=f"late-{number}")
        measure(
            "correlate",
            (
                lambda n=n: engine.correlate("payment", f"o-{n}", {"amount": n})
                for n in range(rounds)
            ),
        )
        self.now += timedelta(days=2)
        with store.reading(self.database) as connection:
            due = list(connection.execute(select(store.timer.c.key).limit(rounds)).scalars())
        measure("fire", (lambda k=k: engine.fire(k) for k in due))
        measure("inbox page", (self.inbox for _ in range(rounds)))

    def inbox(self) -> None:
        """Read the first page of an inbox."""
        with store.reading(self.database) as connection:
            queries.inbox(connection, "bob", ["writers", "readers"], "claimable", now=self.now)

    def after_turns(self, turns: int, rounds: int) -> None:
        """Measure a completion after so many turns of the loop."""
        instance = self.start(title="Loop")
        for _ in range(turns):
            self.turn(instance)

        def operations() -> Iterator[Callable[[], Any]]:
            for number in range(rounds):
                task = self.task(instance)
                values = {"text": "x"} if number % 2 == 0 else {"good": False}
                yield lambda t=task, v=values: self.engine.complete(t, v)

        self.meter.measure(
            f"complete after {turns} turns", operations(), self.state_bytes(instance)
        )


def stock_after_turns(turns: int, rounds: int) -> Row:
    """Measure load, complete, save with SpiffWorkflow's own serializer."""
    stock = Stock(DRAWING)
    for _ in range(turns):
        stock.step({"text": "draft"})
        stock.step({"good": False})
    saved = stock.save()
    cpu, wall = [], []
    for number in range(rounds):
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        stock.load(saved)
        stock.step({"text": "x"} if number % 2 == 0 else {"good": False})
        saved = stock.save()
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - wall_start)
    name = f"stock SpiffWorkflow after {turns} turns (no database)"
    median = statistics.median
    return Row(name, median(cpu) * 1e3, median(wall) * 1e3, 0, 0, len(saved), rounds)


def run() -> Iterator[tuple[str, float, str]]:
    """Give every figure as (label, value, unit)."""
    for row in measured():
        yield f"{row.name}: CPU", row.cpu_ms, "ms"
        yield f"{row.name}: wall", row.wall_ms, "ms"
        if row.statements:
            yield f"{row.name}: SQL statements", row.statements, ""
            yield f"{row.name}: commits", row.commits, ""
        if row.state_bytes:
            yield f"{row.name}: state", row.state_bytes, "bytes"


def measured(
    url: str | None = None, rounds: int = 200, turns: Sequence[int] = (0, 100)
) -> list[Row]:
    """Measure everything; gives the rows in the order they are printed."""
    with _database(url) as address:
        bench = Bench(address)
        bench.verbs(rounds)
        for number in turns:
            bench.after_turns(number, max(20, rounds // 4))
        bench.database.dispose()
    return bench.meter.rows + [stock_after_turns(n, 6 if n > 500 else 20) for n in turns]


def table(rows: Sequence[Row]) -> str:
    """Draw the rows as text."""
    head = f"{'':50} {'CPU ms':>8} {'wall ms':>8} {'SQL':>6} {'commits':>8} {'state':>10}"
    lines = [
        f"{row.name:50} {row.cpu_ms:8.2f} {row.wall_ms:8.2f} {row.statements:6.1f}"
        f" {row.commits:8.1f} {row.state_bytes or '':>10}"
        for row in rows
    ]
    return "\n".join([head, *lines])


@contextmanager
def _database(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.db"


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--turns", default="0,100")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    rows = measured(wanted.database, wanted.rounds, [int(n) for n in wanted.turns.split(",")])
    print(json.dumps([vars(row) for row in rows]) if wanted.json else table(rows))


if __name__ == "__main__":
    main()
