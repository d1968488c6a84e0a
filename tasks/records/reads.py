"""Reads records of a kind one after another, also only what changed since a cursor."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.model import Problem
from tasks.declare.record_kind import RecordKind
from tasks.records.exports import query
from tasks.records.ids import RecordId

MOST = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Some records in the order in which they changed, and where to go on."""

    items: list[dict[str, Any]]
    cursor: str


def changed(session: Session, kind: RecordKind, source: str, since: str, limit: int) -> Page:
    """Return records that changed after a cursor ("" from the beginning); raise Invalid."""
    table = kind.table
    at: Any = table.c.created_at
    if "updated_at" in table.c:
        at = func.coalesce(table.c.updated_at, at, type_=table.c.created_at.type)
    wanted = query(kind, source).add_columns(table.c.id.label("_id"), at.label("_at"))
    if since:
        then, number = _read(since)
        wanted = wanted.where(or_(at > then, (at == then) & (table.c.id > number)))
    rows = session.execute(wanted.order_by(at, table.c.id).limit(min(limit, MOST))).all()
    cursor = _write(rows[-1]._at, rows[-1]._id) if rows else since
    return Page([_plain(row) for row in rows], cursor)


def shown(session: Session, kind: RecordKind, source: str, external_id: str) -> dict[str, Any]:
    """Return one record by its id outside; raise NotFound."""
    wanted = query(kind, source).add_columns(kind.table.c.id.label("_id"))
    row = session.execute(wanted.where(RecordId.external_id == external_id)).first()
    if row is None:
        raise NotFound(f"There is no record {external_id[:60]} of {source[:60]}.")
    return _plain(row)


def _plain(row: Any) -> dict[str, Any]:
    values = {name: value for name, value in row._mapping.items() if name not in ("_id", "_at")}
    return {"id": row._id} | {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _write(at: datetime, number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), number]).encode()).decode()


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        at, number = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(at), int(number)
    except (ValueError, TypeError, binascii.Error) as error:
        message = "This is no cursor of ours."
        raise Invalid(message, [Problem(message, element="changed_since")]) from error
