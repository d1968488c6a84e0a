"""Which version of a process, decision, form or file is current, and what runs beside it.

`latest` means the current version, which need not be the highest: a candidate has a higher number
and is chosen for a share of the new instances only, and who takes a version back makes another one
current. An instance keeps its side: what it calls as `latest` comes from the candidate as well.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, and_, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import store
from engine.errors import NotFound

# What can be deployed, by kind: its table and the column of its id.
KINDS: Mapping[str, tuple[Table, "Column[Any]"]] = {
    "process": (store.definition, store.definition.c.process_id),
    "requirements": (store.decision_requirements, store.decision_requirements.c.id),
    "decision": (store.decision, store.decision.c.id),
    "form": (store.form, store.form.c.id),
    "resource": (store.resource, store.resource.c.id),
}
_release, _candidate = store.release.c, store.candidate.c
# Deployments that were never current.
NEVER_CURRENT = select(_candidate.deployment_key).where(_candidate.state != "PROMOTED")


def is_current(kind: str, table: Any = None) -> Any:
    """Return the join condition of a table of versions with its release row."""
    versions = KINDS[kind][0] if table is None else table
    return and_(_release.kind == kind, _release.current_key == versions.c.key)


def latest(
    connection: Connection,
    kind: str,
    name: str,
    *,
    version: int | None = None,
    version_tag: str | None = None,
) -> int:
    """Return the key of the current version, or of the newest with that number or tag.

    Raises NotFound.
    """
    wanted = {"kind": kind, "value": name, "version": version, "tag": version_tag}
    statement = _found(kind, numbered=version is not None, tagged=version_tag is not None)
    key: int | None = connection.execute(statement, wanted).scalar()
    if key is None:
        raise NotFound(f"no {kind} '{name}'" + _which(version, version_tag))
    return key


def make_current(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let `latest` mean other versions from now on: rows of pv_release."""
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = made(store.release)
    moved = {name: statement.excluded[name] for name in ("current_key", "changed_at", "changed_by")}
    if rows:
        upsert = statement.on_conflict_do_update(index_elements=["kind", "name"], set_=moved)
        connection.execute(upsert, list(rows))


def forget(connection: Connection, kind: str, name: str, key: int) -> int | None:
    """Let the version before a deleted one be current; return it if the deleted one was."""
    table, column = KINDS[kind]
    before = (
        select(table.c.key)
        .where(column == name, table.c.deployment_key.not_in(NEVER_CURRENT))
        .order_by(table.c.version.desc())
        .limit(1)
    )
    place = (_release.kind == kind) & (_release.name == name) & (_release.current_key == key)
    left: int | None = connection.execute(before).scalar()
    if left is None:
        connection.execute(delete(store.release).where(place))
        return None
    moved = connection.execute(update(store.release).where(place).values(current_key=left))
    return left if moved.rowcount else None


@cache
def _found(kind: str, *, numbered: bool, tagged: bool) -> "Select[Any]":
    table, name = KINDS[kind]
    if not (numbered or tagged):
        return select(_release.current_key).where(
            _release.kind == bindparam("kind"), _release.name == bindparam("value")
        )
    statement = select(table.c.key).where(name == bindparam("value"))
    if numbered:
        statement = statement.where(table.c.version == bindparam("version"))
    if tagged:
        statement = statement.where(table.c.version_tag == bindparam("tag"))
    return statement.order_by(table.c.version.desc()).limit(1)


def _which(version: int | None, version_tag: str | None) -> str:
    if version is not None:
        return f" in version {version}"
    return f" with version tag '{version_tag}'" if version_tag is not None else ""
