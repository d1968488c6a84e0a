"""What payloads of events share. Other fields than the declared ones are not taken."""

from marshmallow import EXCLUDE, Schema, validate

from tasks.declare.words import CHANNELS

LONGEST_ID = 200
LONGEST_TEXT = 20_000

ID = validate.Length(1, LONGEST_ID)
TEXT = validate.Length(max=LONGEST_TEXT)
SAID = validate.Length(1, LONGEST_TEXT)
CHANNEL = validate.OneOf(CHANNELS)
MONEY = validate.Range(-(10**15), 10**15)  # minor units


class Payload(Schema):
    """The payload of an event."""

    class Meta:
        """Leave other fields out."""

        unknown = EXCLUDE
