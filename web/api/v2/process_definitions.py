"""Versions of processes: search, read, diagram, start form, counts."""

from typing import Any

from flask import Response

from engine.reads.search import Query, equals, statistics
from engine.reads.search.deployed import definition_xml, start_form
from engine.reads.search.views import PROCESS_DEFINITIONS
from web.api.problems import missing
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.definitions import (
    ElementStatistics,
    ElementStatisticsRequest,
    FormResult,
    InstanceStatisticsPage,
    InstanceStatisticsSearch,
    ProcessDefinitionPage,
    ProcessDefinitionResult,
    ProcessDefinitionSearch,
    VersionStatisticsPage,
    VersionStatisticsSearch,
)
from web.app import xml_response
from web.app.services import reading

routes = Routes("Process definition")


@routes.post(
    "/process-definitions/search",
    may="process.see",
    takes=ProcessDefinitionSearch,
    gives=ProcessDefinitionPage,
)
def search_process_definitions(body: Query) -> dict[str, Any]:
    """List versions of processes."""
    return listed(PROCESS_DEFINITIONS, body)


@routes.get(
    "/process-definitions/<process_definition_key>",
    may="process.see",
    gives=ProcessDefinitionResult,
)
def get_process_definition(process_definition_key: int) -> dict[str, Any]:
    """Return one version of a process."""
    return found(PROCESS_DEFINITIONS, process_definition_key)


@routes.get(
    "/process-definitions/<process_definition_key>/xml",
    may="process.see",
    media="text/xml",
)
def get_process_definition_xml(process_definition_key: int) -> Response:
    """Return the diagram as it was deployed, in UTF-8."""
    with reading() as connection:
        content = definition_xml(connection, process_definition_key)
    if content is None:
        missing("Process definition", process_definition_key)
    return xml_response.answer(content)


@routes.get(
    "/process-definitions/<process_definition_key>/form",
    may="process.see",
    gives=FormResult,
    also=(204,),
)
def get_start_process_form(process_definition_key: int) -> dict[str, Any] | None:
    """Return the form that starts the process, if it has one."""
    found(PROCESS_DEFINITIONS, process_definition_key)
    with reading() as connection:
        return start_form(connection, process_definition_key)


@routes.post(
    "/process-definitions/<process_definition_key>/statistics/element-instances",
    may="instance.see",
    takes=ElementStatisticsRequest,
    gives=ElementStatistics,
)
def get_process_definition_statistics(
    process_definition_key: int, body: dict[str, Any]
) -> dict[str, Any]:
    """Count per element how often it is and was reached."""
    wanted = dict(body.get("filter") or {})
    any_of = wanted.pop("any_of", ())
    wanted["process_definition_key"] = equals(process_definition_key)
    with reading() as connection:
        return {"items": statistics.elements(connection, wanted, any_of)}


@routes.post(
    "/process-definitions/statistics/process-instances",
    may="instance.see",
    takes=InstanceStatisticsSearch,
    gives=InstanceStatisticsPage,
)
def get_process_definition_instance_statistics(body: Query) -> dict[str, Any]:
    """Count the running instances of each process."""
    return listed(statistics.RUNNING_PER_PROCESS, body)


@routes.post(
    "/process-definitions/statistics/process-instances-by-version",
    may="instance.see",
    takes=VersionStatisticsSearch,
    gives=VersionStatisticsPage,
)
def get_process_definition_instance_version_statistics(body: Query) -> dict[str, Any]:
    """Count the running instances of each version of a process."""
    return listed(statistics.RUNNING_PER_VERSION, body)
