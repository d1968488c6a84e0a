"""`/crm/v1/records/{kind}`: records of every described kind, by the ids of other systems."""

import json
from dataclasses import asdict
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from tasks import imports, records
from tasks.declare.record_kind import RecordKind
from tasks.installed import SUBJECTS
from web.api.context import who
from web.api.problems import Problem, missing
from web.api.routes import Routes
from web.api.schemas.records import (
    RecordPage,
    RecordPageQuery,
    RecordQuery,
    RecordResult,
    RecordShown,
)
from web.app.services import now, services

routes = Routes("Record")


@routes.get("/records/<kind>", may="import.export", asks=RecordPageQuery, gives=RecordPage)
def list_records(kind: str, query: dict[str, Any]) -> dict[str, Any]:
    """List the records of a kind in the order in which they changed.

    Ask again with the `cursor` of the answer as `changed_since` to get what changed meanwhile.
    """
    with Session(services().database) as session:
        found = records.changed(
            session, _kind(kind), query["source"], query["changed_since"], query["limit"]
        )
    return asdict(found)


@routes.get(
    "/records/<kind>/<external_id>", may="import.export", asks=RecordQuery, gives=RecordShown
)
def get_record(kind: str, external_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return one record by the id that a source gives it."""
    with Session(services().database) as session:
        item = records.shown(session, _kind(kind), query["source"], external_id)
    return {"item": item}


@routes.put(
    "/records/<kind>/<external_id>", may="import.make", asks=RecordQuery, gives=RecordResult
)
def put_record(kind: str, external_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Add a record, or change what the body says of it; what is left out stays.

    Whose it is, is said by `customer_id` (our number), `customer` (what the source calls them) or
    `email`. The same again changes nothing.
    """
    known, body = _kind(kind), request.get_data()
    with Session(services().database) as session:
        try:
            report = imports.run(
                session,
                SUBJECTS.imports[known.name],
                _one(body, external_id),
                is_json=True,
                source=query["source"],
                by=who(),
                now=now(),
            )
        except imports.Wrong as wrong:
            told = "; ".join(f"{flaw.element}: {flaw.message}" for flaw in wrong.problems)
            raise Problem(400, "INVALID_ARGUMENT", told or wrong.message) from wrong
        item = records.shown(session, known, query["source"], external_id)
    return {"added": bool(report.added), "changed": bool(report.changed), "item": item}


def _kind(name: str) -> RecordKind:
    found = SUBJECTS.records.get(name)
    if found is None:
        missing("Kind of records", name)
    return found


def _one(body: bytes, external_id: str) -> bytes:
    """Make a file of one row, whose id is that of the address."""
    row = request.get_json(force=True, silent=True) if body else {}
    if not isinstance(row, dict):
        raise Problem(400, "INVALID_ARGUMENT", "Send an object")
    return json.dumps([row | {"external_id": external_id}]).encode()
