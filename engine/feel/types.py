"""FEEL types: what `instance of` asks and what parameters take."""

from collections.abc import Mapping
from typing import Any

from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import Function, Range, type_name

SIMPLE = {
    "Any",
    "Null",
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "date and time",
    "context",
    "years and months duration",
    "days and time duration",
    "list",
    "function",
    "range",
}
_ALIASES = {
    "dateTime": "date and time",
    "yearMonthDuration": "years and months duration",
    "dayTimeDuration": "days and time duration",
}


def resolve(kind: Any, user: Mapping[str, Any]) -> Any:
    """Return a type as read by the parser with user types filled in; None when unknown."""
    if isinstance(kind, str):
        name = _ALIASES.get(kind, kind)
        if name in user:
            return user[name]
        return name if name in SIMPLE else None
    tag = kind[0]
    if tag in {"list", "range"}:
        inner = resolve(kind[1], user)
        return None if inner is None else (tag, inner)
    if tag == "context":
        entries = {key: resolve(value, user) for key, value in kind[1].items()}
        return None if None in entries.values() else (tag, entries)
    if tag == "function":
        parameters = tuple(resolve(each, user) for each in kind[1])
        result = resolve(kind[2], user)
        return None if result is None or None in parameters else (tag, parameters, result)
    return kind


def instance_of(value: Any, kind: Any) -> bool:
    """Return whether a value is of a type; null is only of type Null."""
    if value is None:
        return bool(kind == "Null")
    if isinstance(kind, str):
        return kind == "Any" or type_name(value) == kind
    tag = kind[0]
    if tag == "list":
        return isinstance(value, list) and all(_part(each, kind[1]) for each in value)
    if tag == "range":
        ends = (
            [each for each in (value.low, value.high) if each is not None]
            if isinstance(value, Range)
            else None
        )
        return ends is not None and all(_part(each, kind[1]) for each in ends)
    if tag == "context":
        return isinstance(value, Mapping) and all(
            key in value and _part(value[key], each) for key, each in kind[1].items()
        )
    if tag == "function":
        return isinstance(value, Function) and _function(value, kind)
    check = getattr(kind, "contains", None)
    return bool(check(value)) if check else False


def _part(value: Any, kind: Any) -> bool:
    return value is None or instance_of(value, kind)


def _function(value: Function, kind: Any) -> bool:
    if value.types is None:
        return len(value.parameters) == len(kind[1])
    return (
        len(value.types) == len(kind[1])
        and all(
            own is None or conforms(wanted, own)
            for own, wanted in zip(value.types, kind[1], strict=True)
        )
        and (value.result is None or conforms(value.result, kind[2]))
    )


def conforms(kind: Any, other: Any) -> bool:
    """Return whether every value of `kind` is one of `other`."""
    if kind == other or other == "Any" or kind == "Null":
        return True
    if isinstance(kind, tuple) and isinstance(other, tuple) and kind[0] == other[0]:
        if kind[0] in {"list", "range"}:
            return conforms(kind[1], other[1])
        if kind[0] == "context":
            return all(
                key in kind[1] and conforms(kind[1][key], each) for key, each in other[1].items()
            )
        if kind[0] == "function":
            return (
                len(kind[1]) == len(other[1])
                and all(conforms(b, a) for a, b in zip(kind[1], other[1], strict=True))
                and conforms(kind[2], other[2])
            )
    return isinstance(kind, tuple) and other == kind[0]


def coerce(value: Any, kind: Any) -> tuple[bool, Any]:
    """Return whether a value fits a type, and the value made to fit (DMN 10.3.2.9.4)."""
    if kind is None or value is None or instance_of(value, kind):
        return True, value
    if isinstance(value, list) and len(value) == 1 and instance_of(value[0], kind):
        return True, value[0]
    if kind == "date and time" and isinstance(value, Date):
        return True, DateTime(value, Time(0, 0))
    if isinstance(kind, tuple) and kind[0] == "list" and instance_of(value, kind[1]):
        return True, [value]
    return False, None
