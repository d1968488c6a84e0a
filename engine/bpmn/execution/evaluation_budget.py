"""What all expressions and decisions of a step may take together, lent to one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine import feel
from engine.limits import Limits

_TIMES = 20  # as many steps as so many expressions may take
_PATIENCE_S = 5 * feel.PATIENCE  # for the patterns of all of them


class EvaluationBudget:
    """Steps and patience of one step of an instance."""

    def __init__(self, limits: Limits) -> None:
        """Start with everything."""
        self._most = limits.expression_steps
        self._steps = _TIMES * limits.expression_steps
        self._patience = _PATIENCE_S

    @contextmanager
    def lent(self) -> Iterator[feel.Budget]:
        """Lend what one evaluation may take; what it used is gone, however it ended."""
        steps = max(0, min(self._steps, self._most))
        patience = max(0.0, min(self._patience, feel.PATIENCE))
        budget = feel.Budget(steps, patience)
        try:
            yield budget
        finally:
            self._steps -= steps - budget.steps
            self._patience -= patience - budget.patience
