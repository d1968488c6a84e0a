"""Variables that all processes share."""

from typing import Any

from sqlalchemy import delete, insert, update

from engine import store
from engine.errors import AlreadyExists
from engine.reads.search import Query, one
from engine.reads.search.views import CLUSTER_VARIABLES
from web.api.context import who
from web.api.problems import Command, missing
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.elements import (
    ClusterVariablePage,
    ClusterVariableResult,
    ClusterVariableSearch,
    CreateClusterVariableRequest,
    UpdateClusterVariableRequest,
    VariableQuery,
)
from web.api.v2.elements import cut
from web.app.services import now, writing

routes = Routes("Cluster variable")
_shared = store.cluster_variable


@routes.post(
    "/cluster-variables/global",
    may="cluster_variable.change",
    takes=CreateClusterVariableRequest,
    gives=ClusterVariableResult,
    command=Command("CREATE"),
)
def create_global_cluster_variable(body: dict[str, Any]) -> dict[str, Any]:
    """Add a variable for all processes."""
    name = body["name"]
    with writing() as connection:
        if one(connection, CLUSTER_VARIABLES, name) is not None:
            raise AlreadyExists(f"There is a cluster variable '{name}' already")
        connection.execute(insert(_shared), _row(body) | {"name": name})
    return found(CLUSTER_VARIABLES, name)


@routes.get("/cluster-variables/global/<name>", may="instance.see", gives=ClusterVariableResult)
def get_global_cluster_variable(name: str) -> dict[str, Any]:
    """Return a variable for all processes with its whole value."""
    return found(CLUSTER_VARIABLES, name)


@routes.put(
    "/cluster-variables/global/<name>",
    may="cluster_variable.change",
    takes=UpdateClusterVariableRequest,
    gives=ClusterVariableResult,
    command=Command("UPDATE"),
)
def update_global_cluster_variable(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a variable for all processes another value."""
    _write(name, update(_shared).values(_row(body)))
    return found(CLUSTER_VARIABLES, name)


@routes.delete(
    "/cluster-variables/global/<name>",
    may="cluster_variable.change",
    status=204,
    command=Command("DELETE"),
)
def delete_global_cluster_variable(name: str) -> None:
    """Remove a variable for all processes."""
    _write(name, delete(_shared))


@routes.post(
    "/cluster-variables/search",
    may="instance.see",
    takes=ClusterVariableSearch,
    asks=VariableQuery,
    gives=ClusterVariablePage,
)
def search_cluster_variables(body: Query, query: dict[str, Any]) -> dict[str, Any]:
    """List the variables for all processes, each value as JSON text."""
    return cut(listed(CLUSTER_VARIABLES, body), query)


def _row(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "value": body["value"],
        "metadata": body.get("metadata") or {},
        "changed_at": now(),
        "changed_by": who(),
    }


def _write(name: str, statement: Any) -> None:
    with writing() as connection:
        changed = connection.execute(statement.where(_shared.c.name == name))
    if changed.rowcount == 0:
        missing(CLUSTER_VARIABLES.name, name)
