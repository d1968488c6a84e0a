"""What is deployed, compiled once per process: definitions, decisions and forms by key."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from engine import definitions, dmn, forms, store
from engine.errors import NotFound
from engine.limits import STORED

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProcessVersion:
    """A version of a process, ready to run."""

    key: int
    process_id: str
    version: int
    version_tag: str | None
    deployment_key: int
    process: definitions.Definition


@dataclass(frozen=True, slots=True)
class DecisionVersion:
    """A version of a decision, ready to evaluate."""

    key: int
    id: str
    name: str
    version: int
    requirements_key: int
    requirements_id: str
    model: dmn.Model


class Catalogue:
    """Everything here is immutable once deployed, so a cache by key never grows stale."""

    def __init__(self) -> None:
        """Start empty; things are compiled when first asked for."""
        self._lock = threading.Lock()
        self._processes: dict[int, ProcessVersion] = {}
        self._decisions: dict[int, DecisionVersion] = {}
        self._forms: dict[int, forms.Form] = {}
        self._embedded: dict[str, forms.Form] = {}
        self._deployments: dict[int, list[dict[str, Any]]] = {}
        self._models: dict[int, dmn.Model] = {}

    def process(self, connection: Connection, key: int) -> ProcessVersion:
        """Return a compiled process."""
        return self._cached(self._processes, key, lambda: self._load_process(connection, key))

    def decision(self, connection: Connection, key: int) -> DecisionVersion:
        """Return a compiled decision."""
        return self._cached(self._decisions, key, lambda: self._load_decision(connection, key))

    def form(self, connection: Connection, key: int) -> forms.Form:
        """Return a parsed form."""
        return self._cached(self._forms, key, lambda: self._load_form(connection, key))

    def bound(self, connection: Connection, deployment_key: int, kind: str, name: str) -> int:
        """Return the version that was deployed together with the caller."""
        items = self._cached(
            self._deployments,
            deployment_key,
            lambda: _row(connection, store.deployment, deployment_key).contents,
        )
        for item in items:
            if item["kind"] == kind and item["id"] == name:
                key: int = item["key"]
                return key
        raise NotFound(f"no {kind} '{name}' in the same deployment")

    def embedded_form(self, schema: dict[str, Any]) -> forms.Form:
        """Return the parsed form that sits in a diagram."""
        return self._cached(self._embedded, store.dumps(schema), lambda: forms.parse(schema))

    def _cached(self, cache: dict[Any, T], key: Any, load: Callable[[], T]) -> T:
        found = cache.get(key)
        if found is None:
            with self._lock:
                found = cache.get(key)
                if found is None:
                    found = cache[key] = load()
        return found

    def _load_process(self, connection: Connection, key: int) -> ProcessVersion:
        row = _row(connection, store.definition, key)
        resource = _row(connection, store.resource, row.resource_key)
        process = definitions.load(resource.content, resource.name, row.process_id)
        return ProcessVersion(
            key, row.process_id, row.version, row.version_tag, row.deployment_key, process
        )

    def _load_decision(self, connection: Connection, key: int) -> DecisionVersion:
        row = _row(connection, store.decision, key)
        requirements = _row(connection, store.decision_requirements, row.requirements_key)
        model = self._model(connection, requirements.resource_key)
        return DecisionVersion(
            key, row.id, row.name, row.version, requirements.key, requirements.id, model
        )

    def _load_form(self, connection: Connection, key: int) -> forms.Form:
        return forms.parse(_row(connection, store.form, key).schema)

    def _model(self, connection: Connection, resource_key: int) -> dmn.Model:
        if resource_key not in self._models:
            content = _row(connection, store.resource, resource_key).content
            others = _tables(connection)
            self._models[resource_key] = dmn.parse(content, dmn.imports_from(others), STORED)
        return self._models[resource_key]


def _tables(connection: Connection) -> Iterator[bytes]:
    """Return the deployed DMN files, the latest first; read only when a file imports another."""
    table = store.resource
    query = select(table.c.content).where(table.c.name.like("%.dmn")).order_by(table.c.key.desc())
    yield from connection.scalars(query)


def _row(connection: Connection, table: Table, key: int) -> Any:
    row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    if row is None:
        raise NotFound(f"no {table.name.removeprefix('pv_').replace('_', ' ')} {key}")
    return row
