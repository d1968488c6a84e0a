"""Webhooks: who is told, and how each delivery went."""

from marshmallow import fields, validate

from web.api.fields import Answer, Flag, Instant, Json, Many, Request, Text, Whole

_NAME = validate.Length(min=1, max=200)
_TYPES = validate.Length(min=1, max=50)
STATES = ("pending", "delivered", "dead")


class WebhookRequest(Request):
    """A new receiver."""

    name = Text(required=True, validate=_NAME)
    url = Text(required=True, validate=validate.Length(min=1, max=2_000))
    types = Many(Text(), required=True, validate=_TYPES)


class WebhookUpdateRequest(Request):
    """What changes; what is left out stays."""

    name = Text(validate=_NAME)
    url = Text(validate=validate.Length(min=1, max=2_000))
    types = Many(Text(), validate=_TYPES)
    active = Flag()


class WebhookResult(Answer):
    """A receiver; its secret is shown once, when it is made."""

    id = Whole()
    name = Text()
    url = Text()
    types = fields.List(Text())
    active = Flag()
    stopped_reason = Text(data_key="stopped_reason")
    created_at = Instant(data_key="created_at")
    secret = Text(allow_none=True)


class WebhookResults(Answer):
    """All receivers."""

    items = fields.List(fields.Nested(WebhookResult), dump_default=list)


class DeliveryQuery(Request):
    """Which deliveries; the newest first."""

    webhook_id = Text(
        data_key="webhook_id", load_default="", validate=validate.Regexp(r"^[0-9]{0,9}\Z")
    )
    state = Text(load_default="", validate=validate.OneOf(("", *STATES)))
    before = Text(load_default="", validate=validate.Regexp(r"^[0-9]{0,9}\Z"))


class AttemptResult(Answer):
    """One try."""

    at = Instant()
    status = Whole(allow_none=True)
    error = Text()
    answer = Text()
    milliseconds = Whole()


class DeliveryResult(Answer):
    """One event on its way to one receiver."""

    id = Whole()
    webhook_id = Whole(data_key="webhook_id")
    message_id = Text(data_key="message_id")
    type = Text()
    state = Text()
    attempts = fields.List(fields.Nested(AttemptResult))
    next_at = Instant(data_key="next_at", allow_none=True)
    data = Json()


class DeliveryResults(Answer):
    """At most a hundred deliveries; ask for more with `before`, the smallest id."""

    items = fields.List(fields.Nested(DeliveryResult), dump_default=list)


class EventTypeResult(Answer):
    """A type of event one may subscribe to."""

    type = Text()
    description = Text()
    available = Flag()


class EventTypeResults(Answer):
    """The catalogue."""

    items = fields.List(fields.Nested(EventTypeResult), dump_default=list)
