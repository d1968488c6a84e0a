"""What the payload of each kind of event holds; other fields are not taken."""

from marshmallow import EXCLUDE, Schema, fields, validate

from tasks.records.consents import PURPOSES
from tasks.records.customers import CHANNELS

LONGEST_ID = 200
LONGEST_TEXT = 20_000
MOST_LINES = 1_000

_id = validate.Length(1, LONGEST_ID)
_text = validate.Length(max=LONGEST_TEXT)
_channel = validate.OneOf(CHANNELS)
_money = validate.Range(-(10**15), 10**15)


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


class Contract(Schema):
    """A contract was signed, or comes to its end."""

    contract_id = fields.String(required=True, validate=_id)
    start = fields.Date(load_default=None)
    end = fields.Date(load_default=None)
    value = fields.Integer(strict=True, load_default=None, validate=_money)


class ContractCancelled(Contract):
    """A contract was cancelled."""

    reason = fields.String(load_default="", validate=_text)


class RelationshipImproved(Schema):
    """Something became better between us."""

    kind = fields.String(
        required=True, validate=validate.OneOf(("upgrade", "complaint_recovered", "tier_up"))
    )


class Owed(Schema):
    """An invoice is disputed, or a payment failed."""

    invoice_id = fields.String(load_default=None, validate=_id)
    amount = fields.Integer(strict=True, required=True, validate=_money)
    reason = fields.String(load_default="", validate=_text)


class InteractionReceived(Schema):
    """Somebody wrote, called or came."""

    interaction_id = fields.String(load_default=None, validate=_id)
    channel = fields.String(required=True, validate=_channel)
    direction = fields.String(load_default="in", validate=validate.OneOf(("in", "out")))
    text = fields.String(required=True, validate=validate.Length(1, LONGEST_TEXT))
    subject = fields.String(load_default="", validate=_text)
    agent = fields.String(load_default=None, validate=_id)
    case_id = fields.String(load_default=None, validate=_id)


class WebBehaviour(Schema):
    """A page was looked at."""

    page = fields.String(required=True, validate=validate.Length(1, 2_000))
    product = fields.String(load_default=None, validate=_id)
    count = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 10**6))


class UsageReported(Schema):
    """How much of something was used in a period."""

    metric = fields.String(required=True, validate=_id)
    value = fields.Float(required=True)
    period = fields.String(required=True, validate=_id)


class Enquiry(Schema):
    """Somebody may want to buy."""

    product = fields.String(load_default=None, validate=_id)
    source = fields.String(load_default=None, validate=_id)
    need = fields.String(load_default="", validate=_text)


class SurveyAnswered(Schema):
    """Answers to a survey, by question."""

    survey_id = fields.String(required=True, validate=_id)
    answers = fields.Dict(
        keys=fields.String(validate=_id), required=True, validate=validate.Length(1, 100)
    )


class CustomerReplied(Schema):
    """The customer answered about his complaint."""

    case_id = fields.String(required=True, validate=_id)
    accept = fields.Boolean(load_default=None, allow_none=True)
    text = fields.String(load_default="", validate=_text)
    channel = fields.String(load_default="email", validate=_channel)


class Stakeholder(Schema):
    """Somebody we deal with at the customer's left or joined."""

    name = fields.String(required=True, validate=_id)
    role = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))


class CompetitorMentioned(Schema):
    """The customer spoke of a competitor."""

    name = fields.String(required=True, validate=_id)
    text = fields.String(load_default="", validate=_text)


class PartnerTaskDone(Schema):
    """A partner did what he was asked; the token says which."""

    token = fields.String(required=True, validate=_id)
    result = fields.Dict(keys=fields.String(validate=_id), load_default=dict)
