"""How the core finds decisions, forms and processes that a diagram names."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.errors import NotFound
from engine.transaction import releases
from engine.transaction.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves names for one instance: bindings may mean the deployment of its definition."""

    connection: Connection
    catalogue: Catalogue
    deployment_key: int
    candidate_key: int | None = None  # the deployment of the candidate that the instance runs

    def key(self, kind: str, name: str, binding: str = "latest", tag: str | None = None) -> int:
        """Return the key of a process, decision or form; raises NotFound."""
        if binding == "deployment":
            return self.catalogue.bound(self.connection, self.deployment_key, kind, name)
        if binding == "latest" and self.candidate_key is not None:
            try:
                return self.catalogue.bound(self.connection, self.candidate_key, kind, name)
            except NotFound:
                pass  # the candidate has nothing of its own under this name
        wanted = tag if binding == "versionTag" else None
        return releases.latest(self.connection, kind, name, version_tag=wanted)

    def decision(
        self, decision_id: str, binding: str = "latest", version_tag: str | None = None
    ) -> tuple[Any, int, dict[str, Any]]:
        """Return a decision: its model, its key and what else is known of it."""
        key = self.key("decision", decision_id, binding, version_tag)
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
        """Return the key of a deployed form."""
        return self.key("form", form_id, binding, version_tag)

    def resource(self, name: str, binding: str = "latest", version_tag: str | None = None) -> int:
        """Return the key of any other deployed file by its id: what it says, else its name."""
        return self.key("resource", name, binding, version_tag)
