"""Deployed files as they were handed in: what a version consists of, and what is newest."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from engine import definitions, store
from engine.definitions import Bundle, Definition
from engine.errors import NotFound
from engine.model import Resource
from engine.transaction.releases import KINDS, is_current

_definition = store.definition.c
_resource = store.resource.c


def version_files(connection: Connection, definition_key: int) -> list[Resource]:
    """Return the diagram of a version, and the forms and tables that its steps name.

    Those of the same deployment if it held them, else the newest; raise NotFound.
    """
    row = connection.execute(
        select(
            _definition.process_id,
            _definition.resource_name,
            _definition.resource_key,
            store.deployment.c.contents,
        )
        .join(store.deployment, store.deployment.c.key == _definition.deployment_key)
        .where(_definition.key == definition_key)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no process definition {definition_key}")
    drawn = _file(connection, row.resource_key)
    process = definitions.load(drawn.content, drawn.name, row.process_id)
    found = {drawn.name: drawn}
    for kind, name in _named(process):
        file = _together(connection, row.contents, kind, name) or newest_file(
            connection, kind, name
        )
        if file is not None:
            found.setdefault(file.name, file)
    return list(found.values())


def needed_files(connection: Connection, file: Resource) -> list[Resource]:
    """Return the newest deployed files that the processes of a file name: forms, tables, calls."""
    found: dict[str, Resource] = {}
    for process in definitions.inspect([file]).processes:
        for kind, name in [*_named(process), *_called(process)]:
            needed = newest_file(connection, kind, name)
            if needed is not None:
                found.setdefault(needed.name, needed)
    return list(found.values())


def newest_file(connection: Connection, kind: str, identifier: str) -> Resource | None:
    """Return the file of the current "process", "form" or "decision", or None."""
    held = KINDS["requirements" if kind == "decision" else kind][0]
    query = select(held.c.resource_key)
    if kind == "decision":
        query = query.join(store.decision, store.decision.c.requirements_key == held.c.key)
    query = query.join(store.release, is_current(kind))
    query = query.where(store.release.c.kind == kind, store.release.c.name == identifier)
    key = connection.execute(query).scalar()
    return None if key is None else _file(connection, key)


def deployed_instead(connection: Connection, files: Sequence[Resource]) -> list[Resource]:
    """Return what is deployed now of the processes, tables and forms that these files hold."""
    found: dict[str, Resource] = {}
    for file in files:
        for kind, name in _held(definitions.inspect([file])):
            now = newest_file(connection, kind, name)
            if now is not None:
                found.setdefault(now.name, now)
        if file.name not in found and (named := _newest_named(connection, file.name)):
            found[file.name] = named
    return list(found.values())


_TABLES: dict[str, tuple[Table, str]] = {
    "process": (store.definition, "process_id"),
    "form": (store.form, "id"),
}


def _named(process: Definition) -> Iterator[tuple[str, str]]:
    for spec in process.spec.nodes():
        own = spec.extensions
        if own.form is not None and own.form.id:
            yield "form", own.form.id
        called = own.called_decision
        if called is not None and called.target is not None and called.target.literal:
            yield "decision", str(called.target.literal)


def _called(process: Definition) -> Iterator[tuple[str, str]]:
    for spec in process.spec.nodes():
        called = spec.extensions.called_element
        if called is not None and called.target is not None and called.target.literal:
            yield "process", str(called.target.literal)


def _held(bundle: Bundle) -> Iterator[tuple[str, str]]:
    for process in bundle.processes:
        yield "process", process.id
    for form in bundle.forms:
        yield "form", form.id
    for decisions in bundle.decisions:
        for decision in decisions.model.decisions.values():
            yield "decision", decision.id


def _together(
    connection: Connection, contents: Sequence[dict[str, Any]], kind: str, name: str
) -> Resource | None:
    for item in contents:
        if (item["kind"], item["id"]) == (kind, name):
            table = store.form if kind == "form" else store.decision_requirements
            key = item["key"] if kind == "form" else item["requirements_key"]
            query = select(table.c.resource_key).where(table.c.key == key)
            found = connection.execute(query).scalar()
            return None if found is None else _file(connection, found)
    return None


def _newest_named(connection: Connection, name: str) -> Resource | None:
    key = connection.execute(
        select(_resource.key).where(_resource.name == name).order_by(_resource.key.desc()).limit(1)
    ).scalar()
    return None if key is None else _file(connection, key)


def _file(connection: Connection, resource_key: int) -> Resource:
    row = connection.execute(
        select(_resource.name, _resource.content).where(_resource.key == resource_key)
    ).one()
    return Resource(row.name, bytes(row.content))
