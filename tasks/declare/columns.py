"""What columns of files share, and what may stand in them. Money: 1250 is 12.50."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine.text import Unreadable
from engine.text.digits import ascii_digits
from engine.text.emails import read_email

LONGEST_ID = 200
LONGEST_TEXT = 20_000
ID = validate.Length(1, LONGEST_ID)
TEXT = validate.Length(max=LONGEST_TEXT)
CURRENCY = validate.Regexp(r"^[A-Z]{3}\Z", error="Three capitals, like EUR.")


class Whole(fields.Field[int]):
    """A whole number, in JSON or as text; nothing is rounded."""

    def __init__(self, low: int = -(10**15), high: int = 10**15, **options: Any) -> None:
        super().__init__(validate=validate.Range(low, high), **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if isinstance(value, str):
            plain = ascii_digits(value.strip()).replace("\u2212", "-")
            text = plain.removeprefix("-")
            if text.isdecimal() and len(text) < 19:
                return int(plain)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise ValidationError("A whole number is needed; money in minor units: 1250 for 12.50.")


class Mail(fields.String):
    """An e-mail address that can be delivered, in the form it is kept in."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        try:
            return read_email(str(super()._deserialize(value, *args, **options)))
        except Unreadable as error:
            raise ValidationError(str(error)) from None


class Row(Schema):
    """What all rows share: a column that is not known is refused, or it would be lost unseen."""

    class Meta:
        """Refuse it."""

        unknown = RAISE


class OfSomebody(Row):
    """Whose it is: one of these."""

    customer_id = Whole(1)
    external_id = fields.String(validate=ID)
    email = Mail(validate=validate.Length(max=320))
