"""Measures operations one by one: what they ask of the database, and of the processor.

Statements and commits are counted on the first operations; the rest run without counters. Their
processor time is that of the cheapest block of ten in a row: on a machine that others use too, a
disturbed block says nothing about us.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event

COUNTED = 5
BLOCK = 10

Operation = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one operation costs: milliseconds, SQL statements (a batch once), commits."""

    cpu_ms: float
    wall_ms: float
    statements: float = 0.0
    commits: float = 0.0


@dataclass(slots=True)
class Counted:
    """What went to a database."""

    statements: int = 0
    commits: int = 0


@contextmanager
def counting(database: Database) -> Iterator[Counted]:
    """Count statements and commits of a block; BEGIN is part of its transaction."""
    counted = Counted()

    def on_statement(*arguments: Any) -> None:
        counted.statements += not arguments[2].startswith("BEGIN")

    def on_commit(_: Any) -> None:
        counted.commits += 1

    event.listen(database, "before_cursor_execute", on_statement)
    event.listen(database, "commit", on_commit)
    try:
        yield counted
    finally:
        event.remove(database, "before_cursor_execute", on_statement)
        event.remove(database, "commit", on_commit)


def measure(operations: Iterable[Operation], database: Database | None = None) -> Cost:
    """Run the operations; making them (they may come from a generator) is not measured."""
    following = iter(operations)
    counted = Counted()
    if database is not None:
        for operation in _first(following, COUNTED):
            with counting(database) as one:
                operation()
            counted.statements += one.statements
            counted.commits += one.commits
    cpu, wall = timed(following)
    return Cost(
        cpu_ms=cheapest(cpu) * 1_000,
        wall_ms=statistics.median(wall) * 1_000,
        statements=counted.statements / COUNTED,
        commits=counted.commits / COUNTED,
    )


def timed(operations: Iterable[Operation]) -> tuple[list[float], list[float]]:
    """Give processor and wall seconds of each operation."""
    cpu, wall = [], []
    for operation in operations:
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        operation()
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - wall_start)
    return cpu, wall


def cheapest(cpu: list[float]) -> float:
    """Give the mean of the cheapest block of operations in a row."""
    size = min(BLOCK, len(cpu))
    return min(sum(cpu[at : at + size]) / size for at in range(0, len(cpu) - size + 1, size))


def _first(operations: Iterator[Operation], count: int) -> Iterator[Operation]:
    for _ in range(count):
        yield next(operations)
