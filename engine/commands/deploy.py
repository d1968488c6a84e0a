"""Deployment: several files at once or none; what is unchanged keeps its version."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Column, Table, func, insert, select

from engine import definitions, dmn, forms, lint, store
from engine.commands import start_subscriptions
from engine.errors import Invalid
from engine.limits import Limits
from engine.model import Deployed, Deployment, Problem, Resource
from engine.transaction.unit_of_work import UnitOfWork

_ONE_AT_A_TIME = 7_300  # deployments take turns, so that no version number is given twice


def deploy(work: UnitOfWork, resources: Sequence[Resource]) -> Deployment:
    """Store new versions of what changed and give everything the files hold."""
    if not resources:
        raise Invalid("nothing to deploy", [Problem("no files")])
    bundle = _checked(resources, work.limits)
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    deployment = _Deployment(work, resources)
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
    return deployment.write()


def _checked(resources: Sequence[Resource], limits: Limits) -> definitions.Bundle:
    """Read the files, or refuse them with every reason found in any of them."""
    problems = [p for p in lint.check(resources, limits) if p.severity == "error"]
    bundle = definitions.inspect(resources, limits)
    for form in bundle.forms:
        try:
            forms.parse(form.schema)
        except Invalid as wrong:
            said = wrong.problems or (Problem(wrong.message, rule="form"),)
            problems += [replace(problem, resource=form.resource_name) for problem in said]
    if problems:
        raise Invalid("The resources cannot be deployed.", problems)
    return bundle


class _Deployment:
    """The rows of one deployment, gathered before they are written."""

    def __init__(self, work: UnitOfWork, resources: Sequence[Resource]) -> None:
        self.work = work
        self.key = work.keys()
        self.contents = {resource.name: resource.content for resource in resources}
        self.sha256 = {
            name: hashlib.sha256(content).hexdigest() for name, content in self.contents.items()
        }
        self.items: list[Deployed] = []
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.resource_keys: dict[str, int] = {}
        self.fresh: list[tuple[int, Any]] = []

    def process(self, process: Any) -> None:
        found, version = self._known(
            store.definition, store.definition.c.process_id, process.id, process.resource_name
        )
        key = found or self.work.keys()
        if found is None:
            row = {
                "key": key,
                "process_id": process.id,
                "version": version,
                "version_tag": process.version_tag,
                "name": process.name,
                "documentation": process.documentation,
                "properties": dict(process.properties),
                "start_form": process.start_form,
                "start_form_key": None,
                "has_none_start": int(process.start),
                "hash": process.hash,
                "state": "ACTIVE",
                "resource_name": process.resource_name,
                "deployed_at": self.work.now,
                "resource_key": self._resource(process.resource_name),
                "deployment_key": self.key,
            }
            self._put(store.definition, row)
            self.fresh.append((key, process))
        self.items.append(
            Deployed("process", key, process.id, version, process.name or "", process.resource_name)
        )

    def decisions(self, model: dmn.Model, name: str) -> None:
        table = store.decision_requirements
        found, version = self._known(table, table.c.id, model.id, name)
        requirements_key = found or self.work.keys()
        if found is None:
            row = {
                "key": requirements_key,
                "id": model.id,
                "version": version,
                "name": model.name or model.id,
                "hash": self.sha256[name],
                "resource_name": name,
                "resource_key": self._resource(name),
                "deployment_key": self.key,
            }
            self._put(table, row)
        self.items.append(
            Deployed("requirements", requirements_key, model.id, version, model.name, name)
        )
        for decision in {d.id: d for d in model.decisions.values()}.values():
            self._decision(decision, model.id, name, requirements_key, fresh=found is None)

    def _decision(
        self, decision: Any, model_id: str, name: str, requirements_key: int, *, fresh: bool
    ) -> None:
        table = store.decision
        found, version = self._latest(table, table.c.id, decision.id)
        if fresh or found is None:
            key, version = self.work.keys(), (version or 0) + 1
            row = {
                "key": key,
                "id": decision.id,
                "version": version,
                "version_tag": decision.version_tag,
                "name": decision.name or decision.id,
                "requirements_id": model_id,
                "requirements_key": requirements_key,
                "deployment_key": self.key,
            }
            self._put(table, row)
        else:
            key = found
        self.items.append(
            Deployed(
                "decision",
                key,
                decision.id,
                version,
                decision.name or decision.id,
                name,
                model_id,
                requirements_key,
            )
        )

    def form(self, form: Any) -> None:
        name = form.resource_name
        found, version = self._known(store.form, store.form.c.id, form.id, name)
        key = found or self.work.keys()
        if found is None:
            row = {
                "key": key,
                "id": form.id,
                "version": version,
                "version_tag": form.version_tag,
                "schema": form.schema,
                "resource_name": name,
                "resource_key": self._resource(name),
                "deployment_key": self.key,
            }
            self._put(store.form, row)
        self.items.append(Deployed("form", key, form.id, version, form.id, name))

    def other(self, resource: Resource) -> None:
        column, (known_as, tag) = store.resource.c, definitions.identity(resource)
        row = self.work.connection.execute(
            select(column.key, column.version, column.sha256, column.name)
            .where(column.id == known_as)
            .order_by(column.version.desc())
            .limit(1)
        ).one_or_none()
        same = (self.sha256[resource.name], resource.name)
        if row is not None and (row.sha256, row.name) == same:
            key, version = row.key, row.version
        else:
            key = self._resource(resource.name, known_as, tag)
            version = (row.version if row else 0) + 1
        self.items.append(
            Deployed("resource", key, known_as, version, resource.name, resource.name)
        )

    def write(self) -> Deployment:
        deployment = {
            "key": self.key,
            "deployed_at": self.work.now,
            "deployed_by": self.work.actor,
            "contents": [asdict(item) for item in self.items],
        }
        connection = self.work.connection
        connection.execute(insert(store.deployment), deployment)
        for table in (
            store.resource,
            store.definition,
            store.decision_requirements,
            store.decision,
            store.form,
        ):
            if table.name in self.rows:
                connection.execute(insert(table), self.rows[table.name])
        for key, process in self.fresh:
            start_subscriptions.replace(self.work, key, process)
        return Deployment(self.key, tuple(self.items))

    def _known(
        self, table: Table, column: "Column[Any]", value: str, resource_name: str
    ) -> tuple[int | None, int]:
        """Give key and version of the latest one if its file is the same, else the next version."""
        row = self.work.connection.execute(
            select(table.c.key, table.c.version, store.resource.c.sha256, store.resource.c.name)
            .join(store.resource, store.resource.c.key == table.c.resource_key)
            .where(column == value)
            .order_by(table.c.version.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            return None, 1
        if (row.sha256, row.name) == (self.sha256[resource_name], resource_name):
            return row.key, row.version
        return None, row.version + 1

    def _latest(self, table: Table, column: "Column[Any]", value: str) -> tuple[int | None, int]:
        row = self.work.connection.execute(
            select(table.c.key, table.c.version)
            .where(column == value)
            .order_by(table.c.version.desc())
            .limit(1)
        ).one_or_none()
        return (row.key, row.version) if row is not None else (None, 0)

    def _resource(self, name: str, known_as: str = "", tag: str | None = None) -> int:
        if name not in self.resource_keys:
            column = store.resource.c
            before = self.work.connection.execute(
                select(func.max(column.version)).where(column.id == (known_as or name))
            ).scalar()
            key = self.resource_keys[name] = self.work.keys()
            row = {
                "key": key,
                "deployment_key": self.key,
                "name": name,
                "id": known_as or name,
                "version_tag": tag,
                "version": (before or 0) + 1,
                "sha256": self.sha256[name],
                "content": self.contents[name],
            }
            self._put(store.resource, row)
        return self.resource_keys[name]

    def _put(self, table: Table, row: dict[str, Any]) -> None:
        self.rows.setdefault(table.name, []).append(row)
