"""The version that past cases are replayed on: a drawing with its own tables and forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from engine import definitions, lint, store
from engine import forms as form_files
from engine.definitions import Definition
from engine.errors import Invalid, NotFound
from engine.model import Resource
from engine.transaction import releases
from engine.transaction.catalogue import Catalogue
from engine.transaction.resolver import Resolver as Deployed


@dataclass(frozen=True, slots=True)
class Version:
    """A drawing, and the tables and forms that are used in place of the recorded ones."""

    process: Definition
    name: str = ""
    decisions: Mapping[str, Any] = field(default_factory=dict)  # models by decision id
    forms: Mapping[str, form_files.Form] = field(default_factory=dict)
    deployment_key: int = 0  # for what it binds to its own deployment; 0: files not deployed

    @classmethod
    def of_files(cls, resources: Sequence[Resource], process_id: str, name: str = "") -> "Version":
        """Return the version of files that are not deployed; raises Invalid with their problems."""
        wrong = [each for each in lint.check(resources) if each.severity == "error"]
        if wrong:
            raise Invalid(f"{wrong[0].resource}: {wrong[0].message}", wrong)
        bundle = definitions.inspect(resources)
        process = next((each for each in bundle.processes if each.id == process_id), None)
        if process is None:
            raise NotFound(f"no process '{process_id}' in these files")
        decisions = {d: each.model for each in bundle.decisions for d in each.model.decisions}
        read = {each.id: form_files.parse(each.schema) for each in bundle.forms}
        return cls(process, name, decisions, read)

    @classmethod
    def with_tables(
        cls,
        connection: Connection,
        catalogue: Catalogue,
        process_id: str,
        resources: Sequence[Resource],
    ) -> "Version":
        """Return the current drawing of a process, with the tables and forms of these files.

        Raises NotFound for a process that is not deployed, Invalid for tables that are wrong.
        """
        bundle = definitions.inspect(resources)
        if wrong := [each for each in bundle.problems if each.severity == "error"]:
            raise Invalid(f"{wrong[0].resource}: {wrong[0].message}", wrong)
        key = releases.latest(connection, "process", process_id)
        found = catalogue.process(connection, key)
        drawn = next((each for each in bundle.processes if each.id == process_id), found.process)
        return cls(
            drawn,
            decisions={d: each.model for each in bundle.decisions for d in each.model.decisions},
            forms={each.id: form_files.parse(each.schema) for each in bundle.forms},
            deployment_key=found.deployment_key,
        )

    @classmethod
    def of_definition(cls, connection: Connection, catalogue: Catalogue, key: int) -> "Version":
        """Return a deployed drawing alone: tables and forms are those that each case used."""
        found = catalogue.process(connection, key)
        name = f"{found.process_id} {found.version}"
        return cls(found.process, name, deployment_key=found.deployment_key)

    @classmethod
    def of_deployment(
        cls, connection: Connection, catalogue: Catalogue, deployment_key: int, process_id: str
    ) -> "Version":
        """Return everything that was deployed together, as a candidate is; raises NotFound."""
        row = connection.execute(
            select(store.deployment.c.contents).where(store.deployment.c.key == deployment_key)
        ).one_or_none()
        items = row.contents if row else ()
        keys = {kind: {i["id"]: i["key"] for i in items if i["kind"] == kind} for kind in _KINDS}
        if process_id not in keys["process"]:
            raise NotFound(f"no process '{process_id}' in deployment {deployment_key}")
        found = catalogue.process(connection, keys["process"][process_id])
        return cls(
            found.process,
            f"{process_id} {found.version}",
            {d: catalogue.decision(connection, k).model for d, k in keys["decision"].items()},
            {f: catalogue.form(connection, k) for f, k in keys["form"].items()},
            deployment_key,
        )


_KINDS = ("process", "decision", "form")


@dataclass(slots=True)
class Resolver:
    """Finds what a drawing names: the version's own, else what the case used, else the current."""

    connection: Connection
    catalogue: Catalogue
    deployment_key: int
    version: Version | None = None  # None: the reference run, which has nothing of its own
    used: dict[str, int] = field(default_factory=dict)  # keys of the decisions the case used, by id

    def decision(
        self, decision_id: str, binding: str = "latest", version_tag: str | None = None
    ) -> tuple[Any, int, dict[str, Any]]:
        """Return a decision: its model, its key (0: not deployed) and what else is known of it."""
        if self.version is not None and decision_id in self.version.decisions:
            return self.version.decisions[decision_id], 0, dict(_UNDEPLOYED)
        key = self.used.get(decision_id)
        if key is None:
            return self._deployed().decision(decision_id, binding, version_tag)
        found = self.catalogue.decision(self.connection, key)
        meta = {
            "name": found.name,
            "version": found.version,
            "requirements_key": found.requirements_key,
            "requirements_id": found.requirements_id,
        }
        return found.model, key, meta

    def form(
        self, form_id: str, binding: str = "latest", version_tag: str | None = None
    ) -> int | None:
        """Return the key of a form; 0 for one of the version's own."""
        if self.version is not None and form_id in self.version.forms:
            return 0
        return self._deployed().form(form_id, binding, version_tag)

    def resource(self, name: str, binding: str = "latest", version_tag: str | None = None) -> int:
        """Return the key of any other deployed file."""
        return self._deployed().resource(name, binding, version_tag)

    def use(self, keys: Sequence[int]) -> None:
        """Take from now on the tables that a recorded step used."""
        for key in keys:
            self.used[self.catalogue.decision(self.connection, key).id] = key

    def _deployed(self) -> Deployed:
        return Deployed(self.connection, self.catalogue, self.deployment_key)


_UNDEPLOYED = {"name": "", "version": 0, "requirements_key": 0, "requirements_id": ""}
