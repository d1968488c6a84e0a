"""Decisions: evaluate, read what was deployed and what was decided."""

import re
from typing import Any

from flask import Response

from engine.reads.search import Query
from engine.reads.search.decided import evaluated, known_decisions
from engine.reads.search.deployed import decision_xml, requirements_xml
from engine.reads.search.views import (
    DECISION_DEFINITIONS,
    DECISION_INSTANCES,
    DECISION_REQUIREMENTS,
)
from web.api.fields import to_key
from web.api.problems import Command, missing
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.decisions import (
    DecisionDefinitionPage,
    DecisionDefinitionResult,
    DecisionDefinitionSearch,
    DecisionEvaluationRequest,
    DecisionInstanceGetResult,
    DecisionInstancePage,
    DecisionInstanceSearch,
    DecisionRequirementsPage,
    DecisionRequirementsResult,
    DecisionRequirementsSearch,
    EvaluateDecisionResult,
)
from web.app import xml_response
from web.app.services import engine, reading

routes = Routes("Decision")
_INSTANCE = re.compile(r"([0-9]{1,18})-([1-9][0-9]{0,3})")


@routes.post(
    "/decision-definitions/evaluation",
    may="decision.evaluate",
    takes=DecisionEvaluationRequest,
    gives=EvaluateDecisionResult,
    command=Command("EVALUATE"),
)
def evaluate_decision(body: dict[str, Any]) -> dict[str, Any]:
    """Evaluate a decision and all that it requires; the evaluation is kept."""
    outcome = engine().decisions.evaluate(
        decision_id=body.get("decision_definition_id"),
        decision_key=body.get("decision_definition_key"),
        variables=body.get("variables") or {},
    )
    requirements_key = outcome["decisionRequirementsKey"]
    with reading() as connection:
        known = known_decisions(connection, requirements_key)
    return evaluated(outcome, known)


@routes.post(
    "/decision-definitions/search",
    may="decision.see",
    takes=DecisionDefinitionSearch,
    gives=DecisionDefinitionPage,
)
def search_decision_definitions(body: Query) -> dict[str, Any]:
    """List versions of decisions."""
    return listed(DECISION_DEFINITIONS, body)


@routes.get(
    "/decision-definitions/<decision_definition_key>",
    may="decision.see",
    gives=DecisionDefinitionResult,
)
def get_decision_definition(decision_definition_key: int) -> dict[str, Any]:
    """Return one version of a decision."""
    return found(DECISION_DEFINITIONS, decision_definition_key)


@routes.get(
    "/decision-definitions/<decision_definition_key>/xml", may="decision.see", media="text/xml"
)
def get_decision_definition_xml(decision_definition_key: int) -> Response:
    """Return the file the decision stands in, byte for byte."""
    with reading() as connection:
        content = decision_xml(connection, decision_definition_key)
    if content is None:
        missing("Decision definition", decision_definition_key)
    return xml_response.answer(content)


@routes.post(
    "/decision-requirements/search",
    may="decision.see",
    takes=DecisionRequirementsSearch,
    gives=DecisionRequirementsPage,
)
def search_decision_requirements(body: Query) -> dict[str, Any]:
    """List versions of files of decisions."""
    return listed(DECISION_REQUIREMENTS, body)


@routes.get(
    "/decision-requirements/<decision_requirements_key>",
    may="decision.see",
    gives=DecisionRequirementsResult,
)
def get_decision_requirements(decision_requirements_key: int) -> dict[str, Any]:
    """Return one version of a file of decisions."""
    return found(DECISION_REQUIREMENTS, decision_requirements_key)


@routes.get(
    "/decision-requirements/<decision_requirements_key>/xml",
    may="decision.see",
    media="text/xml",
)
def get_decision_requirements_xml(decision_requirements_key: int) -> Response:
    """Return a file of decisions, byte for byte."""
    with reading() as connection:
        content = requirements_xml(connection, decision_requirements_key)
    if content is None:
        missing("Decision requirements", decision_requirements_key)
    return xml_response.answer(content)


@routes.post(
    "/decision-instances/search",
    may="decision.see",
    takes=DecisionInstanceSearch,
    gives=DecisionInstancePage,
)
def search_decision_instances(body: Query) -> dict[str, Any]:
    """List evaluations."""
    return listed(DECISION_INSTANCES, body)


@routes.get(
    "/decision-instances/<decision_evaluation_instance>",
    may="decision.see",
    gives=DecisionInstanceGetResult,
)
def get_decision_instance(decision_evaluation_instance: str) -> dict[str, Any]:
    """Return one evaluation with what it read and which rules matched."""
    match = _INSTANCE.fullmatch(decision_evaluation_instance)
    if match is None:
        missing("Decision instance", decision_evaluation_instance)
    key, number = to_key(match[1]), int(match[2])
    root = found(DECISION_INSTANCES, f"{key}-1")
    with reading() as connection:
        known = known_decisions(connection, root["decision_requirements_key"])
    decided = evaluated(
        {"evaluatedDecisions": root["evaluated"], "decisionEvaluationKey": key}, known
    )
    for each in decided["evaluated_decisions"]:
        if each["decision_evaluation_instance_key"] == f"{key}-{number}":
            return {**root, **each, "result": each["output"]}
    return missing("Decision instance", decision_evaluation_instance)
