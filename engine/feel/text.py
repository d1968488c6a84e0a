"""How values are written: as FEEL's `string()` does, and as JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.feel.values import Function, Range


def number_text(value: int | Decimal) -> str:
    """Return a number without exponent and trailing zeros."""
    if isinstance(value, int):
        return str(value)
    if value == value.to_integral_value() and abs(value.adjusted()) < 40:
        return str(int(value))
    text = format(value, "f") if -40 < value.adjusted() < 40 else str(value)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def say(value: Any, *, inner: bool = False) -> str:
    """Return the text of a value; strings inside others are quoted."""
    if isinstance(value, str):
        return quoted(value) if inner else value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | Decimal):
        return number_text(value)
    return _compound(value)


def quoted(text: str) -> str:
    """Return a string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _compound(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(say(each, inner=True) for each in value) + "]"
    if isinstance(value, Mapping):
        entries = (f"{_key(key)}: {say(each, inner=True)}" for key, each in value.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, Range):
        low, high = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
        return f"{low}{say(value.low, inner=True)}..{say(value.high, inner=True)}{high}"
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return str(value)


def _key(key: str) -> str:
    return key if key.replace(" ", "").replace("_", "").isalnum() else quoted(key)


def to_json(value: Any) -> Any:
    """Return a value as JSON: whole numbers as int, others as float, temporal values as text."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Decimal):
        return (
            int(value)
            if value == value.to_integral_value() and abs(value) < 10**34
            else float(value)
        )
    if isinstance(value, list):
        return [to_json(each) for each in value]
    if isinstance(value, Mapping):
        return {key: to_json(each) for key, each in value.items()}
    return say(value)
