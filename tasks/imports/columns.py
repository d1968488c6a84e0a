"""The columns of each kind of file, and what may stand in them. Money: 1250 is 12.50."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from tasks.records.consents import PURPOSES
from tasks.records.customers import CHANNELS

LONGEST_ID = 200
LONGEST_TEXT = 20_000
CONSENT = "consent_"
_id = validate.Length(1, LONGEST_ID)
_text = validate.Length(max=LONGEST_TEXT)
_currency = validate.Regexp(r"^[A-Z]{3}\Z", error="Three capitals, like EUR.")


class Whole(fields.Field[int]):
    """A whole number, in JSON or as text; nothing is rounded."""

    def __init__(self, low: int = -(10**15), high: int = 10**15, **options: Any) -> None:
        super().__init__(validate=validate.Range(low, high), **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if isinstance(value, str) and value.lstrip("-").isascii():
            text = value.removeprefix("-")
            if text.isdecimal() and len(text) < 19:
                return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise ValidationError("A whole number is needed; money in minor units: 1250 for 12.50.")


class Row(Schema):
    """What all rows share: a column that is not known is refused, or it would be lost unseen."""

    class Meta:
        """Refuse it."""

        unknown = RAISE


class CustomerRow(Row):
    """A customer; `external_id` is what the source calls him."""

    external_id = fields.String(required=True, validate=_id)
    name = fields.String(validate=validate.Length(1, 500))
    kind = fields.String(validate=validate.OneOf(("person", "company", "household")))
    email = fields.Email(validate=validate.Length(max=320))
    phone = fields.String(validate=validate.Length(3, 40))
    language = fields.String(validate=validate.Regexp(r"^[a-z]{2,3}\Z", error="Like en or fa."))
    timezone = fields.String()
    lifecycle_stage = fields.String(
        validate=validate.OneOf(("prospect", "active", "lapsed", "lost"))
    )
    relationship_since = fields.Date()
    do_not_contact = fields.Boolean()
    consents = fields.Dict(keys=fields.String(), values=fields.String())

    @pre_load
    def _gather(self, row: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Gather the columns consent_email_marketing … into one mapping."""
        said = {name.removeprefix(CONSENT): row[name] for name in row if name.startswith(CONSENT)}
        rest = {name: value for name, value in row.items() if not name.startswith(CONSENT)}
        return rest | ({"consents": {**rest.get("consents", {}), **said}} if said else {})


class ProductRow(Row):
    """A product."""

    sku = fields.String(required=True, validate=_id)
    name = fields.String(required=True, validate=validate.Length(1, 500))
    category = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))
    price = Whole(0, required=True)
    unit_cost = Whole(0, load_default=0)
    currency = fields.String(validate=_currency)
    repeatable = fields.Boolean(load_default=True)


class OfSomebody(Row):
    """Whose it is: one of these."""

    customer_id = Whole(1)
    external_id = fields.String(validate=_id)
    email = fields.Email(validate=validate.Length(max=320))


class LineRow(Row):
    """One product of a purchase."""

    sku = fields.String(validate=_id)
    quantity = Whole(1, 10**6, load_default=1)
    net = Whole(required=True)
    cost = Whole()


class PurchaseRow(OfSomebody):
    """A purchase, or one line of it: rows with the same `order_id` are one purchase."""

    order_id = fields.String(required=True, validate=_id)
    at = fields.AwareDateTime(required=True)
    amount = Whole(required=True)
    currency = fields.String(validate=_currency)
    margin = Whole()
    channel = fields.String(load_default="shop", validate=_id)
    promised_at = fields.AwareDateTime()
    delivered_at = fields.AwareDateTime()
    sku = fields.String(validate=_id)
    quantity = Whole(1, 10**6)
    net = Whole()
    cost = Whole()
    lines = fields.List(fields.Nested(LineRow), validate=validate.Length(max=1_000))


class InteractionRow(OfSomebody):
    """Something that was said."""

    interaction_id = fields.String(required=True, validate=_id)
    at = fields.AwareDateTime(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    direction = fields.String(load_default="in", validate=validate.OneOf(("in", "out")))
    text = fields.String(required=True, validate=validate.Length(1, LONGEST_TEXT))
    subject = fields.String(load_default="", validate=_text)
    agent = fields.String(validate=_id)
    case = fields.String(validate=_id)


def permission(name: str, state: str) -> tuple[str, str]:
    """Answer (channel, purpose) of "email_marketing"; raises ValueError with what is wrong."""
    channel, _, purpose = name.partition("_")
    if channel not in CHANNELS or purpose not in PURPOSES:
        raise ValueError("No channel and purpose of ours, like consent_email_marketing.")
    if state not in ("allowed", "denied"):
        raise ValueError("Say allowed or denied.")
    return channel, purpose


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError on some systems
        return False
    except KeyError:
        return False
    return True
