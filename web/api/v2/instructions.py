"""From the API's instructions to the engine's: how tokens move, and what becomes what."""

from collections.abc import Sequence
from typing import Any

from web.api.problems import invalid

Instructions = Sequence[dict[str, Any]]


def modification(body: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what `Engine.modify` takes."""
    return {
        "activate": [_activate(each) for each in body.get("activate_instructions") or ()],
        "move": moves(body.get("move_instructions") or ()),
        "terminate": [
            {
                "elementId": each.get("element_id"),
                "elementInstanceKey": each.get("element_instance_key"),
            }
            for each in body.get("terminate_instructions") or ()
        ],
    }


def moves(instructions: Instructions) -> list[dict[str, Any]]:
    """Return the moves in the engine's words."""
    return [_move(each) for each in instructions]


def mapping(plan: dict[str, Any]) -> dict[str, str]:
    """Return which element becomes which; one element cannot become two."""
    made: dict[str, str] = {}
    for each in plan["mapping_instructions"]:
        source, target = each["source_element_id"], each["target_element_id"]
        if made.setdefault(source, target) != target:
            invalid(f"'{source}' cannot become both '{made[source]}' and '{target}'")
    return made


def _activate(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "elementId": each["element_id"],
        "ancestorElementInstanceKey": _key(each.get("ancestor_element_instance_key")),
        "variableInstructions": _variables(each),
    }


def _move(each: dict[str, Any]) -> dict[str, Any]:
    source = each.get("source_element_instruction") or {}
    ancestor = each.get("ancestor_scope_instruction") or {}
    return {
        "sourceElementId": each.get("source_element_id") or source.get("source_element_id"),
        "sourceElementInstanceKey": source.get("source_element_instance_key"),
        "targetElementId": each["target_element_id"],
        "ancestorElementInstanceKey": _key(ancestor.get("ancestor_element_instance_key")),
        "variableInstructions": _variables(each),
    }


def _key(number: int | None) -> int | None:
    """Read -1, the clients' word for "not said"."""
    return None if number == -1 else number


def _variables(each: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"scopeId": one["scope_id"] or "", "variables": one["variables"]}
        for one in each.get("variable_instructions") or ()
    ]
