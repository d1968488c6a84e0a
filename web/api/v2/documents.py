"""Documents beside processes: files kept in the database."""

import hashlib
import secrets
from typing import Any

from flask import Response, request
from sqlalchemy import delete, insert, select

from engine import store
from engine.errors import AlreadyExists
from web.api import payload, tables
from web.api.context import who
from web.api.problems import Command, Problem, invalid, missing
from web.api.routes import Routes
from web.api.schemas.operations import (
    DocumentMetadataRequest,
    DocumentQuery,
    DocumentReference,
)
from web.context import house, now, reading

routes = Routes("Document")
STORE = "database"
_metadata = DocumentMetadataRequest()
_document = tables.document


@routes.post(
    "/documents",
    may="document.change",
    asks=DocumentQuery,
    gives=DocumentReference,
    status=201,
    upload=True,
    command=Command("CREATE"),
)
def create_document(query: dict[str, Any]) -> dict[str, Any]:
    """Keep a file."""
    if request.mimetype != "multipart/form-data":
        raise Problem(415, "Unsupported Media Type", "Send the file as multipart/form-data")
    file = request.files.get("file")
    if file is None:
        return invalid("No file provided: send it in a field named 'file'")
    _check_store(query)
    said = _said()
    content = file.read()
    row = {
        "id": query.get("document_id") or secrets.token_urlsafe(18).replace("_", "a"),
        "file_name": payload.check_text(said.get("file_name") or file.filename or "document"),
        "content_type": said.get("content_type") or file.mimetype or "application/octet-stream",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "expires_at": said.get("expires_at"),
        "process_definition_id": said.get("process_definition_id"),
        "process_instance_key": said.get("process_instance_key"),
        "custom_properties": said.get("custom_properties") or {},
        "created_by": who(),
        "created_at": now(),
    }
    with store.writing(house().database) as connection:
        known = select(_document.c.id).where(_document.c.id == row["id"])
        if connection.execute(known).first() is not None:
            raise AlreadyExists(f"A document with id '{row['id']}' already exists")
        connection.execute(insert(_document), row)
    return {
        "store_id": STORE,
        "document_id": row["id"],
        "content_hash": row["sha256"],
        "metadata": row,
    }


def _said() -> dict[str, Any]:
    """Read what the sender says about the file: a part named `metadata`, as text or as a file."""
    part = request.files.get("metadata")
    raw = part.read() if part is not None else request.form.get("metadata", "{}").encode()
    said = payload.parse(raw)
    if not isinstance(said, dict):
        invalid("'metadata' is not an object")
    loaded: dict[str, Any] = _metadata.load(said)
    return loaded


def _check_store(query: dict[str, Any]) -> None:
    if query.get("store_id") not in {None, "", STORE}:
        invalid(f"Document store '{query['store_id']}' does not exist; there is '{STORE}'")


@routes.get(
    "/documents/<document_id>",
    may="document.see",
    asks=DocumentQuery,
    media="application/octet-stream",
)
def get_document(document_id: str, query: dict[str, Any]) -> Response:
    """Give a file, as a download."""
    column = _document.c
    with reading() as connection:
        row = connection.execute(select(_document).where(column.id == document_id)).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= now()):
        missing("Document", document_id)
    if query.get("content_hash") not in {None, "", row.sha256}:
        invalid(f"The document's content hash is not '{query['content_hash']}'")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(row.content, mimetype=row.content_type, headers=headers)


@routes.delete(
    "/documents/<document_id>",
    may="document.change",
    asks=DocumentQuery,
    status=204,
    command=Command("DELETE"),
)
def delete_document(document_id: str, query: dict[str, Any]) -> None:
    """Forget a file."""
    _check_store(query)
    with store.writing(house().database) as connection:
        gone = connection.execute(delete(_document).where(_document.c.id == document_id))
        if gone.rowcount == 0:
            missing("Document", document_id)
