"""One evaluation: what was given, what was computed, what went wrong, and the budget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import feel


@dataclass(slots=True)
class Hit:
    """What one evaluation of a decision table saw."""

    table: str
    policy: str
    inputs: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    rows: int


@dataclass(slots=True)
class Trace:
    """What the evaluation of one decision did."""

    id: str
    name: str
    kind: str
    reads: dict[str, Any] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    output: Any = None
    problems: list[str] = field(default_factory=list)


class DecisionRun:
    """The state of one evaluation; never shared between threads."""

    def __init__(
        self, variables: Mapping[str, Any], now: datetime | None, budget: feel.Budget | None
    ) -> None:
        """Take the variables from outside, the time, and what may be spent."""
        self.variables = variables
        self.now = now
        self.budget = feel.Budget() if budget is None else budget
        self.memo: dict[tuple[int, str], Any] = {}
        self.traces: list[Trace] = []
        self.current: list[Trace] = []
        self.failure: str | None = None
        self.depth = 0

    def warn(self, message: str) -> None:
        """Note something that made a value null."""
        if self.current and message not in self.current[-1].problems:
            self.current[-1].problems.append(message)

    def fail(self, message: str) -> None:
        """Note something that makes the whole outcome a failure; the value there is null."""
        self.warn(message)
        if self.failure is None:
            where = f"Decision {self.current[-1].name!r}: " if self.current else ""
            self.failure = f"{where}{message}"


@dataclass(frozen=True, slots=True)
class Env:
    """The variables an expression sees, in a run."""

    variables: dict[str, Any]
    run: DecisionRun

    def having(self, more: Mapping[str, Any]) -> "Env":
        """Return an inner scope."""
        return Env({**self.variables, **more}, self.run)


Evaluator = Callable[[Env], Any]
