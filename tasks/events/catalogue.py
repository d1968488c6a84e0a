"""The catalogue of events (H-2): which there are and what their payload holds."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from tasks.records.consents import PURPOSES
from tasks.records.customers import CHANNELS

LONGEST_ID = 200
LONGEST_TEXT = 20_000
MOST_LINES = 1_000

_id = validate.Length(1, LONGEST_ID)
_channel = validate.OneOf(CHANNELS)
_money = validate.Range(-(10**15), 10**15)


class CustomerReference(Schema):
    """Who it is about: our number, or what others know of him."""

    id = fields.Integer(strict=True)
    external_id = fields.String(validate=_id)
    email = fields.Email(validate=validate.Length(max=LONGEST_ID))
    phone = fields.String(validate=validate.Length(3, 40))


class Envelope(Schema):
    """What every event has."""

    event_id = fields.String(required=True, validate=_id)
    type = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    source = fields.String(required=True, validate=_id)
    customer = fields.Nested(CustomerReference, load_default=None, unknown=EXCLUDE)
    payload = fields.Dict(keys=fields.String(), load_default=dict)


class Line(Schema):
    """One line of an order, money in minor units."""

    sku = fields.String(validate=_id)
    quantity = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 10**6))
    net = fields.Integer(strict=True, required=True, validate=_money)
    cost = fields.Integer(strict=True, validate=_money)


class OrderPlaced(Schema):
    """An order."""

    order_id = fields.String(required=True, validate=_id)
    amount = fields.Integer(strict=True, required=True, validate=_money)
    currency = fields.String(load_default=None, validate=validate.Length(equal=3))
    margin = fields.Integer(strict=True, load_default=None, validate=_money)
    lines = fields.List(
        fields.Nested(Line, unknown=EXCLUDE),
        load_default=list,
        validate=validate.Length(max=MOST_LINES),
    )
    promised_at = fields.AwareDateTime(load_default=None)
    channel = fields.String(load_default="shop", validate=_id)


class OrderDelivered(Schema):
    """An order arrived."""

    order_id = fields.String(required=True, validate=_id)
    delivered_at = fields.AwareDateTime(load_default=None)


class OrderReturned(Schema):
    """An order came back."""

    order_id = fields.String(required=True, validate=_id)
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))


class Reaction(Schema):
    """How the customer, or his mail server, took a message of ours."""

    contact_id = fields.Integer(strict=True, required=True)


class Bounce(Reaction):
    """A message came back."""

    permanent = fields.Boolean(load_default=True)


class ConsentSaid(Schema):
    """One permission given or taken back."""

    channel = fields.String(required=True, validate=_channel)
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    topic = fields.String(load_default=None, validate=_id)
    state = fields.String(required=True, validate=validate.OneOf(("allowed", "denied")))
    text_version = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))


class PreferenceChanged(Schema):
    """What the customer wants from now on; what is left out stays."""

    do_not_contact = fields.Boolean()
    consents = fields.List(
        fields.Nested(ConsentSaid, unknown=EXCLUDE),
        load_default=list,
        validate=validate.Length(max=100),
    )
    preferred_channel = fields.String(allow_none=True, validate=_channel)
    max_per_30d = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 1000))
    never_topics = fields.List(fields.String(validate=_id), validate=validate.Length(max=100))
    interests = fields.List(fields.String(validate=_id), validate=validate.Length(max=100))


class ComplaintReceived(Schema):
    """Somebody is not satisfied; three fields are enough, a name is not needed."""

    text = fields.String(required=True, validate=validate.Length(1, LONGEST_TEXT))
    channel = fields.String(load_default="email", validate=_channel)
    wish = fields.String(load_default=None, validate=validate.Length(max=LONGEST_TEXT))
    order_id = fields.String(load_default=None, validate=_id)


# types whose payload is declared: only these fields are taken
SCHEMAS: dict[str, type[Schema]] = {
    "order.placed": OrderPlaced,
    "order.delivered": OrderDelivered,
    "order.returned": OrderReturned,
    "message.delivered": Reaction,
    "message.opened": Reaction,
    "message.clicked": Reaction,
    "message.replied": Reaction,
    "message.bounced": Bounce,
    "message.opted_out": Reaction,
    "message.spam": Reaction,
    "preference.changed": PreferenceChanged,
    "complaint.received": ComplaintReceived,
}

# types that are recorded and handed to waiting processes as they are
RECORDED = (
    "contract.signed",
    "contract.expiring",
    "contract.cancelled",
    "relationship.improved",
    "invoice.disputed",
    "payment.failed",
    "interaction.received",
    "web.behaviour",
    "usage.reported",
    "quote.requested",
    "lead.created",
    "survey.answered",
    "complaint.customer_replied",
    "stakeholder.left",
    "stakeholder.joined",
    "competitor.mentioned",
    "partner.task_done",
)

TYPES = (*SCHEMAS, *RECORDED)

# events that make no sense without saying who it is about
ABOUT_SOMEBODY = ("order.placed", "preference.changed")


def schema_of(kind: str) -> Schema | None:
    """Find the declared payload of a type; None when any payload is taken."""
    found = SCHEMAS.get(kind)
    return None if found is None else found(unknown=EXCLUDE)


def jsonable(value: Any) -> Any:
    """Turn a checked payload back into plain JSON."""
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [jsonable(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
