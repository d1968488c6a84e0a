"""Element templates of the modeler, one for each installed service task, from its function."""

import inspect
from collections.abc import Iterable
from typing import Any

from engine.service_task import ServiceTask

_SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"


def templates(tasks: Iterable[ServiceTask]) -> list[dict[str, Any]]:
    """Return what the editor offers to append: name, purpose, inputs and where results go."""
    return [_template(task) for task in sorted(tasks, key=lambda task: task.name)]


def _template(task: ServiceTask) -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "id": f"peyvand.{task.name}",
        "name": task.name,
        "description": inspect.cleandoc(task.doc)[:500],
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": "inputs", "label": "Input"}],
        "properties": [_type(task), *(_input(task, name) for name in task.inputs)],
    }


def _type(task: ServiceTask) -> dict[str, Any]:
    return {
        "type": "Hidden",
        "value": task.name,
        "binding": {"type": "zeebe:taskDefinition", "property": "type"},
    }


def _input(task: ServiceTask, name: str) -> dict[str, Any]:
    """An input is read from the variable of its name; a mapping says another one."""
    return {
        "id": name,
        "label": name.replace("_", " ").capitalize(),
        "type": "String",
        "feel": "required",
        "optional": name not in task.required(),
        "group": "inputs",
        "value": f"= {name}" if name in task.required() else "",
        "binding": {"type": "zeebe:input", "name": name},
    }
