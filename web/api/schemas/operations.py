"""Batch operations, modification, migration and documents."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from web.api.fields import (
    Answer,
    Choice,
    Instant,
    Json,
    Key,
    Many,
    Request,
    Text,
    Variables,
    Whole,
)
from web.api.filters import Conditions, choice, key, searching, text
from web.api.schemas.instances import ProcessInstanceOrFilter
from web.api.schemas.pages import page_of
from web.api.schemas.words import BATCH_ITEM_STATES, BATCH_STATES, BATCH_TYPES


class VariableInstruction(Request):
    """Variables for a newly activated element or one of its scopes."""

    variables = Variables(required=True)
    scope_id = Text(load_default="", allow_none=True)


class ActivateInstruction(Request):
    """Put a token on an element."""

    element_id = Text(required=True)
    variable_instructions = Many(fields.Nested(VariableInstruction), allow_none=True)
    ancestor_element_instance_key = Key(allow_none=True)


class SourceElement(Request):
    """Tokens of an element, or one token."""

    source_type = Text(load_default="byId")
    source_element_id = Text(allow_none=True)
    source_element_instance_key = Key(allow_none=True)


class AncestorScope(Request):
    """Where a moved token lives."""

    ancestor_scope_type = Text(load_default="inferred")
    ancestor_element_instance_key = Key(allow_none=True)


class MoveInstruction(Request):
    """Take tokens from one element and put as many on another."""

    source_element_instruction = fields.Nested(SourceElement, allow_none=True)
    source_element_id = Text(allow_none=True)
    target_element_id = Text(required=True)
    ancestor_scope_instruction = fields.Nested(AncestorScope, allow_none=True)
    variable_instructions = Many(fields.Nested(VariableInstruction), allow_none=True)


class TerminateInstruction(Request):
    """Take away one token, or all of an element."""

    element_instance_key = Key(allow_none=True)
    element_id = Text(allow_none=True)


def _many(item: type[Request]) -> Many:
    return Many(fields.Nested(item), most=400, allow_none=True)


class ModificationRequest(Request):
    """How tokens of an instance are moved."""

    operation_reference = Whole(allow_none=True)
    activate_instructions = _many(ActivateInstruction)
    move_instructions = _many(MoveInstruction)
    terminate_instructions = _many(TerminateInstruction)


class MappingInstruction(Request):
    """Which element becomes which."""

    source_element_id = Text(required=True)
    target_element_id = Text(required=True)


class MigrationPlan(Request):
    """To which version an instance goes over, and which element becomes which."""

    target_process_definition_key = Key(required=True)
    mapping_instructions = Many(fields.Nested(MappingInstruction), required=True)


class MigrationRequest(MigrationPlan):
    """A plan for one instance."""

    operation_reference = Whole(allow_none=True)


class InstancesRequest(Request):
    """Which instances a batch operation takes."""

    filter = fields.Nested(ProcessInstanceOrFilter, required=True)
    operation_reference = Whole(allow_none=True)

    @validates_schema
    def _narrows(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("filter"):
            raise ValidationError("At least one condition is needed.", "filter")


class MigrateInstancesRequest(InstancesRequest):
    """Which instances go over to another version."""

    migration_plan = fields.Nested(MigrationPlan, required=True)


class ModifyInstancesRequest(InstancesRequest):
    """How tokens of many instances are moved."""

    move_instructions = Many(
        fields.Nested(MoveInstruction), most=400, required=True, validate=validate.Length(1)
    )


class BatchOperationCreatedResult(Answer):
    """The operation that was begun."""

    batch_operation_key = Key()
    batch_operation_type = Choice(BATCH_TYPES)


class BatchOperationError(Answer):
    """What went wrong for some."""

    partition_id = Whole(dump_default=1)
    type = Text()
    message = Text()


class BatchOperationResponse(Answer):
    """How far an operation is."""

    batch_operation_key = Key()
    state = Choice(BATCH_STATES)
    batch_operation_type = Choice(BATCH_TYPES)
    start_date = Instant(allow_none=True)
    end_date = Instant(allow_none=True)
    actor_type = Choice(["CLIENT", "USER"], dump_default="USER")
    actor_id = Text(allow_none=True)
    operations_total_count = Whole()
    operations_failed_count = Whole()
    operations_completed_count = Whole()
    errors = fields.List(fields.Nested(BatchOperationError), dump_default=list)


class BatchOperationFilter(Conditions):
    """Which operations."""

    batch_operation_key = key()
    operation_type = choice(BATCH_TYPES)
    state = choice(BATCH_STATES)
    actor_type = text()
    actor_id = text()


BatchOperationSearch = searching(
    "BatchOperation",
    BatchOperationFilter,
    "actor_id actor_type batch_operation_key end_date operation_type start_date state",
)
BatchOperationPage = page_of(BatchOperationResponse)


class BatchOperationItemResponse(Answer):
    """One thing an operation works on."""

    operation_type = Choice(BATCH_TYPES)
    batch_operation_key = Key()
    item_key = Text()
    process_instance_key = Key(allow_none=True)
    root_process_instance_key = Key(allow_none=True)
    state = Choice(BATCH_ITEM_STATES)
    processed_date = Instant(allow_none=True)
    error_message = Text(allow_none=True)


class BatchOperationItemFilter(Conditions):
    """Which things."""

    batch_operation_key = key()
    item_key = key()
    process_instance_key = key()
    state = choice(BATCH_ITEM_STATES)
    operation_type = choice(BATCH_TYPES)


BatchOperationItemSearch = searching(
    "BatchOperationItem",
    BatchOperationItemFilter,
    "batch_operation_key item_key processed_date process_instance_key state",
)
BatchOperationItemPage = page_of(BatchOperationItemResponse)


class DocumentMetadata(Answer):
    """What is known about a document."""

    content_type = Text()
    file_name = Text()
    expires_at = Instant(allow_none=True)
    size = Whole()
    process_definition_id = Text(allow_none=True)
    process_instance_key = Key(allow_none=True)
    custom_properties = Json(dump_default=dict)


class DocumentReference(Answer):
    """A stored document."""

    kind = Text(data_key="camunda.document.type", dump_default="camunda")
    store_id = Text()
    document_id = Text()
    content_hash = Text(allow_none=True)
    metadata = fields.Nested(DocumentMetadata)


class DocumentMetadataRequest(Request):
    """What the sender says about a document."""

    content_type = Text(allow_none=True)
    file_name = Text(allow_none=True)
    expires_at = Instant(allow_none=True)
    process_definition_id = Text(allow_none=True)
    process_instance_key = Key(allow_none=True)
    custom_properties = fields.Dict(keys=Text(), allow_none=True)


class DocumentQuery(Request):
    """Which store, which id, which content."""

    store_id = Text(allow_none=True)
    document_id = Text(
        allow_none=True, validate=validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,199}$")
    )
    content_hash = Text(allow_none=True)


class DocumentLinkRequest(Request):
    """How long a link works, in milliseconds."""

    time_to_live = Whole(load_default=3_600_000, validate=validate.Range(1, 7 * 86_400_000))


class DocumentLink(Answer):
    """An address that gives the document without signing in, for a while."""

    url = Text()
    expires_at = Instant()


class ClockPinRequest(Request):
    """The instant the clock shows from now on, in epoch milliseconds."""

    timestamp = Whole(required=True, validate=validate.Range(0, 253_402_300_799_000))
