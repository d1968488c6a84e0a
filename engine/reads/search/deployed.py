"""Deployed files and forms, as they were deployed."""

from typing import Any

from sqlalchemy import Connection, select

from engine import store
from engine.reads.search.find import one
from engine.reads.search.views.definitions import FORMS
from engine.transaction.releases import is_current

_d, _r, _f = store.definition, store.resource, store.form
_q, _n = store.decision_requirements, store.decision


def definition_xml(connection: Connection, definition_key: int) -> bytes | None:
    """Return the diagram of a process, byte for byte."""
    return _content(
        connection,
        select(_r.c.content)
        .join(_d, _d.c.resource_key == _r.c.key)
        .where(_d.c.key == definition_key),
    )


def requirements_xml(connection: Connection, requirements_key: int) -> bytes | None:
    """Return a file of decisions, byte for byte."""
    return _content(
        connection,
        select(_r.c.content)
        .join(_q, _q.c.resource_key == _r.c.key)
        .where(_q.c.key == requirements_key),
    )


def decision_xml(connection: Connection, decision_key: int) -> bytes | None:
    """Return the file a decision stands in, byte for byte."""
    return _content(
        connection,
        select(_r.c.content)
        .join(_q, _q.c.resource_key == _r.c.key)
        .join(_n, _n.c.requirements_key == _q.c.key)
        .where(_n.c.key == decision_key),
    )


def resource_content(connection: Connection, resource_key: int) -> bytes | None:
    """Return a deployed file, byte for byte."""
    return _content(connection, select(_r.c.content).where(_r.c.key == resource_key))


def start_form(connection: Connection, definition_key: int) -> dict[str, Any] | None:
    """Return the form that starts a process, deployed or embedded in its diagram."""
    statement = select(_d.c.start_form_key, _d.c.start_form, _d.c.version).where(
        _d.c.key == definition_key
    )
    row = connection.execute(statement).one_or_none()
    if row is None or row.start_form is None:
        return None
    if row.start_form_key is not None:
        return one(connection, FORMS, row.start_form_key)
    return _embedded(row.start_form, definition_key, row.version)


def task_form(connection: Connection, task_key: int) -> dict[str, Any] | None:
    """Return the form of a user task, deployed or embedded in its diagram."""
    _t = store.user_task
    statement = (
        select(_t.c.form_key, _t.c.form, _t.c.definition_key, _d.c.version)
        .join(_d, _t.c.definition_key == _d.c.key)
        .where(_t.c.key == task_key)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    if row.form_key is not None:
        return one(connection, FORMS, row.form_key)
    return None if row.form is None else _embedded(row.form, row.definition_key, row.version)


def properties_of(
    connection: Connection,
    process_id: str | None,
    key: int | None,
    version: int | None,
    version_tag: str | None,
) -> dict[str, str] | None:
    """Return the properties of the version a caller names; None when there is none."""
    statement = select(_d.c.properties).order_by(_d.c.version.desc()).limit(1)
    if key is not None:
        statement = statement.where(_d.c.key == key)
    else:
        statement = statement.where(_d.c.process_id == process_id)
        if version is None and version_tag is None:
            statement = statement.join(store.release, is_current("process"))
    if version is not None:
        statement = statement.where(_d.c.version == version)
    if version_tag is not None:
        statement = statement.where(_d.c.version_tag == version_tag)
    properties: dict[str, str] | None = connection.execute(statement).scalar_one_or_none()
    return properties


def _embedded(schema: dict[str, Any], definition_key: int, version: int) -> dict[str, Any]:
    """Show an embedded form under the key and version of its process."""
    return {
        "tenant_id": "<default>",
        "form_id": schema.get("id") or "form",
        "schema": store.dumps(schema),
        "version": version,
        "form_key": definition_key,
    }


def _content(connection: Connection, statement: Any) -> bytes | None:
    content: bytes | None = connection.execute(statement).scalar_one_or_none()
    return content
