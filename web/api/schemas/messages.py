"""Messages, signals and conditions."""

from marshmallow import fields, validate

from web.api.fields import (
    Answer,
    Choice,
    Duration,
    Instant,
    Json,
    Key,
    Request,
    Tenant,
    Text,
    Variables,
    Whole,
)
from web.api.filters import Conditions, choice, instant, key, searching, text, whole
from web.api.schemas.pages import page_of
from web.api.schemas.words import SUBSCRIPTION_STATES, SUBSCRIPTION_TYPES

_NAME = validate.Length(min=1, max=1_000)


class MessagePublicationRequest(Request):
    """A message that waits up to its time to live for somebody to take it."""

    name = Text(required=True, validate=_NAME)
    correlation_key = Text(load_default="", allow_none=True)
    time_to_live = Duration(load_default=0, allow_none=True, validate=validate.Range(min=0))
    message_id = Text(allow_none=True)
    variables = Variables(allow_none=True)
    tenant_id = Text(allow_none=True)
    business_id = Text(allow_none=True)


class MessagePublicationResult(Answer):
    """The message that was taken in."""

    tenant_id = Tenant()
    message_key = Key()


class MessageCorrelationRequest(Request):
    """A message somebody must be waiting for now."""

    name = Text(required=True, validate=_NAME)
    correlation_key = Text(load_default="", allow_none=True)
    variables = Variables(allow_none=True)
    tenant_id = Text(allow_none=True)
    business_id = Text(allow_none=True)


class MessageCorrelationResult(MessagePublicationResult):
    """The message, and the instance that took it."""

    process_instance_key = Key()


class MessageSubscriptionResult(Answer):
    """Somebody waits for a message."""

    business_id = Text(allow_none=True)
    message_subscription_key = Key()
    process_definition_id = Text()
    process_definition_key = Key(allow_none=True)
    process_instance_key = Key(allow_none=True)
    root_process_instance_key = Key(allow_none=True)
    element_id = Text()
    element_instance_key = Key(allow_none=True)
    message_subscription_state = Choice(SUBSCRIPTION_STATES)
    last_updated_date = Instant()
    message_name = Text()
    correlation_key = Text(allow_none=True)
    message_subscription_type = Choice(SUBSCRIPTION_TYPES)
    tool_properties = Json(dump_default=dict)
    extension_properties = Json(dump_default=dict)
    process_definition_name = Text(allow_none=True)
    process_definition_version = Whole(allow_none=True)
    tool_name = Text(allow_none=True)
    inbound_connector_type = Text(allow_none=True)
    tenant_id = Tenant()


class MessageSubscriptionFilter(Conditions):
    """Which subscriptions."""

    business_id = text()
    message_subscription_key = key()
    process_definition_key = key()
    process_definition_id = text()
    process_instance_key = key()
    element_id = text()
    element_instance_key = key()
    message_subscription_state = choice(SUBSCRIPTION_STATES)
    last_updated_date = instant()
    message_name = text()
    correlation_key = text()
    tenant_id = text()
    message_subscription_type = choice(SUBSCRIPTION_TYPES)
    process_definition_name = text()
    process_definition_version = whole()
    tool_name = text()
    inbound_connector_type = text()


MessageSubscriptionSearch = searching(
    "MessageSubscription",
    MessageSubscriptionFilter,
    "business_id correlation_key element_id element_instance_key inbound_connector_type"
    " last_updated_date message_name message_subscription_key message_subscription_state"
    " message_subscription_type process_definition_id process_definition_name"
    " process_definition_version process_instance_key tenant_id tool_name",
)
MessageSubscriptionPage = page_of(MessageSubscriptionResult)


class CorrelatedMessageSubscriptionResult(Answer):
    """Somebody took a message."""

    business_id = Text(allow_none=True)
    correlation_key = Text(allow_none=True)
    correlation_time = Instant()
    element_id = Text()
    element_instance_key = Key(allow_none=True)
    message_key = Key()
    message_name = Text()
    partition_id = Whole(dump_default=1)
    process_definition_id = Text()
    process_definition_key = Key(allow_none=True)
    process_instance_key = Key()
    root_process_instance_key = Key(allow_none=True)
    subscription_key = Key()
    tenant_id = Tenant()


class CorrelatedMessageSubscriptionFilter(Conditions):
    """Which taken messages."""

    business_id = text()
    correlation_key = text()
    correlation_time = instant()
    element_id = text()
    element_instance_key = key()
    message_key = key()
    message_name = text()
    partition_id = whole()
    process_definition_id = text()
    process_definition_key = key()
    process_instance_key = key()
    subscription_key = key()
    tenant_id = text()


CorrelatedMessageSubscriptionSearch = searching(
    "CorrelatedMessageSubscription",
    CorrelatedMessageSubscriptionFilter,
    "correlation_key correlation_time element_id element_instance_key message_key message_name"
    " partition_id process_definition_id process_definition_key process_instance_key"
    " subscription_key tenant_id",
)
CorrelatedMessageSubscriptionPage = page_of(CorrelatedMessageSubscriptionResult)


class SignalBroadcastRequest(Request):
    """A signal for everybody who waits for it."""

    signal_name = Text(required=True, validate=_NAME)
    variables = Variables(allow_none=True)
    tenant_id = Text(allow_none=True)


class SignalBroadcastResult(Answer):
    """The signal that was sent."""

    tenant_id = Tenant()
    signal_key = Key()


class ConditionalEvaluationRequest(Request):
    """Variables that may start processes with a condition."""

    variables = Variables(required=True)
    tenant_id = Text(allow_none=True)
    process_definition_key = Key(allow_none=True)


class ProcessInstanceReference(Answer):
    """An instance that was started."""

    process_definition_key = Key()
    process_instance_key = Key()


class ConditionalEvaluationResult(Answer):
    """The instances that were started."""

    conditional_evaluation_key = Key()
    tenant_id = Tenant()
    process_instances = fields.List(fields.Nested(ProcessInstanceReference), dump_default=list)
