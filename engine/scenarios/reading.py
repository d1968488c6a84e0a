"""A scenario file as a table: its words, its dates, the scenarios it comes after."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.scenarios.outcome import Failed

WORDS = {
    "title",
    "documentation",
    "process",
    "now",
    "start",
    "message",
    "key",
    "begins",
    "answered",
    "do",
    "expect",
}


def read(file: Path, after: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Read a scenario, and before its steps those of the scenarios it comes after."""
    file = file.resolve()
    if file in after:
        raise Failed(f"{file.name} comes after itself")
    scenario = tomllib.loads(file.read_text(encoding="utf-8"))
    if "after" not in scenario:
        return scenario
    before = read(file.parent / scenario.pop("after"), (*after, file))
    before.pop("expect", None)
    return before | scenario | {"do": [*before.get("do", []), *scenario.get("do", [])]}


def known(table: Mapping[str, Any], words: set[str]) -> None:
    """Refuse words that mean nothing."""
    if foreign := set(table) - words:
        raise Failed(f"unknown: {', '.join(sorted(foreign))}")


def plain(value: Any) -> Any:
    """Turn the dates of TOML into the texts that processes know."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def instant(value: Any) -> datetime:
    """Read a date and time of TOML; without an offset it is UTC."""
    if not isinstance(value, datetime):
        raise Failed("now is a date and time")
    return value if value.tzinfo else value.replace(tzinfo=UTC)
