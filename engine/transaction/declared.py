"""What the properties of a process say about an instance: whom it is about, what it is one per."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from engine import feel, runtime
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.limits import NAME_CHARACTERS
from engine.model import Step
from engine.schedule import timers
from engine.transaction.instances import Instance
from engine.transaction.pending import Pending

CUSTOMER = ExpressionAttribute("= customer_id")  # unless the process says something else


def customer_expression(instance: Instance) -> ExpressionAttribute:
    """Return the expression for whom an instance is about."""
    found: ExpressionAttribute = instance.definition.declared.get("customer", CUSTOMER)
    return found


def note_customer(pending: Pending, instance: Instance, step: Step) -> None:
    """Keep whom an instance is about, if the step changed what says so."""
    expression = customer_expression(instance)
    changed = {change.name for change in step.variables if change.scope_key == instance.key}
    if changed & expression.reads:
        value = evaluate(pending, instance, expression, runtime.variables(step.state))
        instance.customer = as_text(value)


def one_open_per(pending: Pending, instance: Instance, step: Step) -> str | None:
    """Return the value of which at most one instance is open; None when the process says none."""
    expression = instance.definition.declared.get("one_open_per")
    if expression is None or step.ended:
        return None
    return as_text(evaluate(pending, instance, expression, runtime.variables(step.state)))


def evaluate(
    pending: Pending,
    instance: Instance,
    expression: ExpressionAttribute,
    variables: Mapping[str, Any],
) -> Any:
    """Return the JSON value of a process property; what fails is null."""
    now = timers.local(pending.now, instance.definition.zone or pending.zone)
    try:
        value, _ = expression.evaluate(variables, now)
        return feel.to_json(value)
    except (ValueError, ArithmeticError, TypeError, LookupError, RecursionError):
        return None


def as_text(value: Any) -> str | None:
    """Return a value as it is compared and indexed: 7 and "7" are the same customer."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    if len(text) <= NAME_CHARACTERS:
        return text
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
