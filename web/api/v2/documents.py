"""Documents beside processes: files kept in the database."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, Row, delete, insert, select

from engine.errors import AlreadyExists
from web.api import access, payload
from web.api.access import ANYBODY
from web.api.context import who
from web.api.problems import Command, Problem, invalid, missing
from web.api.routes import Routes
from web.api.schemas.operations import (
    DocumentLink,
    DocumentLinkRequest,
    DocumentMetadataRequest,
    DocumentQuery,
    DocumentReference,
)
from web.app import tables, user_content
from web.app.services import engine, now, reading, settings, writing
from web.reads.visibility import sees

routes = Routes("Document")
STORE = "database"
KEEPERS = frozenset({"admin", "operator"})  # of all documents
_STORES = frozenset({None, "", STORE})
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
    with writing() as connection:
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
    if query.get("store_id") not in _STORES:
        invalid(f"Document store '{query['store_id']}' does not exist; there is '{STORE}'")


@routes.get(
    "/documents/<document_id>",
    may="document.see",
    asks=DocumentQuery,
    media="application/octet-stream",
)
def get_document(document_id: str, query: dict[str, Any]) -> Response:
    """Return a file, as a download."""
    return _download(_stored(document_id, query))


def _stored(document_id: str, query: dict[str, Any], *, link: bool = False) -> Row[Any]:
    if query.get("store_id") not in _STORES:
        return missing("Document", document_id)
    with reading() as connection:
        found = select(_document).where(_document.c.id == document_id)
        row = connection.execute(found).one_or_none()
        if row is not None and not link and not _readable(connection, row):
            row = None
    if row is None or (row.expires_at is not None and row.expires_at <= engine().clock()):
        return missing("Document", document_id)
    if query.get("content_hash") not in {None, "", row.sha256}:
        return missing("Document with this content hash", document_id)
    return row


def _readable(connection: Connection, row: Row[Any]) -> bool:
    """Return whether the caller kept the file, or may look into the instance it belongs to."""
    caller = access.caller()
    if row.created_by == caller.username or caller.roles & KEEPERS:
        return True
    key = row.process_instance_key
    return key is not None and sees(connection, caller, key)


def _download(row: Row[Any]) -> Response:
    return user_content.attachment(row.content, row.content_type, row.file_name)


@routes.post(
    "/documents/<document_id>/links",
    may="document.see",
    asks=DocumentQuery,
    takes=DocumentLinkRequest,
    gives=DocumentLink,
    status=201,
    command=Command("CREATE"),
)
def create_document_link(
    document_id: str, query: dict[str, Any], body: dict[str, Any]
) -> dict[str, Any]:
    """Make an address that gives the file without signing in, for a while."""
    try:
        row = _stored(document_id, query)
    except Problem as refusal:
        invalid(refusal.detail)  # 404 is no answer of this operation
    expires_at = engine().clock() + timedelta(milliseconds=body["time_to_live"])
    ticket = _tickets().dumps([row.id, row.sha256, int(expires_at.timestamp() * 1000)])
    address = f"{settings().public_url.rstrip('/')}/v2/documents/links/{ticket}"
    return {"url": address, "expires_at": expires_at}


@routes.get("/documents/links/<ticket>", may=ANYBODY, media="application/octet-stream")
def get_linked_document(ticket: str) -> Response:
    """Return the file of an address that still works."""
    try:
        document_id, sha256, expires_ms = _tickets().loads(ticket)
    except BadSignature:
        missing("Link", ticket[:20])
    if engine().clock().timestamp() * 1000 >= expires_ms:
        missing("Link", ticket[:20])
    return _download(_stored(document_id, {"content_hash": sha256}, link=True))


# An older client calls this path.
@routes.post(
    "/documents/<document_id>/link",
    may="document.see",
    asks=DocumentQuery,
    takes=DocumentLinkRequest,
    gives=DocumentLink,
    status=201,
    command=Command("CREATE"),
)
def create_document_link_at_old_path(
    document_id: str, query: dict[str, Any], body: dict[str, Any]
) -> dict[str, Any]:
    """Make an address that gives the file without signing in, for a while."""
    link: dict[str, Any] = create_document_link(document_id, query, body)
    return link


def _tickets() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="document link")


@routes.delete(
    "/documents/<document_id>",
    may="document.change",
    asks=DocumentQuery,
    status=204,
    command=Command("DELETE"),
)
def delete_document(document_id: str, query: dict[str, Any]) -> None:
    """Forget a file."""
    if query.get("store_id") not in _STORES:
        missing("Document", document_id)
    row = _stored(document_id, query)
    caller = access.caller()
    if row.created_by != caller.username and not caller.roles & KEEPERS:
        raise Problem(403, "FORBIDDEN", "Only who kept a document, or an operator, may delete it")
    with writing() as connection:
        gone = connection.execute(delete(_document).where(_document.c.id == document_id))
        if gone.rowcount == 0:
            missing("Document", document_id)
