"""How FEEL compares and tests values; compiled expressions call these by name."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import caps
from engine.feel.run import Run
from engine.feel.types import instance_of
from engine.feel.values import Range, equal, less, type_name, within

_PLAIN = frozenset({int, bool, Decimal})
_ORDERED = frozenset({int, Decimal})
_CONTAINERS = frozenset({list, dict})
_LONG = 1_000  # characters from which comparing texts costs steps


# -- comparing


def _charged(a: Any, b: Any, run: Run) -> None:
    """Comparing what is long costs steps."""
    kind = type(a)
    if kind is str and len(a) > _LONG:
        run.budget.take(len(a) >> 8)
    elif kind in _CONTAINERS and type(b) is kind:
        caps.charge_deep((a,), run)


def _incomparable(sign: str, a: Any, b: Any, run: Run, position: int) -> None:
    message = f"Can't compare {type_name(a)} with {type_name(b)} by {sign}"
    run.warn("NOT_COMPARABLE", message, position)


def eq(a: Any, b: Any, run: Run, position: int) -> bool | None:
    """`a = b`."""
    kind = type(a)
    if kind is type(b) and kind in _PLAIN:
        return bool(a == b)
    _charged(a, b, run)
    found = equal(a, b)
    if found is None:
        _incomparable("=", a, b, run, position)
    return found


def ne(a: Any, b: Any, run: Run, position: int) -> bool | None:
    """`a != b`."""
    found = eq(a, b, run, position)
    return None if found is None else not found


def lt(a: Any, b: Any, run: Run, position: int) -> bool | None:
    """`a < b`."""
    kind = type(a)
    if kind is type(b) and kind in _ORDERED:
        return bool(a < b)
    return _ordered("<", a, b, less, run, position)


def gt(a: Any, b: Any, run: Run, position: int) -> bool | None:
    """`a > b`."""
    kind = type(a)
    if kind is type(b) and kind in _ORDERED:
        return bool(a > b)
    return _ordered(">", a, b, _more, run, position)


def le(a: Any, b: Any, run: Run, position: int) -> bool | None:
    """`a <= b`."""
    kind = type(a)
    if kind is type(b) and kind in _ORDERED:
        return bool(a <= b)
    return _ordered("<=", a, b, _at_most, run, position)


def ge(a: Any, b: Any, run: Run, position: int) -> bool | None:
    """`a >= b`."""
    kind = type(a)
    if kind is type(b) and kind in _ORDERED:
        return bool(a >= b)
    return _ordered(">=", a, b, _at_least, run, position)


def _ordered(
    sign: str, a: Any, b: Any, test: Callable[[Any, Any], bool | None], run: Run, position: int
) -> bool | None:
    _charged(a, b, run)
    found = test(a, b)
    if found is None:
        _incomparable(sign, a, b, run, position)
    return found


def _more(a: Any, b: Any) -> bool | None:
    return less(b, a)


def _at_most(a: Any, b: Any) -> bool | None:
    later = less(b, a)
    return None if later is None else not later


def _at_least(a: Any, b: Any) -> bool | None:
    return _at_most(b, a)


def _differ(a: Any, b: Any) -> bool | None:
    same = equal(a, b)
    return None if same is None else not same


def between(value: Any, low: Any, high: Any, run: Run, position: int) -> bool | None:
    """`value between low and high`."""
    found = None
    if value is not None and low is not None and high is not None:
        found = within(value, Range(low, high, low_closed=True, high_closed=True))
    if found is None:
        kinds = f"{type_name(value)} with {type_name(low)} and {type_name(high)}"
        run.warn("NOT_COMPARABLE", f"Can't compare {kinds} by between", position)
    return found


def unsure(values: tuple[Any, ...], run: Run, position: int) -> None:
    """`and` or `or` of what is neither all true nor all false."""
    for value in values:
        if value is not None and not isinstance(value, bool):
            run.warn("INVALID_TYPE", f"{type_name(value)} is no boolean", position)


def no_condition(value: Any, run: Run, position: int) -> bool:
    """False, with a warning where the condition of an `if` is no boolean."""
    if value is not False and value is not None:
        run.warn("INVALID_TYPE", f"{type_name(value)} is no condition", position)
    return False


# -- testing

_TESTS: dict[str, Callable[[Any, Any], bool | None]] = {
    "=": equal,
    "!=": _differ,
    "<": less,
    ">": _more,
    "<=": _at_most,
    ">=": _at_least,
}


def test(sign: str, value: Any, other: Any, run: Run) -> bool | None:
    """Return whether an input passes a unary test with a sign."""
    _charged(value, other, run)
    return _TESTS[sign](value, other)


def passes(value: Any, wanted: Any, condition: Any, run: Run) -> bool | None:
    """Return whether an input passes a unary test that is a value, range, list or condition."""
    caps.charge((value, wanted), run, 4)
    return _passes(value, wanted, condition=condition)


def passes_named(value: Any, wanted: Any, condition: Any, run: Run) -> bool | None:
    """The same of a name or path: of a list it asks whether it contains the input, yes or no."""
    found = passes(value, wanted, condition, run)
    return False if found is None and isinstance(wanted, list) and value is not None else found


def _passes(value: Any, wanted: Any, *, condition: bool) -> bool | None:
    if isinstance(wanted, Range) and not isinstance(value, Range):
        return within(value, wanted)
    if isinstance(wanted, bool) and (condition or not isinstance(value, bool)):
        return wanted
    if isinstance(wanted, list) and not isinstance(value, list):
        results = [_passes(value, each, condition=condition) for each in wanted]
        unsure = None in results and (value is None or any(_tests(each) for each in wanted))
        return True if True in results else (None if unsure else False)
    if isinstance(wanted, list):
        return equal(value, wanted) is True or any(equal(value, each) is True for each in wanted)
    return equal(value, wanted)


def _tests(wanted: Any) -> bool:
    """Whether an item tests the input; a mere value of another type just is not it."""
    return isinstance(wanted, Range | list)


def contained(value: Any, results: tuple[bool | None, ...], run: Run, position: int) -> bool | None:
    """`value in (tests)`: true when one passes, null when one is uncertain."""
    if True in results:
        return True
    if None not in results:
        return False
    run.warn("NOT_COMPARABLE", f"Can't compare {type_name(value)} by in", position)
    return None


def instance(value: Any, kind: Any, run: Run) -> bool:
    """`value instance of type`."""
    if type(value) in _CONTAINERS:
        caps.charge_deep((value,), run, 2)
    return instance_of(value, kind)


def unknown_type(_value: Any, words: str, run: Run, position: int) -> None:
    """`value instance of` a type nobody knows."""
    run.warn("UNKNOWN_TYPE", words, position)
