"""A signature names and types parameters; calls by position or by name are matched to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel import types
from engine.feel.arithmetic import Wrong
from engine.feel.run import Scope
from engine.feel.values import Function


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in: `name*` takes all further arguments, `name?` may be left out."""

    parameters: tuple[tuple[str, Any], ...]
    call: Callable[..., Any]
    required: int
    variadic: bool = False
    scoped: bool = False  # the function gets the scope first
    camunda: bool = False
    null: bool = False  # null arguments are passed on


def signature(
    parameters: str,
    call: Callable[..., Any],
    *,
    scoped: bool = False,
    camunda: bool = False,
    null: bool = False,
) -> Signature:
    """Read a signature such as `string: string, start position: number, length?: number`."""
    found, required, variadic = [], 0, False
    for part in filter(None, (p.strip() for p in parameters.split(","))):
        name, _, kind = part.partition(":")
        name, kind = name.strip(), kind.strip() or "Any"
        if name.endswith("*"):
            variadic, name = True, name[:-1]
        elif name.endswith("?"):
            name = name[:-1]
        else:
            required += 1
        parsed: Any = kind
        if kind.startswith("list<"):
            parsed = ("list", kind[5:-1])
        found.append((name, parsed))
    return Signature(tuple(found), call, required, variadic, scoped, camunda, null)


@dataclass(slots=True)
class BuiltIn(Function):
    """A built-in with its overloads; also a FEEL value."""

    name: str
    overloads: list[Signature] = field(default_factory=list)

    @property
    def parameters(self) -> tuple[str, ...]:  # type: ignore[override]
        """Parameter names of the first overload."""
        return tuple(name for name, _ in self.overloads[0].parameters)

    types = None
    result = None

    def __hash__(self) -> int:
        return hash(self.name)


_SKIP = object()


def apply(
    function: Any,
    arguments: list[Any] | None,
    named: Mapping[str, Any] | None,
    scope: Scope,
    position: int,
) -> Any:
    """Call a FEEL function; null with a warning when it is none or the arguments do not fit."""
    run = scope.run
    if isinstance(function, BuiltIn):
        return _built_in(function, arguments, named, scope, position)
    if not isinstance(function, Function):
        run.warn("NO_FUNCTION_FOUND", "what is called is not a function", position)
        return None
    if named is not None:
        if set(named) != set(function.parameters):
            run.warn("FUNCTION_INVOCATION_FAILURE", "the argument names do not fit", position)
            return None
        arguments = [named[name] for name in function.parameters]
    if arguments is None or len(arguments) != len(function.parameters):
        run.warn(
            "FUNCTION_INVOCATION_FAILURE",
            f"{len(function.parameters)} arguments are expected",
            position,
        )
        return None
    return function.call(arguments)


def _built_in(
    function: BuiltIn,
    arguments: list[Any] | None,
    named: Mapping[str, Any] | None,
    scope: Scope,
    position: int,
) -> Any:
    for sign in function.overloads:
        given = _bind(sign, arguments, named)
        if given is None:
            continue
        try:
            return sign.call(scope, *given) if sign.scoped else sign.call(*given)
        except Wrong as error:
            scope.run.warn("FUNCTION_INVOCATION_FAILURE", f"{function.name}: {error}", position)
            return None
    scope.run.warn(
        "FUNCTION_INVOCATION_FAILURE", f"{function.name}: the arguments do not fit", position
    )
    return None


def _bind(
    sign: Signature, arguments: list[Any] | None, named: Mapping[str, Any] | None
) -> list[Any] | None:
    if named is not None:
        known = [name for name, _ in sign.parameters]
        if not set(named) <= set(known) or any(
            name not in named for name in known[: sign.required]
        ):
            return None
        last = max((known.index(name) for name in named), default=-1)
        arguments = [named.get(name) for name in known[: last + 1]]
        if sign.variadic and arguments and isinstance(arguments[-1], list):
            arguments = arguments[:-1] + arguments[-1]
    if arguments is None or len(arguments) < sign.required:
        return None
    if len(arguments) > len(sign.parameters) and not sign.variadic:
        return None
    bound = []
    for index, value in enumerate(arguments):
        kind = sign.parameters[min(index, len(sign.parameters) - 1)][1]
        fitted = _fit(value, kind, null=sign.null or index >= sign.required or kind == "Any")
        if fitted is _SKIP:
            return None
        bound.append(fitted)
    return bound


def _fit(value: Any, kind: Any, *, null: bool) -> Any:
    if value is None:
        return None if null or kind == "Any" else _SKIP
    if kind == "list" and not isinstance(value, list):
        return [value]
    if isinstance(kind, tuple) and kind[0] == "list" and not isinstance(value, list):
        value = [value]
    ok, fitted = types.coerce(value, kind)
    return fitted if ok else _SKIP
