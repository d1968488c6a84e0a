"""Deployment: several files at once or none; what is unchanged keeps its version."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, insert, select

from engine import definitions, dmn, lint, store
from engine.commands import start_subscriptions, task_owners
from engine.errors import Invalid
from engine.limits import Limits
from engine.model import Deployed, Deployment, Problem, Resource
from engine.properties import Catalogue
from engine.transaction import releases
from engine.transaction.releases import KINDS
from engine.transaction.unit_of_work import UnitOfWork

_ONE_AT_A_TIME = 7_300  # deployments take turns, so that no version number is given twice


def deploy(work: UnitOfWork, resources: Sequence[Resource]) -> Deployment:
    """Store new versions of what changed, make them current, and return everything the files hold.

    Raises Invalid with every problem found.
    """
    deployment = prepare(work, resources)
    deployment.write()
    release(work, deployment.new, dict(deployment.fresh))
    return Deployment(deployment.key, tuple(deployment.items))


def release(
    work: UnitOfWork,
    items: Sequence[Deployed],
    processes: Mapping[int, definitions.Definition] = MappingProxyType({}),  # those known by key
) -> None:
    """Make versions current, and let the start events of their processes listen."""
    at = {"changed_at": work.now, "changed_by": work.actor}
    rows = [{"kind": i.kind, "name": i.id, "current_key": i.key, **at} for i in items]
    releases.make_current(work.connection, rows)
    for item in items:
        if item.kind == "process":
            process = processes.get(item.key)
            process = process or work.catalogue.process(work.connection, item.key).process
            start_subscriptions.replace(work, item.key, process)


def prepare(work: UnitOfWork, resources: Sequence[Resource]) -> "Prepared":
    """Return the rows of a deployment, which is not written yet; raises Invalid."""
    if not resources:
        raise Invalid("nothing to deploy", [Problem("no files")])
    bundle = _checked(resources, work.limits, work.environment.properties)
    task_owners.insist(bundle, work.environment.service_tasks)
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    deployment = Prepared(work, resources)
    known: set[str] = set()
    for process in bundle.processes:
        deployment.process(process)
        known.add(process.resource_name)
    for found in bundle.decisions:
        deployment.decisions(found.model, found.resource_name)
        known.add(found.resource_name)
    for form in bundle.forms:
        deployment.form(form)
        known.add(form.resource_name)
    for resource in resources:
        if resource.name not in known:
            deployment.other(resource)
    return deployment


def _checked(
    resources: Sequence[Resource], limits: Limits, properties: Catalogue
) -> definitions.Bundle:
    """Read the files, or refuse them with every reason found in any of them."""
    found = lint.check(resources, limits, properties)
    problems = [each for each in found if each.severity == "error"]
    if problems:
        raise Invalid("The resources cannot be deployed.", problems)
    return definitions.inspect(resources, limits, properties)


class Prepared:
    """The rows of one deployment, gathered before they are written."""

    def __init__(self, work: UnitOfWork, resources: Sequence[Resource]) -> None:
        """Take the files; nothing of them is new yet."""
        self.work = work
        self.key = work.keys()
        self.contents = {resource.name: resource.content for resource in resources}
        self.sha256 = {
            name: hashlib.sha256(content).hexdigest() for name, content in self.contents.items()
        }
        self.items: list[Deployed] = []
        self.new: list[Deployed] = []
        self.fresh: list[tuple[int, Any]] = []  # new versions of processes
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._resource_keys: dict[str, int] = {}

    def process(self, process: Any) -> None:
        """Add a process."""
        item, fresh = self._item("process", process.id, process.name or "", process.resource_name)
        if fresh:
            self._put(
                item,
                process_id=process.id,
                version_tag=process.version_tag,
                name=process.name,
                documentation=process.documentation,
                properties=dict(process.properties),
                start_form=process.start_form,
                start_form_key=None,
                has_none_start=int(process.start),
                hash=process.hash,
                state="ACTIVE",
                deployed_at=self.work.now,
            )
            self.fresh.append((item.key, process))

    def decisions(self, model: dmn.Model, name: str) -> None:
        """Add a file of decisions; they are new if their file is."""
        file, fresh = self._item("requirements", model.id, model.name, name)
        if fresh:
            self._put(file, id=model.id, name=model.name or model.id, hash=self.sha256[name])
        for decision in {d.id: d for d in model.decisions.values()}.values():
            called = decision.name or decision.id
            of_file = {"requirements_id": model.id, "requirements_key": file.key}
            item, new = self._item("decision", decision.id, called, name, again=fresh, **of_file)
            if new:
                row = {"id": decision.id, "version_tag": decision.version_tag, "name": called}
                self._put(item, **row, **of_file)

    def form(self, form: Any) -> None:
        """Add a form."""
        item, fresh = self._item("form", form.id, form.id, form.resource_name)
        if fresh:
            self._put(item, id=form.id, version_tag=form.version_tag, schema=form.schema)

    def other(self, resource: Resource) -> None:
        """Add any other file."""
        known_as, tag = definitions.identity(resource)
        item, fresh = self._item("resource", known_as, resource.name, resource.name)
        if fresh:
            self._resource(item.key, item.version, resource.name, known_as, tag)

    def write(self) -> None:
        """Insert the rows; nothing of it is current yet."""
        connection = self.work.connection
        contents = [asdict(item) for item in self.items]
        at = {"deployed_at": self.work.now, "deployed_by": self.work.actor}
        connection.execute(insert(store.deployment), {"key": self.key, **at, "contents": contents})
        for table in (store.resource, *(table for table, _ in KINDS.values())):
            if rows := self._rows.pop(table.name, None):
                connection.execute(insert(table), rows)

    def _item(
        self,
        kind: str,
        name: str,
        called: str,
        resource_name: str,
        *,
        again: bool | None = None,
        **more: Any,
    ) -> tuple[Deployed, bool]:
        """Add one thing; return it, and whether it is a new version.

        It is new if its file is not that of the current version, or as `again` says.
        """
        current = self._current(kind, name)
        if again is None:
            same = (self.sha256[resource_name], resource_name)
            again = current is None or (current.sha256, current.resource_name) != same
        if current is not None and not again:
            key, version = current.key, current.version
        else:
            key, version = self.work.keys(), self._highest(kind, name) + 1
        item = Deployed(kind, key, name, version, called, resource_name, **more)
        self.items.append(item)
        fresh = current is None or key != current.key
        if fresh:
            self.new.append(item)
        return item, fresh

    def _current(self, kind: str, name: str) -> Any:
        table, file = KINDS[kind][0], store.resource.c
        found = select(table.c.key, table.c.version).join(store.release, releases.is_current(kind))
        if kind == "resource":
            found = found.add_columns(file.sha256, file.name.label("resource_name"))
        elif kind != "decision":
            found = found.add_columns(file.sha256, file.name.label("resource_name")).join(
                store.resource, file.key == table.c.resource_key
            )
        release = store.release.c
        found = found.where(release.kind == kind, release.name == name)
        return self.work.connection.execute(found).one_or_none()

    def _highest(self, kind: str, name: str) -> int:
        table, column = KINDS[kind]
        highest = select(func.max(table.c.version)).where(column == name)
        return self.work.connection.execute(highest).scalar() or 0

    def _put(self, item: Deployed, **columns: Any) -> None:
        row = columns | {"key": item.key, "version": item.version, "deployment_key": self.key}
        if item.kind != "decision":
            name = item.resource_name
            row |= {"resource_name": name, "resource_key": self._file(name)}
        self._rows.setdefault(KINDS[item.kind][0].name, []).append(row)

    def _file(self, name: str) -> int:
        """Return the key of the file of a process, form or decisions; one file may hold several."""
        if name not in self._resource_keys:
            version = self._highest("resource", name) + 1
            self._resource_keys[name] = self.work.keys()
            self._resource(self._resource_keys[name], version, name, name, None)
        return self._resource_keys[name]

    def _resource(self, key: int, version: int, name: str, known_as: str, tag: str | None) -> None:
        row = {
            "key": key,
            "deployment_key": self.key,
            "name": name,
            "id": known_as,
            "version_tag": tag,
            "version": version,
            "sha256": self.sha256[name],
            "content": self.contents[name],
        }
        self._rows.setdefault(store.resource.name, []).append(row)
