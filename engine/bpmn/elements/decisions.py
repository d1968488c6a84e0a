"""A business rule task's decision: evaluated in place, recorded with what it read."""

from typing import Any

from engine import feel
from engine.bpmn.elements import jobs
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import Token
from engine.errors import NotFound
from engine.model import DecisionRecord, Json


def evaluate(token: Token) -> dict[str, Json]:
    """Evaluate the called decision; return its result variable."""
    called, instance = token.task_spec.extensions.called_decision, token.workflow
    name = jobs.text(token, called.target, "decision id")
    try:
        found = instance.resolver.decision(name, called.binding.type, called.binding.version_tag)
    except NotFound as error:
        message = f"No decision '{name}' is deployed. {error.message}".strip()
        raise Fault("CALLED_DECISION_ERROR", message) from error
    model, decision_key, _ = found
    try:
        with instance.evaluation_budget.lent() as budget:
            seen = instance.view(token).flat()
            outcome = model.evaluate(name, seen, now=instance.local_now, budget=budget)
    except (ValueError, ArithmeticError, TypeError, LookupError, RecursionError) as error:
        raise Fault("DECISION_EVALUATION_ERROR", f"Decision '{name}': {error}") from error
    output = feel.to_json(outcome.value)
    instance.journal.decisions.append(
        DecisionRecord(
            instance.keys(),
            token.task_spec.name,
            token.id,
            name,
            decision_key,
            _inputs(outcome.evaluated),
            output,
            list(outcome.evaluated),
            outcome.failure,
        )
    )
    if outcome.failure:
        raise Fault("DECISION_EVALUATION_ERROR", f"Decision '{name}': {outcome.failure}")
    return {called.result_variable: output} if called.result_variable else {}


def _inputs(evaluated: list[dict[str, Any]]) -> dict[str, Json]:
    return {
        str(each.get("inputName")): each.get("inputValue")
        for decision in evaluated
        for each in decision.get("evaluatedInputs", ())
    }
