"""How large values may become. A value counts as the tree it would be when written out.

Lists and contexts may share parts, so forty short lines can stand for more items than there is
memory. Whoever puts values into a list or context weighs it first.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.feel.run import BudgetExceeded, Run
from engine.feel.values import Range
from engine.limits import DEFAULT

WEIGHT = 200_000  # items, with a text as one for each 16 characters
DEPTH = 100
STRING = DEFAULT.variables_bytes
_TEXT, _STEP = 4, 4  # shifts: 16 characters are an item, 16 items are a step
_LETTERS = 8  # shift: 256 characters are a step


def weight(values: Iterable[Any]) -> int:
    """Return how many items values have in all. Raises BudgetExceeded for too many."""
    stack, found = [iter(values)], 0
    while stack:
        for value in stack[-1]:
            found += 1
            kind = type(value)
            if kind is str:
                found += len(value) >> _TEXT
            elif kind is list or kind is Range or isinstance(value, Mapping):
                stack.append(_parts(value))
                break
        else:
            stack.pop()
        if len(stack) > DEPTH:
            raise BudgetExceeded(f"the value is nested more than {DEPTH} deep")
        if found > WEIGHT:
            raise BudgetExceeded(f"the value has more than {WEIGHT} items")
    return found


def _parts(value: Any) -> Any:
    if isinstance(value, Range):
        return iter((value.low, value.high))
    return iter(value) if type(value) is list else iter(value.values())


def charge(values: Iterable[Any], run: Run, cost: int = 1) -> None:
    """Take steps for looking at values once; parts of parts are not counted."""
    steps = 0
    for value in values:
        kind = type(value)
        if kind is str:
            steps += len(value) >> _LETTERS
        elif kind is list or kind is dict:
            steps += (len(value) >> _STEP) * cost
    if steps:
        run.budget.take(steps)


def charge_deep(values: Iterable[Any], run: Run, cost: int = 1) -> None:
    """Take steps for looking at values and all their parts."""
    run.budget.take(1 + (weight(values) >> _STEP) * cost)


def text(value: str) -> str:
    """Return a text within the cap. Raises BudgetExceeded for a longer one."""
    length(len(value))
    return value


def length(characters: int) -> None:
    """Raise BudgetExceeded when a text of this length is too long."""
    if characters > STRING:
        raise BudgetExceeded(f"the text has more than {STRING} characters")
