"""A signature names and types parameters; arguments by position or by name are fitted to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.feel import types
from engine.feel.temporal import Date, DateTime, DaysTime, Time, YearsMonths
from engine.feel.values import Function, Range

_EXACT: dict[str, frozenset[type]] = {
    "number": frozenset({int, Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "date": frozenset({Date}),
    "time": frozenset({Time}),
    "date and time": frozenset({DateTime}),
    "days and time duration": frozenset({DaysTime}),
    "years and months duration": frozenset({YearsMonths}),
    "range": frozenset({Range}),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in; what comes after `required` may be left out or be null."""

    parameters: tuple[tuple[str, Any], ...]
    call: Callable[..., Any]
    required: int
    variadic: bool = False  # the last parameter takes all further arguments
    run: bool = False  # the function gets the run first
    camunda: bool = False  # an addition of Camunda
    null: bool = False  # null arguments are passed on
    deep: bool = False  # it looks at the parts of parts, which costs steps
    grows: bool = False  # its result may be larger than its arguments
    cost: int = 1  # steps it takes, and takes for each 16 items

    def fit(self, values: Sequence[Any]) -> Sequence[Any] | None:
        """Return the arguments converted to the parameters' types; None when they do not fit."""
        count, most = len(values), len(self.parameters)
        if count < self.required or (count > most and not self.variadic):
            return None
        bound = []
        for index, value in enumerate(values):
            kind = self.parameters[index if index < most else most - 1][1]
            if kind == "Any" or (type(kind) is str and type(value) in _EXACT.get(kind, ())):
                bound.append(value)
                continue
            fits, fitted = self._convert(value, kind, index)
            if not fits:
                return None
            bound.append(fitted)
        return bound

    def _convert(self, value: Any, kind: Any, index: int) -> tuple[bool, Any]:
        if value is None:
            return self.null or (index >= self.required and not self.variadic), None
        is_list = kind == "list" or (isinstance(kind, tuple) and kind[0] == "list")
        if is_list and not isinstance(value, list):
            value = [value]
        return types.coerce(value, kind)

    def fit_named(self, names: Sequence[str], values: Sequence[Any]) -> Sequence[Any] | None:
        """Return named arguments in the order of the parameters; None when they do not fit."""
        if not self.takes(0, names):
            return None
        named = dict(zip(names, values, strict=True))
        known = [name for name, _ in self.parameters]
        last = max((known.index(name) for name in named), default=-1)
        arguments = [named.get(name) for name in known[: last + 1]]
        if self.variadic and arguments and isinstance(arguments[-1], list):
            arguments = arguments[:-1] + arguments[-1]
        return self.fit(arguments)

    def takes(self, count: int, names: Sequence[str]) -> bool:
        """Return whether so many arguments, or arguments of these names, can fit."""
        if not names:
            return self.required <= count and (self.variadic or count <= len(self.parameters))
        known = [name for name, _ in self.parameters]
        return set(names) <= set(known) and set(known[: self.required]) <= set(names)

    def __str__(self) -> str:
        shown = []
        for index, (name, _) in enumerate(self.parameters):
            last = self.variadic and index == len(self.parameters) - 1
            shown.append(name + ("…" if last else "?" if index >= self.required else ""))
        return f"({', '.join(shown)})"


def signature(parameters: str, call: Callable[..., Any], **flags: Any) -> Signature:
    """Read a signature such as `string: string, start position: number, length?: number`.

    `name*` takes all further arguments, `name?` may be left out.
    """
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
        parsed: Any = ("list", kind[5:-1]) if kind.startswith("list<") else kind
        found.append((name, parsed))
    return Signature(tuple(found), call, required, variadic, **flags)


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

    def takes(self, count: int, names: Sequence[str]) -> bool:
        """Return whether any overload takes so many arguments, or arguments of these names."""
        return any(each.takes(count, names) for each in self.overloads)

    def signatures(self) -> list[str]:
        """Return how it can be called, each way once."""
        return list(dict.fromkeys(str(each) for each in self.overloads))

    def __hash__(self) -> int:
        return hash(self.name)
