"""Rows of figures as text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks._meter import Cost


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of operation."""

    name: str
    cost: Cost
    state_bytes: int = 0


def drawn(title: str, rows: Sequence[Row]) -> Iterator[str]:
    """Draw costs, one line each."""
    yield f"{title:46} {'CPU ms':>8} {'wall ms':>9} {'SQL':>6} {'commits':>8} {'state':>10}"
    for row in rows:
        cost = row.cost
        sql = f"{cost.statements:6.1f} {cost.commits:8.1f}" if cost.statements else " " * 15
        state = f"{row.state_bytes:,}" if row.state_bytes else ""
        yield f"  {row.name:44} {cost.cpu_ms:8.2f} {cost.wall_ms:9.2f} {sql} {state:>10}"


def bar(name: str, value: float, most: float, unit: str = "×") -> str:
    """Draw a figure beside what it may be at most."""
    verdict = "reached" if value <= most else "NOT reached"
    return f"  {name:58} {value:7.2f} {unit}  (at most {most:g}: {verdict})"
