"""How a scenario went, and what it visited on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Visited:
    """Elements by process and rows by decision that were come to."""

    elements: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, set[str]] = field(default_factory=dict)

    def add(self, other: "Visited") -> None:
        """Add what another scenario visited."""
        for mine, more in ((self.elements, other.elements), (self.rows, other.rows)):
            for name, found in more.items():
                mine.setdefault(name, set()).update(found)


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario went; `message` says what was expected and what was there."""

    name: str
    passed: bool
    message: str = ""
    visited: Visited = field(default_factory=Visited)


class Failed(Exception):
    """The process did something else than the scenario says."""


def compare(there: Mapping[str, Any], expected: Mapping[str, Any], when: str) -> None:
    """Raise Failed if values are not as expected; others may be there too."""
    wrong = [
        f"{name} is {there[name]!r}, not {value!r}" if name in there else f"{name} is missing"
        for name, value in expected.items()
        if name not in there or there[name] != value
    ]
    if wrong:
        raise Failed(f"{when}: " + "; ".join(wrong))
