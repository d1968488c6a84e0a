"""Deployments, process definitions, forms and other resources."""

from marshmallow import fields

from web.api.fields import Answer, Choice, Flag, Key, Request, Tenant, Text, Whole
from web.api.filters import Conditions, Filter, flag, instant, key, searching, text, whole
from web.api.filters import choice as choice_of
from web.api.schemas.operations import BatchOperationCreatedResult
from web.api.schemas.pages import page_of
from web.api.schemas.words import DEFINITION_STATES, INSTANCE_STATES


class ProcessDefinitionResult(Answer):
    """One version of a process."""

    name = Text(allow_none=True)
    resource_name = Text()
    version = Whole()
    version_tag = Text(allow_none=True)
    process_definition_id = Text()
    tenant_id = Tenant()
    process_definition_key = Key()
    has_start_form = Flag()
    state = Choice(DEFINITION_STATES, dump_default="ACTIVE")


class ProcessDefinitionFilter(Conditions):
    """Which process definitions."""

    name = text()
    is_latest_version = flag()
    resource_name = text()
    version = whole()
    version_tag = text()
    process_definition_id = text()
    tenant_id = text()
    process_definition_key = key()
    has_start_form = flag()
    state = choice_of(DEFINITION_STATES)


ProcessDefinitionSearch = searching(
    "ProcessDefinition",
    ProcessDefinitionFilter,
    "name process_definition_id process_definition_key resource_name tenant_id version version_tag",
)
ProcessDefinitionPage = page_of(ProcessDefinitionResult)


class FormResult(Answer):
    """A form, its form-js JSON as text."""

    tenant_id = Tenant()
    form_id = Text()
    schema = Text()
    version = Whole()
    form_key = Key()


class ResourceResult(Answer):
    """A deployed file."""

    resource_name = Text()
    version = Whole()
    version_tag = Text(allow_none=True)
    resource_id = Text()
    tenant_id = Tenant()
    resource_key = Key()


class DeleteResourceRequest(Request):
    """How to delete a resource."""

    operation_reference = Whole(allow_none=True)
    delete_history = Flag(allow_none=True)


class DeleteResourceResponse(Answer):
    """What was deleted."""

    resource_key = Key()
    batch_operation = fields.Nested(BatchOperationCreatedResult, allow_none=True)


class DeploymentProcessResult(Answer):
    """A deployed process."""

    process_definition_id = Text()
    process_definition_version = Whole()
    resource_name = Text()
    tenant_id = Tenant()
    process_definition_key = Key()


class DeploymentDecisionResult(Answer):
    """A deployed decision."""

    decision_definition_id = Text()
    version = Whole()
    name = Text()
    tenant_id = Tenant()
    decision_requirements_id = Text()
    decision_definition_key = Key()
    decision_requirements_key = Key()


class DeploymentDecisionRequirementsResult(Answer):
    """A deployed file of decisions."""

    decision_requirements_id = Text()
    decision_requirements_name = Text()
    version = Whole()
    resource_name = Text()
    tenant_id = Tenant()
    decision_requirements_key = Key()


class DeploymentFormResult(Answer):
    """A deployed form."""

    form_id = Text()
    version = Whole()
    resource_name = Text()
    tenant_id = Tenant()
    form_key = Key()


class DeploymentResourceResult(Answer):
    """Any other deployed file."""

    resource_id = Text()
    resource_name = Text()
    version = Whole()
    tenant_id = Tenant()
    resource_key = Key()


class DeploymentMetadataResult(Answer):
    """One thing of a deployment: one member says what, the others are null."""

    process_definition = fields.Nested(DeploymentProcessResult, allow_none=True)
    decision_definition = fields.Nested(DeploymentDecisionResult, allow_none=True)
    decision_requirements = fields.Nested(DeploymentDecisionRequirementsResult, allow_none=True)
    form = fields.Nested(DeploymentFormResult, allow_none=True)
    resource = fields.Nested(DeploymentResourceResult, allow_none=True)


class DeploymentResult(Answer):
    """What a deployment brought."""

    deployment_key = Key()
    tenant_id = Tenant()
    deployments = fields.List(fields.Nested(DeploymentMetadataResult), dump_default=list)


class ElementStatisticsFilter(Conditions):
    """Which instances to count."""

    start_date = instant()
    end_date = instant()
    state = choice_of(INSTANCE_STATES)
    tenant_id = text()
    has_incident = flag()
    process_instance_key = key()
    parent_process_instance_key = key()
    parent_element_instance_key = key()
    element_id = text()
    business_id = text()


class ElementStatisticsRequest(Request):
    """Which instances to count."""

    filter = fields.Nested(ElementStatisticsFilter, allow_none=True, load_default=dict)


class ElementStatisticsResult(Answer):
    """How often an element is and was reached."""

    element_id = Text()
    active = Whole()
    canceled = Whole()
    incidents = Whole()
    completed = Whole()


class ElementStatistics(Answer):
    """Counts per element."""

    items = fields.List(fields.Nested(ElementStatisticsResult), dump_default=list)


class InstanceStatisticsResult(Answer):
    """Running instances of a process."""

    process_definition_id = Text()
    tenant_id = Tenant()
    latest_process_definition_name = Text(allow_none=True)
    has_multiple_versions = Flag()
    active_instances_without_incident_count = Whole()
    active_instances_with_incident_count = Whole()


class VersionStatisticsResult(Answer):
    """Running instances of one version."""

    process_definition_id = Text()
    process_definition_key = Key()
    process_definition_name = Text(allow_none=True)
    tenant_id = Tenant()
    process_definition_version = Whole()
    active_instances_without_incident_count = Whole()
    active_instances_with_incident_count = Whole()


class NoFilter(Conditions):
    """Every process."""


class VersionStatisticsFilter(Conditions):
    """Which process."""

    process_definition_id = Filter(Text(), required=True)
    tenant_id = text()


InstanceStatisticsSearch = searching(
    "ProcessDefinitionInstanceStatistics",
    NoFilter,
    "process_definition_id active_instances_with_incident_count"
    " active_instances_without_incident_count",
)
InstanceStatisticsPage = page_of(InstanceStatisticsResult)
VersionStatisticsSearch = searching(
    "ProcessDefinitionInstanceVersionStatistics",
    VersionStatisticsFilter,
    "process_definition_id process_definition_key process_definition_name"
    " process_definition_version active_instances_with_incident_count"
    " active_instances_without_incident_count",
)
VersionStatisticsPage = page_of(VersionStatisticsResult)
