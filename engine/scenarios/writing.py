"""A scenario as the text of its file."""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_FIRST = ("title", "documentation", "process", "now", "message", "key", "begins", "answered")


def toml(scenario: Mapping[str, Any]) -> str:
    """Return a scenario as TOML; what is null is left out, as TOML knows no null."""
    lines = [f"{name} = {_value(scenario[name])}" for name in _FIRST if scenario.get(name)]
    lines += [f"start = {_value(scenario['start'])}"] if scenario.get("start") else []
    for step in scenario.get("do", ()):
        lines += ["", "[[do]]", *_pairs(step)]
    lines += ["", "[expect]", *_pairs(scenario.get("expect", {}))]
    return "\n".join(lines) + "\n"


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in _said(table)]


def _said(table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(str(name), value) for name, value in table.items() if value is not None]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(_pairs(value))
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value if item is not None)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    return _text(str(value))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
