"""What payloads of events share. Other fields than the declared ones are not taken."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

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


def not_taken(schema: Schema, data: Any, path: str = "payload") -> Iterator[str]:
    """Yield the fields of `data` that the schema leaves out, each with the nearest right name."""
    if not isinstance(data, Mapping):
        return
    known = {field.data_key or name: field for name, field in schema.fields.items()}
    for name, value in data.items():
        if name not in known:
            near = get_close_matches(str(name), known, 1)
            yield f"{path}.{name}" + (f" (did you mean '{near[0]}'?)" if near else "")
            continue
        field, values = known[name], [(f"{path}.{name}", value)]
        if isinstance(field, fields.List) and isinstance(value, list):
            field = field.inner
            values = [(f"{path}.{name}.{place}", each) for place, each in enumerate(value)]
        if isinstance(field, fields.Nested):
            for where, inner in values:
                yield from not_taken(field.schema, inner, where)
