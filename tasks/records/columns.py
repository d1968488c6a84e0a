"""The columns of a file of records, worked out from the table they are kept in."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
)

from engine.store.types import UtcDateTime
from tasks.declare.columns import ID, TEXT, Mail, Row, Whole
from tasks.declare.record_kind import RecordKind

_WORD = re.compile(r"'((?:[^']|'')*)'")
_NAMED = re.compile(r"^(\w+) IN \(")


def schema_of(kind: RecordKind) -> type[Schema]:
    """Return the schema of a row: its id outside, whose it is, and what the table holds."""
    words = _words(kind)
    found: dict[str, fields.Field[Any]] = {
        column.name: _field(column, words.get(column.name, ())) for column in kind.columns
    }
    if kind.of_customer:
        found |= {
            "customer_id": Whole(1),
            "customer": fields.String(validate=ID),  # what the source calls them
            "email": Mail(validate=validate.Length(max=320)),
        }
    found["external_id"] = fields.String(required=True, validate=ID)
    return type(f"{kind.name.title()}Row", (Row,), found)


def required(kind: RecordKind) -> list[str]:
    """Return the columns that a new record must have."""
    return [c.name for c in kind.columns if not c.nullable and c.default is None]


def _words(kind: RecordKind) -> Mapping[str, tuple[str, ...]]:
    """Return the words that a column allows, as its rule in the database says."""
    found = {}
    for rule in kind.table.constraints:
        said = str(rule.sqltext) if isinstance(rule, CheckConstraint) else ""
        if named := _NAMED.match(said):
            found[named[1]] = tuple(_WORD.findall(said))
    return found


def _field(column: Column[Any], words: tuple[str, ...]) -> fields.Field[Any]:
    empty: dict[str, Any] = {"allow_none": column.nullable}
    kind = column.type
    if isinstance(kind, JSON):
        return fields.Raw(**empty)
    if isinstance(kind, Boolean):
        return fields.Boolean(**empty)
    if isinstance(kind, Integer | BigInteger):
        return Whole(**empty)
    if isinstance(kind, Float):
        return fields.Float(**empty)
    if isinstance(kind, Date):
        return fields.Date(**empty)
    if isinstance(kind, DateTime | UtcDateTime):
        return fields.AwareDateTime(**empty)
    return fields.String(validate=validate.OneOf(words) if words else TEXT, **empty)
