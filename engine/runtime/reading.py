"""Read a state without moving it."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.elements.loops import Collected
from engine.bpmn.execution.scopes import View
from engine.model import Json


def visible(state: dict[str, Json], scope_key: int) -> dict[str, Any]:
    """Give the variables seen from an element instance (or the process instance)."""
    layers: list[Mapping[str, Any]] = []
    key = scope_key
    while key:
        layers.append(state["scopes"].get(str(key), {}))
        token = state["tokens"].get(str(key))
        if token and token.get("r") == "body":
            layers.append(Collected(token.get("d", {})))
        key = token["p"] if token else (0 if key == state["key"] else state["key"])
    return View(layers).flat()


def variables(state: dict[str, Json]) -> dict[str, Any]:
    """Give the variables of the process instance itself."""
    return dict(state["scopes"].get(str(state["key"]), {}))
