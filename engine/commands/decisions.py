"""Decisions and expressions evaluated on request."""

from collections.abc import Mapping
from typing import Any

from engine import feel, store
from engine.commands import instances
from engine.errors import Invalid
from engine.schedule import timers
from engine.transaction import input_limits, releases
from engine.transaction.catalogue import DecisionVersion
from engine.transaction.instances import seen_from
from engine.transaction.unit_of_work import UnitOfWork


def evaluate(
    work: UnitOfWork,
    decision_id: str | None = None,
    decision_key: int | None = None,
    variables: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Evaluate a deployed decision and record it; return the names of EvaluateDecisionResult."""
    given = input_limits.check(variables, work.limits)
    if decision_key is None:
        if not decision_id:
            raise Invalid("say which decision: an id or a key")
        decision_key = releases.latest(work.connection, "decision", decision_id)
    decision = work.catalogue.decision(work.connection, decision_key)
    outcome = decision.model.evaluate(decision.id, given, now=timers.local(work.now, work.zone))
    output = feel.to_json(outcome.value)
    key = work.keys()
    evaluated = list(outcome.evaluated)
    row = {
        "key": key,
        "instance_key": None,
        "definition_key": None,
        "process_id": None,
        "element_id": None,
        "element_instance_key": None,
        "decision_key": decision.key,
        "decision_id": decision.id,
        "inputs": given,
        "output": output,
        "evaluated": evaluated,
        "failure": outcome.failure,
        "state": "FAILED" if outcome.failure else "EVALUATED",
        "evaluated_at": work.now,
        "evaluated_by": work.actor,
    }
    work.changes.put(store.decision_instance, key, row)
    return _answer(decision, key, output, evaluated, outcome.failure)


def expression(
    work: UnitOfWork,
    source: str,
    variables: Mapping[str, Any] | None = None,
    scope_key: int | None = None,
) -> feel.Result:
    """Evaluate a FEEL expression over variables, as seen from a scope if one is given."""
    seen, zone = input_limits.check(variables, work.limits), work.zone
    if scope_key is not None:
        instance = work.instance(instances.instance_of(work, scope_key))
        zone = instance.data.get("zone", "UTC")
        seen = {**seen_from(instance, scope_key), **seen}
    text = source.removeprefix("=")
    try:
        return feel.evaluate(text, seen, now=timers.local(work.now, zone))
    except ValueError as error:
        raise Invalid(f"the expression cannot be read: {error}") from error


def _answer(
    decision: DecisionVersion, key: int, output: Any, evaluated: list[Any], failure: str | None
) -> dict[str, Any]:
    return {
        "decisionDefinitionId": decision.id,
        "decisionDefinitionKey": decision.key,
        "decisionDefinitionName": decision.name,
        "decisionDefinitionVersion": decision.version,
        "decisionEvaluationKey": key,
        "decisionInstanceKey": key,
        "decisionRequirementsId": decision.requirements_id,
        "decisionRequirementsKey": decision.requirements_key,
        "evaluatedDecisions": [
            {"decisionEvaluationInstanceKey": f"{key}-{number}", **each}
            for number, each in enumerate(evaluated, start=1)
        ],
        "failedDecisionDefinitionId": decision.id if failure else None,
        "failureMessage": failure,
        "output": output,
    }
