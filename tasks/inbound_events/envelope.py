"""What every event has, whatever its type."""

from marshmallow import EXCLUDE, Schema, fields, validate

from tasks.declare.instants import Instant
from tasks.declare.payload import ID, LONGEST_ID


class CustomerReference(Schema):
    """Who it is about: our number, or what others know of him."""

    id = fields.Integer(strict=True)
    external_id = fields.String(validate=ID)
    email = fields.Email(validate=validate.Length(max=LONGEST_ID))
    phone = fields.String(validate=validate.Length(3, 40))


class Envelope(Schema):
    """The envelope of an event."""

    class Meta:
        """Leave other fields out."""

        unknown = EXCLUDE

    event_id = fields.String(required=True, validate=ID)
    type = fields.String(required=True)
    occurred_at = Instant(required=True)
    source = fields.String(required=True, validate=ID)
    customer = fields.Nested(CustomerReference, load_default=None, unknown=EXCLUDE)
    payload = fields.Dict(keys=fields.String(), load_default=dict)
