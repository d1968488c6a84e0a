"""What a job says to its worker: type, retries, headers, priority."""

import json
import re
from typing import Any

from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import Token
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.extensions import LinkedResource
from engine.errors import NotFound
from engine.limits import NAME_CHARACTERS

_EXTRACT = "EXTRACT_VALUE_ERROR"


def data(
    token: Token,
    job_type: ExpressionAttribute | None,
    retries: ExpressionAttribute | None,
    headers: dict[str, str],
    *,
    kind: str = "BPMN_ELEMENT",
    event: str = "UNSPECIFIED",
) -> dict[str, Any]:
    """Evaluate what a JOB wait carries."""
    name = "" if job_type is None else text(token, job_type, "job type")
    return {
        "type": name,
        "retries": 3 if retries is None else _retries(token, retries),
        "headers": headers,
        "job_kind": kind,
        "listener_event": event,
        "priority": _priority(token),
    }


def of_element(token: Token, kind: str = "BPMN_ELEMENT") -> dict[str, Any]:
    """Evaluate the job of an element with a task definition."""
    extensions = token.task_spec.extensions
    headers = dict(extensions.headers)
    if extensions.linked_resources:
        headers["linkedResources"] = json.dumps(
            [_linked(token, each) for each in extensions.linked_resources]
        )
    return data(token, extensions.job_type, extensions.retries, headers, kind=kind)


def _linked(token: Token, resource: LinkedResource) -> dict[str, str]:
    """Find a file that goes with the job; its key is what the worker asks for."""
    name = text(token, resource.id or ExpressionAttribute(""), "resource id")
    binding = resource.binding
    try:
        key = token.workflow.resolver.resource(name, binding.type, binding.version_tag)
    except NotFound as error:
        message = f"No resource '{name}' is deployed. {error.message}".strip()
        raise Fault("RESOURCE_NOT_FOUND", message) from error
    return {
        "resourceKey": str(key),
        "resourceType": resource.type,
        "linkName": resource.link_name,
    }


def text(token: Token, attribute: ExpressionAttribute, what: str) -> str:
    """Evaluate to a text that is not empty."""
    value, why = token.workflow.evaluate(attribute, token, _EXTRACT)
    if not isinstance(value, str) or not value:
        shown = token.workflow.show(value)
        raise Fault(_EXTRACT, f"The {what} gave {shown}, not a text. {why}".strip())
    return short(value, what)


def short(value: str, what: str) -> str:
    """Return a name that is not longer than names may be."""
    if len(value) > NAME_CHARACTERS:
        raise Fault(_EXTRACT, f"The {what} is longer than {NAME_CHARACTERS} characters.")
    return value


def whole(token: Token, attribute: ExpressionAttribute, what: str) -> int:
    """Evaluate to a whole number."""
    value, why = token.workflow.evaluate(attribute, token, _EXTRACT)
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,18}\s*", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        shown = token.workflow.show(value)
        raise Fault(_EXTRACT, f"The {what} gave {shown}, not a whole number. {why}".strip())
    return int(value)


def _retries(token: Token, attribute: ExpressionAttribute) -> int:
    found = whole(token, attribute, "retries")
    if found < 1:  # nobody would ever be given such a job
        raise Fault(_EXTRACT, f"The retries are {found}, not above zero.")
    return found


def _priority(token: Token) -> int:
    own = token.task_spec.extensions.job_priority
    process = token.workflow.spec.root.extensions.job_priority
    found = own or process
    return 0 if found is None else whole(token, found, "job priority")
