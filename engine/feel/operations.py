"""How FEEL calculates and builds values; compiled expressions call these by name."""

from decimal import Decimal
from typing import Any

from engine.feel import arithmetic, caps
from engine.feel.run import Run
from engine.feel.values import DECIMAL128, EXACT, Range, less

# -- calculating


def add(a: Any, b: Any, run: Run, position: int) -> Any:
    """`a + b`."""
    if type(a) is int and type(b) is int and -EXACT < (found := a + b) < EXACT:
        return found
    return calculate("+", a, b, run, position)


def subtract(a: Any, b: Any, run: Run, position: int) -> Any:
    """`a - b`."""
    if type(a) is int and type(b) is int and -EXACT < (found := a - b) < EXACT:
        return found
    return calculate("-", a, b, run, position)


def multiply(a: Any, b: Any, run: Run, position: int) -> Any:
    """`a * b`."""
    if type(a) is int and type(b) is int and -EXACT < (found := a * b) < EXACT:
        return found
    return calculate("*", a, b, run, position)


def divide(a: Any, b: Any, run: Run, position: int) -> Any:
    """`a / b`."""
    return calculate("/", a, b, run, position)


def power(a: Any, b: Any, run: Run, position: int) -> Any:
    """`a ** b`; dear, because of fractions."""
    run.budget.take(8)
    return calculate("**", a, b, run, position)


def calculate(sign: str, a: Any, b: Any, run: Run, position: int) -> Any:
    """Return a sum, null with a warning when there is none."""
    try:
        if type(a) is str and type(b) is str:
            run.budget.take((len(a) + len(b)) >> 8)
            if sign == "+":
                caps.length(len(a) + len(b))
                return a + b
        return arithmetic.calculate(sign, a, b)
    except arithmetic.OperandError as error:
        run.warn("INVALID_TYPE", str(error), position)
        return None


def negate(value: Any, run: Run, position: int) -> Any:
    """`-value`."""
    kind = type(value)
    if kind is int:
        return -value
    if kind is Decimal:
        return DECIMAL128.minus(value)
    return calculate("*", value, -1, run, position)


# -- building


def build_range(
    closed: tuple[bool, bool], low: Any, high: Any, run: Run, position: int
) -> Range | None:
    """`[low..high]`, null when the ends have no order or the wrong one."""
    known = low is not None and high is not None
    if known and less(low, high) is None:
        run.warn("INVALID_RANGE", "the ends of the range have no common order", position)
        return None
    if known and less(high, low):
        run.warn("INVALID_RANGE", "the range ends before it starts", position)
        return None
    low_closed, high_closed = closed
    return Range(low, high, low_closed and low is not None, high_closed and high is not None, known)


_ENDS = {"<": (False, False), "<=": (False, True), ">": (False, False), ">=": (True, False)}


def one_sided(sign: str, end: Any) -> Range | None:
    """`(< 5)`: the range a comparison stands for; there is none for `!=`."""
    if sign == "=":
        return Range(end, end, low_closed=True, high_closed=True)
    if sign not in _ENDS:
        return None
    low_closed, high_closed = _ENDS[sign]
    below = sign.startswith("<")
    return Range(None if below else end, end if below else None, low_closed, high_closed)


def make_list(items: list[Any], run: Run) -> list[Any]:
    """`[a, b]` whose items may be large."""
    caps.charge_deep(items, run)
    return items


def make_context(entries: dict[str, Any], run: Run) -> dict[str, Any]:
    """`{a: b}` whose values may be large."""
    caps.charge_deep(entries.values(), run)
    return entries


def wrong_literal(text: str, run: Run, position: int) -> None:
    """`@"…"` of what is no date, time or duration."""
    run.warn("INVALID_LITERAL", f'@"{text}" is neither date, time nor duration', position)


def twice(key: str, run: Run, position: int) -> None:
    """`{a: 1, a: 2}` has no value."""
    run.warn("DUPLICATE_KEY", f"the key '{key}' stands twice", position)
