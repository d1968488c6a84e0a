"""What a step says about elements, variables and decisions, as rows."""

from typing import TYPE_CHECKING

from engine import store
from engine.model import DROPPED, Step
from engine.verbs.instances import Instance

if TYPE_CHECKING:
    from engine.verbs.move import Move


def elements(move: "Move", instance: Instance, step: Step) -> None:
    """Note element instances and variables; those of an ended scope stay to be read."""
    place = {"instance_key": instance.key, "definition_key": instance.deployed.key}
    for element in step.elements:
        row = place | {
            "key": element.key,
            "element_id": element.element_id,
            "element_name": element.element_name,
            "type": element.type,
            "scope_key": element.scope_key,
            "state": element.state,
            "started_at": element.started_at,
            "ended_at": element.ended_at,
        }
        move.changes.put(store.element_instance, element.key, row)
    for change in step.variables:
        if change.value is not DROPPED:
            row = {
                "key": move.keys(),
                "instance_key": instance.key,
                "scope_key": change.scope_key,
                "name": change.name,
                "value": change.value,
            }
            move.changes.put(store.variable, (change.scope_key, change.name), row)


def decisions(move: "Move", instance: Instance, step: Step) -> None:
    """Note what was decided, from what, and by which rows."""
    for record in step.decisions:
        row = {
            "key": record.key,
            "instance_key": instance.key,
            "definition_key": instance.deployed.key,
            "process_id": instance.deployed.process_id,
            "element_id": record.element_id,
            "element_instance_key": record.element_instance_key,
            "decision_key": record.decision_key,
            "decision_id": record.decision_id,
            "inputs": record.inputs,
            "output": record.output,
            "evaluated": record.evaluated,
            "failure": record.failure,
            "state": "FAILED" if record.failure else "EVALUATED",
            "evaluated_at": move.now,
            "evaluated_by": move.actor,
        }
        move.changes.put(store.decision_instance, record.key, row)
