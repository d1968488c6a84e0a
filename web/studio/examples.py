"""What scenarios say that services answer and how processes start: examples for who plays."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from engine.scenarios.reading import plain


def scenarios(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """Yield the scenarios among the files that can be read."""
    for name in sorted(files):
        if name.endswith(".toml"):
            try:
                yield plain(tomllib.loads(files[name].decode("utf-8")))
            except ValueError:
                continue


def answers(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return what jobs answer in the scenarios, by element or type; the first that says it."""
    found: dict[str, dict[str, Any]] = {}
    for scenario in scenarios(files):
        for step in scenario.get("do", ()):
            if "job" in step and step.get("answer"):
                found.setdefault(str(step["job"]), step["answer"])
    return found


def messages(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return the variables that messages carry in the scenarios, by name."""
    found: dict[str, dict[str, Any]] = {}
    for scenario in scenarios(files):
        for step in scenario.get("do", ()):
            if "message" in step and step.get("variables"):
                found.setdefault(str(step["message"]), step["variables"])
    return found


def start(files: Mapping[str, bytes], process: str) -> dict[str, Any]:
    """Return how the first scenario of a process starts it."""
    for scenario in scenarios(files):
        if scenario.get("process") == process:
            return scenario
    return {}
