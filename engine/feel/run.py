"""One evaluation: its scopes, warnings, clock and budget."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.feel.values import plain
from engine.limits import DEFAULT


class BudgetExceeded(ValueError):
    """The expression took more steps than it may."""


@dataclass(slots=True)
class Budget:
    """How many steps are left; shared by nested evaluations."""

    steps: int = DEFAULT.expression_steps

    def take(self, count: int = 1) -> None:
        """Use steps. Raises BudgetExceeded when none is left."""
        self.steps -= count
        if self.steps < 0:
            raise BudgetExceeded("the expression takes more steps than it may")


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - Warning is a builtin
    """Why a value became null, and where."""

    code: str
    message: str
    position: int = 0


class Run:
    """What one evaluation shares among all its parts."""

    __slots__ = ("budget", "depth", "now", "warnings")

    def __init__(self, now: datetime | None, budget: Budget | None) -> None:
        self.now = now
        self.budget = budget or Budget()
        self.warnings: list[Warning_] = []
        self.depth = 0

    def warn(self, code: str, message: str, position: int) -> None:
        """Remember a warning; a hundred are enough."""
        if len(self.warnings) < 100:
            self.warnings.append(Warning_(code, message, position))


_ABSENT = object()


class Scope:
    """Names and their values, over an outer scope."""

    __slots__ = ("outer", "run", "values")

    def __init__(self, values: Mapping[str, Any], outer: "Scope | None", run: Run) -> None:
        self.values = values
        self.outer = outer
        self.run = run

    def find(self, name: str) -> Any:
        """Answer the value of a name, or ABSENT."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.values.get(name, _ABSENT)
            if value is not _ABSENT:
                return value
            scope = scope.outer
        return _ABSENT


class Given(dict[str, Any]):
    """The caller's variables, turned into FEEL values when they are first read."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        super().__init__()
        self.source = source

    def get(self, name: str, default: Any = None) -> Any:
        """Answer a variable as FEEL value."""
        if name in self:
            return self[name]
        if name not in self.source:
            return default
        value = self[name] = plain(self.source[name])
        return value
