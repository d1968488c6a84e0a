"""What operators do to one instance: move its tokens, migrate it, delete it, let it sleep."""

from typing import Any

from engine import store
from engine.reads.search.instances import family_of
from engine.reads.search.views import PROCESS_INSTANCES
from web.api.context import who
from web.api.problems import Command
from web.api.reads import found
from web.api.routes import Routes
from web.api.schemas.elements import ActivateActivitiesRequest
from web.api.schemas.instances import OperationRequest
from web.api.schemas.operations import (
    BatchOperationCreatedResult,
    MigrationRequest,
    ModificationRequest,
)
from web.api.v2.instructions import mapping, modification
from web.app.services import engine

routes = Routes("Process instance")
_INSTANCE = "a process instance"


@routes.post(
    "/process-instances/<process_instance_key>/modification",
    may="intervention.make",
    takes=ModificationRequest,
    status=204,
    command=Command("MODIFY", "modify", _INSTANCE),
)
def modify_process_instance(process_instance_key: int, body: dict[str, Any]) -> None:
    """Put, move and take away tokens of a run, all or nothing."""
    found(PROCESS_INSTANCES, process_instance_key)
    engine().by(who()).instances.modify(process_instance_key, **modification(body))


@routes.post(
    "/process-instances/<process_instance_key>/migration",
    may="intervention.make",
    takes=MigrationRequest,
    status=204,
    command=Command("MIGRATE", "migrate", _INSTANCE),
)
def migrate_process_instance(process_instance_key: int, body: dict[str, Any]) -> None:
    """Take a run to another version of its process."""
    found(PROCESS_INSTANCES, process_instance_key)
    target = body["target_process_definition_key"]
    engine().by(who()).instances.migrate(process_instance_key, target, mapping(body))


@routes.post(
    "/process-instances/<process_instance_key>/deletion",
    may="instance.change",
    takes=OperationRequest,
    status=204,
    command=Command("DELETE", "delete", _INSTANCE),
)
def delete_process_instance(process_instance_key: int, body: dict[str, Any]) -> None:
    """Delete a run that is over, the runs it called, and all that is known of them."""
    del body
    engine().by(who()).instances.delete(process_instance_key)


@routes.post(
    "/process-instances/<process_instance_key>/incident-resolution",
    may="incident.resolve",
    takes=OperationRequest,
    gives=BatchOperationCreatedResult,
    command=Command("RESOLVE_INCIDENT", "resolve incidents of", _INSTANCE),
)
def resolve_process_instance_incidents(
    process_instance_key: int, body: dict[str, Any]
) -> dict[str, Any]:
    """Try again everything that failed in a run and in the runs it called, in the background."""
    del body
    found(PROCESS_INSTANCES, process_instance_key)
    chosen = store.instance.c.key.in_(family_of(process_instance_key))
    key = engine().by(who()).batches.create("RESOLVE_INCIDENT", chosen)
    return {"batch_operation_key": key, "batch_operation_type": "RESOLVE_INCIDENT"}


@routes.post(
    "/process-instances/<process_instance_key>/suspension",
    may="instance.change",
    takes=OperationRequest,
    status=204,
    command=Command("SUSPEND", "suspend", _INSTANCE),
)
def suspend_process_instance(process_instance_key: int, body: dict[str, Any]) -> None:
    """Let a run sleep: nothing moves it until it is resumed."""
    del body
    engine().by(who()).instances.suspend(process_instance_key)


@routes.post(
    "/process-instances/<process_instance_key>/resumption",
    may="instance.change",
    takes=OperationRequest,
    status=204,
    command=Command("RESUME", "resume", _INSTANCE),
)
def resume_process_instance(process_instance_key: int, body: dict[str, Any]) -> None:
    """Let a run that sleeps go on."""
    del body
    engine().by(who()).instances.resume(process_instance_key)


@routes.post(
    "/element-instances/ad-hoc-activities/<ad_hoc_sub_process_instance_key>/activation",
    may="intervention.make",
    takes=ActivateActivitiesRequest,
    status=204,
    command=Command("ACTIVATE", "activate activities in", "an ad-hoc subprocess"),
)
def activate_ad_hoc_sub_process_activities(
    ad_hoc_sub_process_instance_key: int, body: dict[str, Any]
) -> None:
    """Start activities of an ad-hoc subprocess that is open."""
    elements = [
        {"elementId": each["element_id"], "variables": each.get("variables") or {}}
        for each in body["elements"]
    ]
    engine().by(who()).instances.activate_ad_hoc(
        ad_hoc_sub_process_instance_key,
        elements,
        cancel_remaining=bool(body.get("cancel_remaining_instances")),
    )
