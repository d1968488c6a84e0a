"""Runs of elements, and variables."""

from typing import Any

from sqlalchemy import ColumnElement

from engine.reads.search import Query
from engine.reads.search.views import ELEMENT_INSTANCES, VARIABLES
from engine.reads.search.views.instances import TRUNCATED
from web.api import access
from web.api.context import who
from web.api.problems import Command
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.elements import (
    ElementInstancePage,
    ElementInstanceResult,
    ElementInstanceSearch,
    SetVariableRequest,
    VariablePage,
    VariableQuery,
    VariableResult,
    VariableSearch,
)
from web.app.services import engine, reading
from web.reads.visibility import visible_variables

routes = Routes("Element instance")


@routes.post(
    "/element-instances/search",
    may="instance.see",
    takes=ElementInstanceSearch,
    gives=ElementInstancePage,
)
def search_element_instances(body: Query) -> dict[str, Any]:
    """List runs of elements."""
    return listed(ELEMENT_INSTANCES, body)


@routes.get(
    "/element-instances/<element_instance_key>", may="instance.see", gives=ElementInstanceResult
)
def get_element_instance(element_instance_key: int) -> dict[str, Any]:
    """Return one run of an element."""
    return found(ELEMENT_INSTANCES, element_instance_key)


@routes.put(
    "/element-instances/<element_instance_key>/variables",
    may="intervention.make",
    takes=SetVariableRequest,
    status=204,
    command=Command("UPDATE", "update variables for", "element"),
)
def create_element_instance_variables(element_instance_key: int, body: dict[str, Any]) -> None:
    """Set variables in the scope of an element or of the whole instance."""
    local = bool(body.get("local"))
    engine().by(who()).instances.set_variables(element_instance_key, body["variables"], local=local)


@routes.post(
    "/variables/search",
    may="instance.see",
    takes=VariableSearch,
    asks=VariableQuery,
    gives=VariablePage,
)
def search_variables(body: Query, query: dict[str, Any]) -> dict[str, Any]:
    """List variables, each value as JSON text."""
    return cut(listed(VARIABLES, body, _readable()), query)


@routes.get("/variables/<variable_key>", may="instance.see", gives=VariableResult)
def get_variable(variable_key: int) -> dict[str, Any]:
    """Return one variable with its whole value."""
    return found(VARIABLES, variable_key, _readable())


def _readable() -> ColumnElement[bool] | None:
    """Narrow variables to those of instances that the caller may look into."""
    with reading() as connection:
        return visible_variables(connection, access.caller())


def cut(page: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """Shorten long values, unless the caller wants them whole."""
    whole = query["truncate_values"] == "false"
    for item in page["items"]:
        if whole:
            item["is_truncated"] = False
        elif item["is_truncated"]:
            item["value"] = item["value"][:TRUNCATED]
    return page
