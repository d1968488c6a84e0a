"""Drafts in the database: named, with every save kept; a save names its files by their digests.

A change says what it saw (the digest of the file): if somebody was faster it is `Outdated`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.errors import Conflict, NotFound
from web.app.services import reading, writing
from web.studio.tables import content, draft, save

OPEN, DEPLOYED, DISCARDED = "OPEN", "DEPLOYED", "DISCARDED"


@dataclass(frozen=True, slots=True)
class Draft:
    """A set of files that somebody works on."""

    id: int
    name: str
    state: str
    base: dict[str, Any]
    head: int
    created_by: str
    created_at: datetime
    changed_at: datetime
    ended_by: str
    ended_at: datetime | None
    deployment_key: str

    @property
    def open(self) -> bool:
        """Whether it can be changed."""
        return self.state == OPEN


@dataclass(frozen=True, slots=True)
class Save:
    """One state of all files of a draft."""

    draft_id: int
    number: int
    files: dict[str, str]  # name → digest
    note: str
    saved_by: str
    saved_at: datetime


class Outdated(Conflict):
    """Somebody else has saved this file meanwhile."""

    def __init__(self, theirs: Save) -> None:
        """Keep the newest save."""
        super().__init__()
        self.theirs = theirs


def create(
    name: str, files: Mapping[str, bytes], base: Mapping[str, Any], by: str, at: datetime
) -> int:
    """Begin a draft; return its id."""
    with writing() as connection:
        row = {
            "name": name.strip()[:200] or "?",
            "state": OPEN,
            "base": dict(base),
            "head": 1,
            "created_by": by,
            "created_at": at,
            "changed_at": at,
        }
        made: int = connection.execute(insert(draft).values(row).returning(draft.c.id)).scalar_one()
        digests = {name: _put(connection, data) for name, data in files.items()}
        _save(connection, made, 1, digests, by, at)
    return made


def listed(*, ended: bool = False) -> list[Draft]:
    """Return the drafts, the last changed first: those that are open, or those that are not."""
    query = select(draft).where((draft.c.state == OPEN) != ended)
    with reading() as connection:
        found = connection.execute(query.order_by(draft.c.changed_at.desc()).limit(200))
        return [_draft(row) for row in found]


def get(draft_id: int) -> Draft:
    """Return a draft; raise NotFound."""
    with reading() as connection:
        return _get(connection, draft_id)


def saves(draft_id: int) -> list[Save]:
    """Return the history of a draft, the newest first."""
    with reading() as connection:
        rows = connection.execute(
            select(save).where(save.c.draft_id == draft_id).order_by(save.c.number.desc())
        )
        return [_saved(row) for row in rows]


def saved(draft_id: int, number: int | None = None) -> Save:
    """Return one save of a draft, the newest by default; raise NotFound."""
    with reading() as connection:
        return _one(connection, draft_id, number or _get(connection, draft_id).head)


def files(found: Save) -> dict[str, bytes]:
    """Return the files of a save."""
    with reading() as connection:
        rows = connection.execute(
            select(content.c.sha256, content.c.content).where(
                content.c.sha256.in_(set(found.files.values()))
            )
        )
        known = {row.sha256: bytes(row.content) for row in rows}
    return {name: known[digest] for name, digest in sorted(found.files.items())}


def content_of(digest: str) -> bytes | None:
    """Return what a digest stands for; None if it was never saved."""
    with reading() as connection:
        found = connection.execute(
            select(content.c.content).where(content.c.sha256 == digest)
        ).scalar()
    return None if found is None else bytes(found)


def put(draft_id: int, name: str, data: bytes, seen: str, by: str, at: datetime) -> Save:
    """Save a file; `seen` is the digest it had, "" for a new one. Raise Outdated otherwise."""
    with writing() as connection:
        head = _head(connection, draft_id)
        digest = sha256(data).hexdigest()
        if head.files.get(name, "") not in {seen, digest}:
            raise Outdated(head)
        if head.files.get(name) == digest:
            return head
        _put(connection, data)
        return _next(connection, head, {**head.files, name: digest}, by, at, name)


def remove(draft_id: int, name: str, by: str, at: datetime) -> Save:
    """Take a file out of a draft; it stays in the saves before."""
    with writing() as connection:
        head = _head(connection, draft_id)
        if name not in head.files:
            raise NotFound
        left = {each: digest for each, digest in head.files.items() if each != name}
        return _next(connection, head, left, by, at, f"− {name}")


def restore(draft_id: int, number: int, by: str, at: datetime) -> Save:
    """Make an earlier save the newest again; what came after it stays in the history."""
    with writing() as connection:
        head = _head(connection, draft_id)
        earlier = _one(connection, draft_id, number)
        return _next(connection, head, earlier.files, by, at, f"↶ {number}")


def rename(draft_id: int, name: str, at: datetime) -> None:
    """Give a draft another name."""
    with writing() as connection:
        _head(connection, draft_id)
        row = {"name": name.strip()[:200] or "?", "changed_at": at}
        connection.execute(update(draft).where(draft.c.id == draft_id).values(row))


def end(draft_id: int, state: str, by: str, at: datetime, deployment_key: str = "") -> None:
    """Close a draft because it was deployed or discarded; its history stays."""
    with writing() as connection:
        _head(connection, draft_id)
        row = {"state": state, "ended_by": by, "ended_at": at, "deployment_key": deployment_key}
        connection.execute(update(draft).where(draft.c.id == draft_id).values(row))


def reopen(draft_id: int, at: datetime) -> None:
    """Take a discarded draft up again."""
    with writing() as connection:
        if _get(connection, draft_id).state != DISCARDED:
            raise Conflict
        row = {"state": OPEN, "ended_by": "", "ended_at": None, "changed_at": at}
        connection.execute(update(draft).where(draft.c.id == draft_id).values(row))


def _head(connection: Connection, draft_id: int) -> Save:
    """Return the newest save of an open draft; others who write wait until this is committed."""
    row = connection.execute(select(draft).where(draft.c.id == draft_id).with_for_update()).first()
    if row is None:
        raise NotFound
    if row.state != OPEN:
        raise Conflict
    return _one(connection, draft_id, row.head)


def _get(connection: Connection, draft_id: int) -> Draft:
    row = connection.execute(select(draft).where(draft.c.id == draft_id)).first()
    if row is None:
        raise NotFound
    return _draft(row)


def _one(connection: Connection, draft_id: int, number: int) -> Save:
    where = (save.c.draft_id == draft_id, save.c.number == number)
    row = connection.execute(select(save).where(*where)).first()
    if row is None:
        raise NotFound
    return _saved(row)


def _next(
    connection: Connection, head: Save, found: Mapping[str, str], by: str, at: datetime, note: str
) -> Save:
    number = head.number + 1
    row = {"head": number, "changed_at": at}
    connection.execute(update(draft).where(draft.c.id == head.draft_id).values(row))
    return _save(connection, head.draft_id, number, dict(found), by, at, note)


def _save(
    connection: Connection,
    draft_id: int,
    number: int,
    found: dict[str, str],
    by: str,
    at: datetime,
    note: str = "",
) -> Save:
    made = Save(draft_id, number, found, note[:500], by, at)
    row = {
        "draft_id": draft_id,
        "number": number,
        "files": found,
        "note": made.note,
        "saved_by": by,
        "saved_at": at,
    }
    connection.execute(insert(save).values(row))
    return made


def _put(connection: Connection, data: bytes) -> str:
    digest = sha256(data).hexdigest()
    known = select(content.c.sha256).where(content.c.sha256 == digest)
    if connection.execute(known).first() is None:
        connection.execute(insert(content).values(sha256=digest, content=data))
    return digest


def _draft(row: Row[Any]) -> Draft:
    return Draft(**row._mapping)


def _saved(row: Row[Any]) -> Save:
    return Save(**row._mapping)
