"""Events from the outside: orders, deliveries, clicks, complaints."""

from marshmallow import fields, validate

from web.api.fields import Answer, Flag, Instant, Json, Request, Text, Variables, texts

MAXIMUM = 500
_NAME = validate.Length(min=1, max=200)


class CustomerReference(Request):
    """Whom it is about: any of these."""

    id = Json(allow_none=True)
    external_id = Text(data_key="external_id", allow_none=True, validate=_NAME)
    email = Text(allow_none=True, validate=validate.Length(max=320))
    phone = Text(allow_none=True, validate=validate.Length(max=50))


class EventRequest(Request):
    """Something that happened; `source` and `event_id` together name it once and for all."""

    event_id = Text(data_key="event_id", required=True, validate=_NAME)
    type = Text(required=True, validate=validate.Length(min=1, max=100))
    occurred_at = Instant(data_key="occurred_at", required=True)
    source = Text(required=True, validate=_NAME)
    customer = fields.Nested(CustomerReference, allow_none=True)
    payload = Variables(allow_none=True)


class SignedEventRequest(Request):
    """A webhook by Standard Webhooks 1.0; the headers carry its id, time and signature."""

    type = Text(required=True, validate=validate.Length(min=1, max=100))
    timestamp = Instant(required=True)
    data = Variables(required=True)


class EventResult(Answer):
    """What became of an event; a repeated one gets the first answer again."""

    event_id = Text(data_key="event_id")
    accepted = Flag(dump_default=True)
    type = Text(allow_none=True)
    customer_id = Json(data_key="customer_id", allow_none=True)
    effect = Json(allow_none=True)
    not_taken = texts(data_key="not_taken", dump_default=list)  # fields of the payload left out
    problem = Text(allow_none=True)


class EventResults(Answer):
    """What became of each event of a batch, in its order."""

    items = fields.List(fields.Nested(EventResult), dump_default=list)
