"""One evaluation: its warnings, clock, budget and patience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.feel.values import plain
from engine.limits import DEFAULT

WARNINGS = 100
PATIENCE = 0.3  # seconds that all patterns of one evaluation may take together


class BudgetExceeded(ValueError):
    """The expression takes more steps than it may, or makes something too large."""


@dataclass(slots=True)
class Budget:
    """How many steps, and seconds for patterns, are left; shared by nested evaluations."""

    steps: int = DEFAULT.expression_steps
    patience: float = PATIENCE

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

    __slots__ = ("budget", "converted", "depth", "now", "warnings")

    def __init__(self, now: datetime | None = None, budget: Budget | None = None) -> None:
        self.now = now
        self.budget = budget or Budget()
        self.warnings: list[Warning_] | None = None
        self.converted: dict[str, Any] | None = None
        self.depth = 0

    def warn(self, code: str, message: str, position: int) -> None:
        """Remember a warning; a hundred are enough."""
        if self.warnings is None:
            self.warnings = []
        if len(self.warnings) < WARNINGS:
            self.warnings.append(Warning_(code, message, position))

    def variable(self, source: Mapping[str, Any], name: str) -> Any:
        """Return a variable of the caller as FEEL value; lists and contexts are converted once."""
        converted = self.converted
        if converted is None:
            converted = self.converted = {}
        elif name in converted:
            return converted[name]
        value = converted[name] = plain(source[name])
        return value
