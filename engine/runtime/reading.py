"""Read a state without moving it."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.elements.loops import CollectedResults
from engine.bpmn.execution.scopes import VisibleVariables
from engine.model import Json


def visible(state: dict[str, Json], scope_key: int) -> dict[str, Any]:
    """Return the variables seen from an element instance (or the process instance)."""
    layers: list[Mapping[str, Any]] = []
    key = scope_key
    while key:
        layers.append(state["scopes"].get(str(key), {}))
        token = state["tokens"].get(str(key))
        if token and token.get("r") == "body":
            layers.append(CollectedResults(token.get("d", {})))
        key = token["p"] if token else (0 if key == state["key"] else state["key"])
    return VisibleVariables(layers).flat()


def variables(state: dict[str, Json]) -> dict[str, Any]:
    """Return the variables of the process instance itself."""
    return dict(state["scopes"].get(str(state["key"]), {}))
