"""The catalogue of events (H-2): which there are and what their payload holds."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from tasks.events import payloads
from tasks.events.payloads import LONGEST_ID

_id = validate.Length(1, LONGEST_ID)


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


# every type, and what its payload may hold: only these fields are taken
SCHEMAS: dict[str, type[Schema]] = {
    "order.placed": payloads.OrderPlaced,
    "order.delivered": payloads.OrderDelivered,
    "order.returned": payloads.OrderReturned,
    "contract.signed": payloads.Contract,
    "contract.expiring": payloads.Contract,
    "contract.cancelled": payloads.ContractCancelled,
    "relationship.improved": payloads.RelationshipImproved,
    "invoice.disputed": payloads.Owed,
    "payment.failed": payloads.Owed,
    "interaction.received": payloads.InteractionReceived,
    "message.delivered": payloads.Reaction,
    "message.opened": payloads.Reaction,
    "message.clicked": payloads.Reaction,
    "message.replied": payloads.Reaction,
    "message.bounced": payloads.Bounce,
    "message.opted_out": payloads.Reaction,
    "message.spam": payloads.Reaction,
    "web.behaviour": payloads.WebBehaviour,
    "usage.reported": payloads.UsageReported,
    "quote.requested": payloads.Enquiry,
    "lead.created": payloads.Enquiry,
    "survey.answered": payloads.SurveyAnswered,
    "preference.changed": payloads.PreferenceChanged,
    "complaint.received": payloads.ComplaintReceived,
    "complaint.customer_replied": payloads.CustomerReplied,
    "stakeholder.left": payloads.Stakeholder,
    "stakeholder.joined": payloads.Stakeholder,
    "competitor.mentioned": payloads.CompetitorMentioned,
    "partner.task_done": payloads.PartnerTaskDone,
}
TYPES = tuple(SCHEMAS)

# events that make no sense without saying who it is about
ABOUT_SOMEBODY = frozenset(
    {
        "order.placed",
        "contract.signed",
        "contract.expiring",
        "contract.cancelled",
        "relationship.improved",
        "invoice.disputed",
        "payment.failed",
        "usage.reported",
        "preference.changed",
        "stakeholder.left",
        "stakeholder.joined",
    }
)


def schema_of(kind: str) -> Schema:
    """Answer the declared payload of a type we know."""
    return SCHEMAS[kind](unknown=EXCLUDE)


def jsonable(value: Any) -> Any:
    """Turn a checked payload back into plain JSON."""
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [jsonable(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
