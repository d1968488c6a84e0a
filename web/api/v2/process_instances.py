"""Runs of processes: start, search, read, cancel."""

from types import SimpleNamespace
from typing import Any

from engine.model import StartRequest
from engine.reads.search import Query, statistics
from engine.reads.search.deployed import properties_of
from engine.reads.search.instances import call_hierarchy, incident_in_family, sequence_flows
from engine.reads.search.views import INCIDENTS, PROCESS_INSTANCES
from web.api import access
from web.api.context import waiting_room, who
from web.api.problems import Command
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.definitions import ElementStatistics
from web.api.schemas.instances import (
    CallHierarchyEntry,
    CreateProcessInstanceRequest,
    CreateProcessInstanceResult,
    OperationRequest,
    ProcessInstancePage,
    ProcessInstanceResult,
    ProcessInstanceSearch,
    SequenceFlows,
)
from web.api.schemas.jobs import IncidentPage, IncidentSearch
from web.app.services import engine, reading
from web.reads.visibility import visible

routes = Routes("Process instance")
AWAIT_MS = 10_000
AWAIT_MAXIMUM_MS = 300_000


@routes.post(
    "/process-instances",
    may="process.start",
    takes=CreateProcessInstanceRequest,
    gives=CreateProcessInstanceResult,
    command=Command("CREATE"),
    waits=True,
)
def create_process_instance(body: dict[str, Any]) -> dict[str, Any]:
    """Start a process; on demand wait for its end and answer with its variables."""
    _check_may_start(body)
    if body.get("start_instructions"):
        access.require("intervention.make")
    started = (
        engine()
        .by(who())
        .instances.start(
            StartRequest(
                body.get("process_definition_id"),
                definition_key=body.get("process_definition_key"),
                version=_version(body),
                version_tag=body.get("process_definition_version_tag"),
                variables=body.get("variables") or {},
                business_key=body.get("business_id"),
                tags=tuple(body.get("tags") or ()),
                start_instructions=[
                    each["element_id"] for each in body.get("start_instructions") or ()
                ],
                stop_after=[
                    each["after_element_id"] for each in body.get("runtime_instructions") or ()
                ],
            )
        )
    )
    return {
        "process_definition_id": started.process_id,
        "process_definition_version": started.version,
        "process_definition_key": started.definition_key,
        "process_instance_key": started.instance_key,
        "variables": _result(started.instance_key, body) if body.get("await_completion") else {},
        "tags": body.get("tags") or [],
        "business_id": body.get("business_id"),
    }


def _check_may_start(body: dict[str, Any]) -> None:
    """Refuse who is not in the groups a process names; an unknown process is refused later."""
    with reading() as connection:
        properties = properties_of(
            connection,
            body.get("process_definition_id"),
            body.get("process_definition_key"),
            _version(body),
            body.get("process_definition_version_tag"),
        )
    if properties is not None:
        access.require("process.start", SimpleNamespace(properties=properties))


def _version(body: dict[str, Any]) -> int | None:
    """Read the version; -1 means the latest, as clients send it."""
    version = body.get("process_definition_version")
    return None if version == -1 else version


def _result(instance_key: int, body: dict[str, Any]) -> dict[str, Any]:
    milliseconds = body.get("request_timeout") or AWAIT_MS
    with waiting_room():
        variables = engine().instances.await_end(
            instance_key, min(milliseconds, AWAIT_MAXIMUM_MS) / 1000
        )
    wanted = body.get("fetch_variables")
    return {name: variables[name] for name in variables if not wanted or name in wanted}


@routes.post(
    "/process-instances/search",
    may="instance.see",
    takes=ProcessInstanceSearch,
    gives=ProcessInstancePage,
)
def search_process_instances(body: Query) -> dict[str, Any]:
    """List runs of processes."""
    # who asks for values of variables is answered about instances that they may look into
    asks = any("variables" in part for part in (body.where, *body.any_of))
    with reading() as connection:
        only = visible(connection, access.caller()) if asks else None
    return listed(PROCESS_INSTANCES, body, only)


@routes.get(
    "/process-instances/<process_instance_key>", may="instance.see", gives=ProcessInstanceResult
)
def get_process_instance(process_instance_key: int) -> dict[str, Any]:
    """Return one run."""
    return found(PROCESS_INSTANCES, process_instance_key)


@routes.get(
    "/process-instances/<process_instance_key>/call-hierarchy",
    may="instance.see",
    gives=CallHierarchyEntry,
    many=True,
)
def get_process_instance_call_hierarchy(process_instance_key: int) -> list[dict[str, Any]]:
    """Return the runs from the root down to this one."""
    found(PROCESS_INSTANCES, process_instance_key)
    with reading() as connection:
        return call_hierarchy(connection, process_instance_key)


@routes.get(
    "/process-instances/<process_instance_key>/sequence-flows",
    may="instance.see",
    gives=SequenceFlows,
)
def get_process_instance_sequence_flows(process_instance_key: int) -> dict[str, Any]:
    """Return the sequence flows the run has taken."""
    with reading() as connection:
        return {"items": sequence_flows(connection, process_instance_key)}


@routes.get(
    "/process-instances/<process_instance_key>/statistics/element-instances",
    may="instance.see",
    gives=ElementStatistics,
)
def get_process_instance_statistics(process_instance_key: int) -> dict[str, Any]:
    """Count per element how often this run is and was there."""
    with reading() as connection:
        return {"items": statistics.elements_of(connection, process_instance_key)}


@routes.post(
    "/process-instances/<process_instance_key>/incidents/search",
    may="instance.see",
    takes=IncidentSearch,
    gives=IncidentPage,
)
def search_process_instance_incidents(process_instance_key: int, body: Query) -> dict[str, Any]:
    """List the incidents of this run and of the runs it called."""
    found(PROCESS_INSTANCES, process_instance_key)
    return listed(INCIDENTS, body, incident_in_family(process_instance_key))


@routes.post(
    "/process-instances/<process_instance_key>/cancellation",
    may="instance.change",
    takes=OperationRequest,
    status=204,
    command=Command("CANCEL", "cancel", "a process instance"),
)
def cancel_process_instance(process_instance_key: int, body: dict[str, Any]) -> None:
    """End the run and everything it waits for."""
    del body
    engine().by(who()).instances.cancel(process_instance_key)
