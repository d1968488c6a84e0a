"""Instants: how files and events tell them, and how diagrams and the API read them. Pure."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields


class Instant(fields.AwareDateTime):
    """A time with its zone that is in the years 1 to 9999 wherever it is read."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> datetime:
        found: datetime = super()._deserialize(value, *args, **options)
        try:
            return found.astimezone(UTC)
        except OverflowError:
            raise ValidationError("This lies outside of the years 1 to 9999.") from None


def iso(moment: datetime) -> str:
    """Return an instant as diagrams and the API read it: UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
