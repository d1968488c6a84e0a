"""Decisions and expressions."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from engine.limits import DEFAULT
from web.api.fields import (
    Answer,
    Choice,
    Instant,
    Json,
    Key,
    Request,
    Tenant,
    Text,
    Variables,
    Whole,
)
from web.api.filters import Conditions, choice, flag, instant, key, searching, text, whole
from web.api.schemas.pages import page_of
from web.api.schemas.words import DECISION_STATES, DECISION_TYPES


class DecisionEvaluationRequest(Request):
    """Which decision, by id (latest) or key, and what it is told."""

    decision_definition_id = Text(allow_none=True)
    decision_definition_key = Key(allow_none=True)
    variables = Variables(allow_none=True)
    tenant_id = Text(allow_none=True)

    @validates_schema
    def _names_one(self, data: dict[str, Any], **_: Any) -> None:
        named = [data.get("decision_definition_id"), data.get("decision_definition_key")]
        if sum(value is not None for value in named) != 1:
            raise ValidationError("Give one of decisionDefinitionId and decisionDefinitionKey.")


class EvaluatedInput(Answer):
    """What a decision read; the value is JSON text."""

    input_id = Text()
    input_name = Text()
    input_value = Text()


class EvaluatedOutput(Answer):
    """What a rule said; the value is JSON text."""

    output_id = Text()
    output_name = Text()
    output_value = Text()
    rule_id = Text(allow_none=True)
    rule_index = Whole(allow_none=True)


class MatchedRule(Answer):
    """A rule that matched; its index starts at 1."""

    rule_id = Text()
    rule_index = Whole()
    evaluated_outputs = fields.List(fields.Nested(EvaluatedOutput), dump_default=list)


class EvaluatedDecision(Answer):
    """One decision of the graph; the output is JSON text."""

    decision_definition_id = Text()
    decision_definition_name = Text()
    decision_definition_version = Whole()
    decision_definition_type = Text()
    output = Text()
    tenant_id = Tenant()
    matched_rules = fields.List(fields.Nested(MatchedRule), dump_default=list)
    evaluated_inputs = fields.List(fields.Nested(EvaluatedInput), dump_default=list)
    decision_definition_key = Key()
    decision_evaluation_instance_key = Text()


class EvaluateDecisionResult(Answer):
    """The outcome; the output is JSON text."""

    decision_definition_id = Text()
    decision_definition_key = Key()
    decision_definition_name = Text()
    decision_definition_version = Whole()
    decision_evaluation_key = Key()
    decision_instance_key = Key()
    decision_requirements_id = Text()
    decision_requirements_key = Key()
    evaluated_decisions = fields.List(fields.Nested(EvaluatedDecision), dump_default=list)
    failed_decision_definition_id = Text(allow_none=True)
    failure_message = Text(allow_none=True)
    output = Text()
    tenant_id = Tenant()


class DecisionDefinitionResult(Answer):
    """One version of a decision."""

    decision_definition_id = Text()
    decision_definition_key = Key()
    decision_requirements_id = Text()
    decision_requirements_key = Key()
    decision_requirements_name = Text()
    decision_requirements_version = Whole()
    name = Text()
    tenant_id = Tenant()
    version = Whole()


class DecisionDefinitionFilter(Conditions):
    """Which decisions."""

    decision_definition_id = text()
    decision_definition_key = key()
    name = text()
    is_latest_version = flag()
    version = whole()
    decision_requirements_id = text()
    decision_requirements_key = key()
    decision_requirements_name = text()
    decision_requirements_version = whole()
    tenant_id = text()


DecisionDefinitionSearch = searching(
    "DecisionDefinition",
    DecisionDefinitionFilter,
    "decision_definition_id decision_definition_key decision_requirements_id"
    " decision_requirements_key decision_requirements_name decision_requirements_version name"
    " tenant_id version",
)
DecisionDefinitionPage = page_of(DecisionDefinitionResult)


class DecisionRequirementsResult(Answer):
    """One version of a file of decisions."""

    decision_requirements_id = Text()
    decision_requirements_key = Key()
    decision_requirements_name = Text()
    resource_name = Text()
    tenant_id = Tenant()
    version = Whole()


class DecisionRequirementsFilter(Conditions):
    """Which files of decisions."""

    decision_requirements_id = text()
    decision_requirements_key = key()
    decision_requirements_name = text()
    resource_name = text()
    tenant_id = text()
    version = whole()


DecisionRequirementsSearch = searching(
    "DecisionRequirements",
    DecisionRequirementsFilter,
    "decision_requirements_id decision_requirements_key decision_requirements_name tenant_id"
    " version",
)
DecisionRequirementsPage = page_of(DecisionRequirementsResult)


class DecisionInstanceResult(Answer):
    """An evaluation that took place; the result is JSON text."""

    business_id = Text(allow_none=True)
    decision_definition_id = Text()
    decision_definition_key = Key()
    decision_definition_name = Text()
    decision_definition_type = Choice(DECISION_TYPES)
    decision_definition_version = Whole()
    decision_evaluation_instance_key = Text()
    decision_evaluation_key = Key()
    element_instance_key = Key(allow_none=True)
    evaluation_date = Instant()
    evaluation_failure = Text(allow_none=True)
    process_definition_key = Key(allow_none=True)
    process_instance_key = Key(allow_none=True)
    result = Text()
    root_decision_definition_key = Key()
    root_process_instance_key = Key(allow_none=True)
    state = Choice(DECISION_STATES)
    tenant_id = Tenant()


class DecisionInstanceGetResult(DecisionInstanceResult):
    """An evaluation with what it read and which rules matched."""

    evaluated_inputs = fields.List(fields.Nested(EvaluatedInput), dump_default=list)
    matched_rules = fields.List(fields.Nested(MatchedRule), dump_default=list)


class DecisionInstanceFilter(Conditions):
    """Which evaluations."""

    decision_evaluation_instance_key = text()
    state = choice(DECISION_STATES)
    evaluation_failure = text()
    evaluation_date = instant()
    decision_definition_id = text()
    decision_definition_name = text()
    decision_definition_version = whole()
    decision_definition_type = choice(DECISION_TYPES)
    tenant_id = text()
    decision_evaluation_key = key()
    process_definition_key = key()
    process_instance_key = key()
    business_id = text()
    decision_definition_key = key()
    element_instance_key = key()
    root_decision_definition_key = key()
    decision_requirements_key = key()


DecisionInstanceSearch = searching(
    "DecisionInstance",
    DecisionInstanceFilter,
    "business_id decision_definition_id decision_definition_key decision_definition_name"
    " decision_definition_type decision_definition_version decision_evaluation_instance_key"
    " decision_evaluation_key element_instance_key evaluation_date evaluation_failure"
    " process_definition_key process_instance_key root_decision_definition_key state tenant_id",
)
DecisionInstancePage = page_of(DecisionInstanceResult)


class ExpressionEvaluationRequest(Request):
    """An expression, and the variables it sees."""

    expression = Text(
        required=True, validate=validate.Length(min=1, max=DEFAULT.expression_characters)
    )
    tenant_id = Text(allow_none=True)
    scope_key = Key(allow_none=True)
    variables = Variables(allow_none=True)


class ExpressionWarning(Answer):
    """Something that was missing or wrong and became null."""

    message = Text()


class SecretReference(Answer):
    """A secret an expression names."""

    name = Text()


class ExpressionEvaluationResult(Answer):
    """The value."""

    expression = Text()
    result = Json(allow_none=True)
    warnings = fields.List(fields.Nested(ExpressionWarning), dump_default=list)
    referenced_secrets = fields.List(fields.Nested(SecretReference), dump_default=list)
