"""What is deployed: processes, their versions, their drawings and start forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from engine import store
from engine.errors import NotFound
from engine.transaction.releases import is_current

_definition = store.definition.c


@dataclass(frozen=True, slots=True)
class Definition:
    """A version of a process."""

    key: int
    process_id: str
    version: int
    version_tag: str | None
    name: str | None
    documentation: str | None
    properties: dict[str, str]
    start_form: dict[str, Any] | None
    startable: bool  # without a message, timer or signal
    state: str
    resource_name: str
    deployed_at: datetime
    deployed_by: str


def definitions(connection: Connection) -> list[Definition]:
    """Return the current version of every process, by name."""
    current = _select().join(store.release, is_current("process"))
    name = func.lower(func.coalesce(_definition.name, _definition.process_id))
    rows = connection.execute(current.order_by(name)).mappings()
    return [_made(row) for row in rows]


def versions(connection: Connection, process_id: str) -> list[Definition]:
    """Return the versions of a process, the newest first."""
    rows = connection.execute(
        _select().where(_definition.process_id == process_id).order_by(_definition.version.desc())
    ).mappings()
    return [_made(row) for row in rows]


def definition(
    connection: Connection,
    key: int | None = None,
    *,
    process_id: str | None = None,
    version: int | None = None,
) -> Definition:
    """Return a version by key, or by process id and version (the current one if none is named)."""
    found = _select()
    if key is not None:
        found = found.where(_definition.key == key)
    elif version is not None:
        found = found.where(_definition.process_id == process_id, _definition.version == version)
    else:
        found = found.join(store.release, is_current("process"))
        found = found.where(_definition.process_id == process_id)
    row = connection.execute(found).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no process definition {key or process_id}")
    return _made(row)


def resource_xml(connection: Connection, definition_key: int) -> bytes:
    """Return the drawing exactly as it was deployed."""
    return _content(connection, _definition.key == definition_key, store.definition)


def decision_xml(connection: Connection, requirements_key: int) -> bytes:
    """Return the decision file exactly as it was deployed."""
    table = store.decision_requirements
    return _content(connection, table.c.key == requirements_key, table)


def start_form(connection: Connection, definition_key: int) -> dict[str, Any] | None:
    """Return the form-js schema asked when the process is started; None if there is none."""
    row = connection.execute(
        select(_definition.start_form, store.deployment.c.contents)
        .join(store.deployment, store.deployment.c.key == _definition.deployment_key)
        .where(_definition.key == definition_key)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no process definition {definition_key}")
    wanted: dict[str, Any] = row.start_form or {}
    if "embedded" in wanted:
        embedded: dict[str, Any] = wanted["embedded"]
        return embedded
    if not wanted.get("id"):
        return None
    return _deployed_form(connection, wanted, row.contents)


def latest_form(connection: Connection, form_id: str) -> dict[str, Any]:
    """Return the newest version of a form; raise NotFound."""
    schema = _deployed_form(connection, {"id": form_id}, [])
    if schema is None:
        raise NotFound(f"no form '{form_id}'")
    return schema


def _deployed_form(
    connection: Connection, wanted: dict[str, Any], items: list[dict[str, Any]]
) -> dict[str, Any] | None:
    form = store.form.c
    found = select(form.schema).where(form.id == wanted["id"])
    if wanted.get("binding") == "deployment":
        together = [
            item["key"] for item in items if (item["kind"], item["id"]) == ("form", wanted["id"])
        ]
        found = found.where(form.key.in_(together))
    elif wanted.get("binding") == "versionTag":
        found = found.where(form.version_tag == wanted.get("version_tag"))
    else:
        found = found.join(store.release, is_current("form"))
    schema: dict[str, Any] | None = connection.execute(
        found.order_by(form.version.desc()).limit(1)
    ).scalar()
    return schema


def _select() -> "Select[Any]":
    return select(store.definition, store.deployment.c.deployed_by).join(
        store.deployment, store.deployment.c.key == _definition.deployment_key
    )


def _made(row: Any) -> Definition:
    return Definition(
        key=row["key"],
        process_id=row["process_id"],
        version=row["version"],
        version_tag=row["version_tag"],
        name=row["name"],
        documentation=row["documentation"],
        properties=row["properties"],
        start_form=row["start_form"],
        startable=bool(row["has_none_start"]),
        state=row["state"],
        resource_name=row["resource_name"],
        deployed_at=row["deployed_at"],
        deployed_by=row["deployed_by"],
    )


def _content(connection: Connection, condition: Any, table: Any) -> bytes:
    content = connection.execute(
        select(store.resource.c.content)
        .join(table, table.c.resource_key == store.resource.c.key)
        .where(condition)
    ).scalar()
    if content is None:
        raise NotFound("no such resource")
    return bytes(content)
