"""Records of described kinds: their columns are those of the kind."""

from marshmallow import fields, validate

from web.api.fields import Answer, Flag, Request, Text, Whole
from web.api.schemas.imports import SOURCE


class RecordQuery(Request):
    """Whose ids are meant."""

    source = Text(load_default="import", validate=SOURCE)


class RecordPageQuery(RecordQuery):
    """Since when, and how many."""

    changed_since = Text(data_key="changed_since", load_default="")
    limit = Whole(load_default=100, validate=validate.Range(1, 500))


class RecordPage(Answer):
    """Some records, and where to go on."""

    items = fields.List(fields.Dict(), dump_default=list)
    cursor = Text()


class RecordShown(Answer):
    """A record."""

    item = fields.Dict()


class RecordResult(Answer):
    """What became of a record, and the record."""

    added = Flag()
    changed = Flag()
    item = fields.Dict()
