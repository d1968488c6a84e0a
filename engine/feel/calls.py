"""What calling does: built-ins, functions of the expression, functions of the caller."""

from collections.abc import Callable, Mapping, Sequence
from decimal import DecimalException
from typing import Any

from engine.feel import caps, types
from engine.feel.arithmetic import OperandError
from engine.feel.run import BudgetExceeded, Run
from engine.feel.signature import BuiltIn
from engine.feel.values import Function, type_name

DEPTH = 100  # functions calling functions
_FAILED = "FUNCTION_INVOCATION_FAILURE"


def built_in(
    function: BuiltIn,
    values: Sequence[Any],
    names: Sequence[str] | None,
    run: Run,
    position: int,
) -> Any:
    """Return what a built-in gives; null with a warning when the arguments do not fit."""
    for signature in function.overloads:
        run.budget.take(signature.cost)
        given = signature.fit(values) if names is None else signature.fit_named(names, values)
        if given is None:
            continue
        (caps.charge_deep if signature.deep else caps.charge)(given, run, signature.cost)
        try:
            value = signature.call(run, *given) if signature.run else signature.call(*given)
        except OperandError as error:
            run.warn(error.code, f"{function.name}: {error}", position)
            return None
        except (DecimalException, OverflowError, ValueError) as error:
            if isinstance(error, BudgetExceeded):
                raise
            run.warn(_FAILED, f"{function.name}: the number is out of range", position)
            return None
        if signature.grows:
            caps.charge_deep((value,), run)
        return value
    wanted = " or ".join(function.signatures())
    run.warn(_FAILED, f"{function.name}: the arguments do not fit {wanted}", position)
    return None


def call(
    function: Any, values: Sequence[Any], names: Sequence[str] | None, run: Run, position: int
) -> Any:
    """Return what a FEEL function gives; null with a warning when it is none."""
    if isinstance(function, BuiltIn):
        return built_in(function, values, names, run, position)
    if not isinstance(function, Function):
        if function is not None or run.warnings is None:
            run.warn("NO_FUNCTION_FOUND", f"{type_name(function)} is no function", position)
        return None
    run.budget.take(1)
    wanted = function.parameters
    if names is not None:
        if not set(names) <= set(wanted):
            run.warn(_FAILED, f"the arguments are named {', '.join(wanted) or 'nothing'}", position)
            return None
        given: Mapping[str, Any] = dict(zip(names, values, strict=True))
        values = [given.get(name) for name in wanted]  # those that are not supplied are null
    if len(values) != len(wanted):
        run.warn(_FAILED, f"{len(wanted)} arguments are expected, not {len(values)}", position)
        return None
    return function.call(list(values))


def function_or(found: Any, builtin: BuiltIn) -> Any:
    """What a name means in front of brackets: a function, else the built-in it hides."""
    return found if isinstance(found, Function) else builtin


def function(variables: Mapping[str, Any], name: str, run: Run, position: int) -> Any:
    """A variable that is called, null with a warning when there is no such function."""
    found = run.variable(variables, name) if name in variables else None
    if not isinstance(found, Function):
        run.warn("NO_FUNCTION_FOUND", f"No function found with name '{name}'", position)
        return None
    return found


def make_function(
    signature: tuple[tuple[str, ...], tuple[Any, ...], int],
    body: Callable[..., Any],
    run: Run,
    position: int,
) -> Function:
    """`function(a: type, b) body`."""
    names, kinds, cost = signature
    typed = any(kind is not None for kind in kinds)

    def invoke(arguments: list[Any]) -> Any:
        run.budget.take(cost)
        if run.depth >= DEPTH:
            run.warn("TOO_DEEP", "functions call each other too deeply", position)
            return None
        given: list[Any] | None = arguments
        if typed:
            given = _typed(names, kinds, arguments, run, position)
            if given is None:
                return None
        run.depth += 1
        try:
            return body(*given)  # type: ignore[misc]
        finally:
            run.depth -= 1

    return Function("", names, invoke, types=kinds or None)


def _typed(
    names: Sequence[str], kinds: Sequence[Any], arguments: list[Any], run: Run, position: int
) -> list[Any] | None:
    caps.charge(arguments, run, 4)
    given = []
    for name, kind, value in zip(names, kinds, arguments, strict=True):
        fits, converted = types.coerce(value, kind)
        if not fits:
            run.warn("INVALID_TYPE", f"the argument '{name}' is of the wrong type", position)
            return None
        given.append(converted)
    return given
