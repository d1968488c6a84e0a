"""The kinds of values the API speaks, as marshmallow fields, and its two kinds of schema."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, missing, pre_load, validate
from marshmallow.exceptions import ValidationError

from engine.limits import DEFAULT

BIGINT = 2**63 - 1
NOBODY = 0  # a key that no thing has
KEY = re.compile(r"(?=.{1,25}\Z)-?[0-9]+")  # as long as the contract allows, sign included


class Text(fields.String):
    """A text."""


class Flag(fields.Field[bool]):
    """True or false, nothing that looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not a valid boolean.")
        return value


class Whole(fields.Integer):
    """A whole number that fits 64 bits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if isinstance(value, str):
            raise ValidationError("Not a valid integer.")
        number: int = super()._deserialize(value, attr, data, **options)
        if abs(number) > BIGINT:
            raise ValidationError("Number too large.")
        return number


class Key(fields.Field[int]):
    """A key: a number for the engine, a string of digits outside."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if not isinstance(value, str) or not KEY.fullmatch(value):
            raise ValidationError("Not a key: a string of digits is expected.")
        return to_key(value)


def to_key(digits: str) -> int:
    """Read digits; a number no key can be becomes the key of nothing."""
    number = int(digits)
    return number if abs(number) <= BIGINT else NOBODY


class Instant(fields.Field[datetime]):
    """A point in time: ISO 8601 with a zone."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return to_iso(value) if isinstance(value, datetime) else value

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        return to_instant(value)


def to_iso(value: datetime) -> str:
    """Write an instant in UTC with milliseconds."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_instant(value: Any) -> datetime:
    """Read an ISO 8601 date-time with a zone."""
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValidationError("Not a date-time (ISO 8601).") from None
    if instant.tzinfo is None or not 1 < instant.year < 9999:
        raise ValidationError("Not a date-time with a zone (ISO 8601).")
    return instant.astimezone(UTC)


class Duration(Whole):
    """A duration in milliseconds."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        number = super()._deserialize(value, attr, data, **options)
        if abs(number) > timedelta(days=DEFAULT.timer_ahead_days) / timedelta(milliseconds=1):
            raise ValidationError("Longer than this server allows.")
        return number


class Json(fields.Raw):
    """Any JSON value."""


class Variables(fields.Dict):
    """Variables by name, within the limits every border keeps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=Text(), values=Json(allow_none=True), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError("Not an object of variables.")
        if len(value) > DEFAULT.variables_keys:
            raise ValidationError(f"More than {DEFAULT.variables_keys} variables.")
        _check_depth(value, DEFAULT.variables_depth)
        return value


def _check_depth(value: Any, depth: int) -> None:
    if depth < 0:
        raise ValidationError("Nested too deeply.")
    if isinstance(value, Mapping):
        for inner in value.values():
            _check_depth(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check_depth(inner, depth - 1)


class Choice(fields.String):
    """One of a list of words."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(validate=validate.OneOf(choices), **options)
        self.choices = choices


def camel(name: str) -> str:
    """Write a name as the API writes it."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)


TENANT = "<default>"


def check_tenants(given: Mapping[str, Any]) -> None:
    """Raise ValidationError if a request is for a tenant that is not here."""
    named = [("tenantId", given.get("tenantId"))]
    if isinstance(several := given.get("tenantIds"), list):
        named += [("tenantIds", each) for each in several]
    for member, tenant in named:
        if tenant not in (None, "", TENANT):
            told = f"There is no tenant but '{TENANT}': multi-tenancy is off."
            raise ValidationError({member: [told]})


class Request(Schema):
    """What a caller sends: camelCase outside, unknown members ignored."""

    class Meta:
        """Lenient with what later versions may add."""

        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Name the field as the API does."""
        field_obj.data_key = field_obj.data_key or camel(field_name)

    @pre_load
    def _one_tenant(self, data: Any, **_: Any) -> Any:
        if isinstance(data, dict):
            check_tenants(data)
        return data


class Answer(Request):
    """What a caller gets: every field is there, null where there is no value."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Name the field and promise it."""
        super().on_bind_field(field_name, field_obj)
        field_obj.required = True
        if field_obj.dump_default is missing:
            field_obj.dump_default = None


class Tenant(Text):
    """The one tenant there is."""

    def __init__(self) -> None:
        super().__init__(dump_default=TENANT)


class Many(fields.List[Any]):
    """A list of at most so many items; its length is judged before any item is read."""

    def __init__(self, inner: Any, most: int = 1_000, **options: Any) -> None:
        super().__init__(inner, **options)
        self.most = most

    def _deserialize(self, value: Any, *more: Any, **options: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError(f"Longer than maximum length {self.most}.")
        return super()._deserialize(value, *more, **options)


def tags() -> Many:
    """Make a field for tags."""
    return Many(Text(), dump_default=list)


def texts(**options: Any) -> Many:
    """Make a field for a list of texts."""
    return Many(Text(), **options)
