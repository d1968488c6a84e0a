"""Process instances: create, look, change."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from web.api.fields import (
    Answer,
    Choice,
    Duration,
    Flag,
    Instant,
    Json,
    Key,
    Many,
    Request,
    Tenant,
    Text,
    Variables,
    Whole,
    tags,
    texts,
)
from web.api.filters import (
    Conditions,
    Exactly,
    choice,
    either,
    flag,
    instant,
    key,
    searching,
    text,
    variables,
    whole,
)
from web.api.schemas.pages import page_of
from web.api.schemas.words import ELEMENT_STATES, INSTANCE_STATES

_TAG = validate.Regexp(r"^[A-Za-z][A-Za-z0-9_\-:.]{0,99}$")


class StartInstruction(Request):
    """Start at this element instead of the start event."""

    element_id = Text(required=True)


class TerminateInstruction(Request):
    """End the instance after this element."""

    type = Choice(["TERMINATE_PROCESS_INSTANCE"], load_default="TERMINATE_PROCESS_INSTANCE")
    after_element_id = Text(required=True)


class CreateProcessInstanceRequest(Request):
    """Which process to start and with what: by id (latest, version or version tag) or by key."""

    process_definition_id = Text(allow_none=True)
    process_definition_key = Key(allow_none=True)
    process_definition_version = Whole(allow_none=True)
    process_definition_version_tag = Text(allow_none=True)
    variables = Variables(allow_none=True)
    tenant_id = Text(allow_none=True)
    operation_reference = Whole(allow_none=True)
    start_instructions = Many(fields.Nested(StartInstruction), allow_none=True)
    runtime_instructions = Many(fields.Nested(TerminateInstruction), allow_none=True)
    await_completion = Flag(allow_none=True)
    fetch_variables = texts(allow_none=True)
    request_timeout = Duration(allow_none=True)
    tags = Many(Text(validate=_TAG), most=10, allow_none=True)
    business_id = Text(allow_none=True, validate=validate.Length(max=256))

    @validates_schema
    def _names_one(self, data: dict[str, Any], **_: Any) -> None:
        named = [data.get("process_definition_id"), data.get("process_definition_key")]
        if sum(value is not None for value in named) != 1:
            raise ValidationError("Give one of processDefinitionId and processDefinitionKey.")


class CreateProcessInstanceResult(Answer):
    """The instance that was started."""

    process_definition_id = Text()
    process_definition_version = Whole()
    tenant_id = Tenant()
    variables = Json(dump_default=dict)
    process_definition_key = Key()
    process_instance_key = Key()
    tags = tags()
    business_id = Text(allow_none=True)


class ProcessInstanceResult(Answer):
    """One run of a process."""

    process_definition_id = Text()
    process_definition_name = Text(allow_none=True)
    process_definition_version = Whole()
    process_definition_version_tag = Text(allow_none=True)
    start_date = Instant()
    end_date = Instant(allow_none=True)
    state = Choice(INSTANCE_STATES)
    suspended_date = Instant(allow_none=True)
    has_incident = Flag()
    tenant_id = Tenant()
    process_instance_key = Key()
    process_definition_key = Key()
    parent_process_instance_key = Key(allow_none=True)
    parent_element_instance_key = Key(allow_none=True)
    root_process_instance_key = Key(allow_none=True)
    tags = tags()
    business_id = Text(allow_none=True)


class ProcessInstanceFilter(Conditions):
    """Which process instances."""

    process_definition_id = text()
    process_definition_name = text()
    process_definition_version = whole()
    process_definition_version_tag = text()
    process_definition_key = key()
    start_date = instant()
    end_date = instant()
    state = choice(INSTANCE_STATES)
    has_incident = flag()
    suspended_date = instant()
    tenant_id = text()
    variables = variables()
    process_instance_key = key()
    parent_process_instance_key = key()
    parent_element_instance_key = key()
    batch_operation_id = text()
    batch_operation_key = text()
    error_message = text()
    has_retries_left = flag()
    element_instance_state = choice(ELEMENT_STATES)
    element_id = text()
    has_element_instance_incident = flag()
    incident_error_hash_code = whole()
    tags = Exactly(Many(Text(), most=10))
    business_id = text()


ProcessInstanceOrFilter = either(ProcessInstanceFilter)
ProcessInstanceSearch = searching(
    "ProcessInstance",
    ProcessInstanceOrFilter,
    "business_id end_date has_incident parent_element_instance_key parent_process_instance_key"
    " process_definition_id process_definition_key process_definition_name"
    " process_definition_version process_definition_version_tag process_instance_key start_date"
    " state suspended_date tenant_id",
)
ProcessInstancePage = page_of(ProcessInstanceResult)


class OperationRequest(Request):
    """Nothing but a reference of the caller's own."""

    operation_reference = Whole(allow_none=True)


class CallHierarchyEntry(Answer):
    """An instance on the way from the root to this one."""

    process_instance_key = Key()
    process_definition_key = Key()
    process_definition_name = Text()


class SequenceFlowResult(Answer):
    """A taken sequence flow."""

    sequence_flow_id = Text()
    process_instance_key = Key()
    root_process_instance_key = Key(allow_none=True)
    process_definition_key = Key()
    process_definition_id = Text()
    element_id = Text()
    tenant_id = Tenant()


class SequenceFlows(Answer):
    """The taken sequence flows of an instance."""

    items = fields.List(fields.Nested(SequenceFlowResult), dump_default=list)
