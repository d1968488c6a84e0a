"""Which elements and decision rows all scenarios together came to, and which none did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine import definitions
from engine.dmn.elements import DecisionElement, DecisionTable
from engine.model import Resource
from engine.scenarios.outcome import Result, Visited


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is in a process or a table, and what of it no scenario came to."""

    name: str
    what: str  # "elements" or "rows"
    total: int
    missed: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The share that was visited, rounded down."""
        return 100 * (self.total - len(self.missed)) // self.total if self.total else 100


def coverage(resources: Sequence[Resource], results: Sequence[Result]) -> list[Coverage]:
    """Return the coverage of each process and each decision table, in the order of the files.

    Tables that no drawing asks are left out: a service task asks them, and here jobs are answered.
    """
    visited = Visited()
    for result in results:
        visited.add(result.visited)
    bundle = definitions.inspect(resources)
    found = [
        _of(process.id, "elements", {each: each for each in process.elements}, visited.elements)
        for process in bundle.processes
    ]
    for decision in bundle.decisions:
        for element, table in _tables(decision.model):
            if element.id not in visited.rows and not _asked(element.id, resources):
                continue
            rows = {rule.id: f"row {number}" for number, rule in enumerate(table.rules, 1)}
            found.append(_of(element.id, "rows", rows, visited.rows))
    return found


def _asked(decision_id: str, resources: Sequence[Resource]) -> bool:
    named = f'decisionId="{decision_id}"'.encode()
    return any(named in file.content for file in resources if file.name.endswith(".bpmn"))


def _of(name: str, what: str, there: dict[str, str], visited: dict[str, set[str]]) -> Coverage:
    seen = visited.get(name, set())
    missed = tuple(shown for key, shown in there.items() if key not in seen)
    return Coverage(name, what, len(there), missed)


def _tables(model: Any) -> Iterator[tuple[DecisionElement, DecisionTable]]:
    for element in model.definitions.elements.values():
        if isinstance(element, DecisionElement) and isinstance(element.logic, DecisionTable):
            yield element, element.logic
