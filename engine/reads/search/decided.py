"""What a decision read and said, in the words and shapes of the API."""

from typing import Any

from sqlalchemy import Connection, select

from engine import store
from engine.store.types import dumps

_n = store.decision


def known_decisions(connection: Connection, requirements_key: int) -> dict[str, dict[str, Any]]:
    """Return key and version of each decision of a file, by id."""
    statement = select(_n.c.id, _n.c.key, _n.c.version).where(
        _n.c.requirements_key == requirements_key
    )
    return {
        row.id: {"decision_definition_key": row.key, "decision_definition_version": row.version}
        for row in connection.execute(statement)
    }


def evaluated(outcome: dict[str, Any], known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Rewrite an outcome of the engine: values as JSON text, the root decision first in number."""
    key = outcome["decisionEvaluationKey"]
    decisions = outcome["evaluatedDecisions"]
    named = {_snake(name): value for name, value in outcome.items()}
    return named | {
        "output": dumps(outcome.get("output")),
        "evaluated_decisions": [
            _decision(each, f"{key}-{len(decisions) - place}", known)
            for place, each in enumerate(decisions)
        ],
    }


def _decision(each: dict[str, Any], key: str, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    decision_id = each["decisionDefinitionId"]
    return {
        "decision_definition_id": decision_id,
        "decision_definition_name": each.get("decisionDefinitionName") or decision_id,
        "decision_definition_type": each["decisionDefinitionType"],
        "decision_evaluation_instance_key": key,
        "output": dumps(each.get("output")),
        "matched_rules": [_rule(rule) for rule in each.get("matchedRules") or ()],
        "evaluated_inputs": [
            {
                "input_id": read["inputId"] or "",
                "input_name": read.get("inputName") or "",
                "input_value": dumps(read.get("inputValue")),
            }
            for read in each.get("evaluatedInputs") or ()
        ],
        **known.get(decision_id, {"decision_definition_key": 0, "decision_definition_version": 0}),
    }


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    place = {"rule_id": rule["ruleId"], "rule_index": rule["ruleIndex"]}
    outputs = [
        {
            "output_id": said["outputId"] or "",
            "output_name": said.get("outputName") or "",
            "output_value": dumps(said.get("outputValue")),
        }
        | place
        for said in rule["evaluatedOutputs"]
    ]
    return place | {"evaluated_outputs": outputs}


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
