"""Batch operations: one thing done to many instances in the background."""

from typing import Any

from engine.reads.search import Condition, Query
from engine.reads.search.instances import matching
from engine.reads.search.views import BATCH_ITEMS, BATCHES
from web.api.context import who
from web.api.problems import Command, invalid
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.instances import OperationRequest
from web.api.schemas.operations import (
    BatchOperationCreatedResult,
    BatchOperationItemPage,
    BatchOperationItemSearch,
    BatchOperationPage,
    BatchOperationResponse,
    BatchOperationSearch,
    InstancesRequest,
    MigrateInstancesRequest,
    ModifyInstancesRequest,
)
from web.api.v2.instructions import mapping, moves
from web.app.services import engine

routes = Routes("Batch operation")
_CREATE = Command("CREATE")


# What the operation sets itself, whatever the filter says: as in the contract.
_STATE = frozenset({"state"})
_PARENT = frozenset({"parent_process_instance_key"})
_RUNNING = frozenset({"ACTIVE", "SUSPENDED"})


def _begin(
    kind: str,
    body: dict[str, Any],
    plan: dict[str, Any] | None = None,
    overridden: frozenset[str] = _STATE,
) -> dict[str, Any]:
    wanted = {name: said for name, said in body["filter"].items() if name not in overridden}
    chosen = matching(wanted, wanted.pop("any_of", ()))
    key = engine().by(who()).batches.create(kind, chosen, plan)
    return {"batch_operation_key": key, "batch_operation_type": kind}


@routes.post(
    "/process-instances/cancellation",
    may="instance.change",
    takes=InstancesRequest,
    gives=BatchOperationCreatedResult,
    command=_CREATE,
)
def cancel_process_instances(body: dict[str, Any]) -> dict[str, Any]:
    """End the running instances of a filter; another state than theirs is refused."""
    wanted = body["filter"]
    for conditions in (wanted, *wanted.get("any_of", ())):
        for condition in conditions.get("state", ()):
            _check_running(condition)
    return _begin("CANCEL_PROCESS_INSTANCE", body, overridden=_PARENT)


def _check_running(condition: Condition) -> None:
    asked = condition.value if condition.operator == "in" else [condition.value]
    if condition.operator in {"eq", "in"} and (other := sorted({*asked} - _RUNNING)):
        invalid(f"'filter.state': only what runs can be cancelled, not {', '.join(other)}")


@routes.post(
    "/process-instances/migration",
    may="intervention.make",
    takes=MigrateInstancesRequest,
    gives=BatchOperationCreatedResult,
    command=_CREATE,
)
def migrate_process_instances(body: dict[str, Any]) -> dict[str, Any]:
    """Take the running instances of a filter to another version."""
    plan = body["migration_plan"]
    target = plan["target_process_definition_key"]
    moved = {"target_definition_key": target, "mapping": mapping(plan)}
    return _begin("MIGRATE_PROCESS_INSTANCE", body, moved)


@routes.post(
    "/process-instances/modification",
    may="intervention.make",
    takes=ModifyInstancesRequest,
    gives=BatchOperationCreatedResult,
    command=_CREATE,
)
def modify_process_instances(body: dict[str, Any]) -> dict[str, Any]:
    """Move the tokens of the running instances of a filter."""
    return _begin("MODIFY_PROCESS_INSTANCE", body, {"move": moves(body["move_instructions"])})


@routes.post(
    "/process-instances/incident-resolution",
    may="incident.resolve",
    takes=InstancesRequest,
    gives=BatchOperationCreatedResult,
    command=_CREATE,
)
def resolve_incidents(body: dict[str, Any]) -> dict[str, Any]:
    """Try again what failed in the instances of a filter."""
    return _begin("RESOLVE_INCIDENT", body)


@routes.post(
    "/process-instances/deletion",
    may="instance.change",
    takes=InstancesRequest,
    gives=BatchOperationCreatedResult,
    command=_CREATE,
)
def delete_process_instances(body: dict[str, Any]) -> dict[str, Any]:
    """Delete the instances of a filter that are over."""
    return _begin("DELETE_PROCESS_INSTANCE", body, overridden=frozenset())


@routes.post(
    "/process-instances/suspension",
    may="instance.change",
    takes=InstancesRequest,
    gives=BatchOperationCreatedResult,
    command=_CREATE,
)
def suspend_process_instances(body: dict[str, Any]) -> dict[str, Any]:
    """Let the running instances of a filter sleep."""
    return _begin("SUSPEND_PROCESS_INSTANCE", body, overridden=_STATE | _PARENT)


@routes.post(
    "/process-instances/resumption",
    may="instance.change",
    takes=InstancesRequest,
    gives=BatchOperationCreatedResult,
    command=_CREATE,
)
def resume_process_instances(body: dict[str, Any]) -> dict[str, Any]:
    """Let the sleeping instances of a filter go on."""
    return _begin("RESUME_PROCESS_INSTANCE", body, overridden=_STATE | _PARENT)


@routes.post(
    "/batch-operations/search",
    may="instance.see",
    takes=BatchOperationSearch,
    gives=BatchOperationPage,
)
def search_batch_operations(body: Query) -> dict[str, Any]:
    """List batch operations."""
    return listed(BATCHES, body)


@routes.get(
    "/batch-operations/<batch_operation_key>", may="instance.see", gives=BatchOperationResponse
)
def get_batch_operation(batch_operation_key: int) -> dict[str, Any]:
    """Return how far a batch operation is."""
    return found(BATCHES, batch_operation_key)


@routes.post(
    "/batch-operation-items/search",
    may="instance.see",
    takes=BatchOperationItemSearch,
    gives=BatchOperationItemPage,
)
def search_batch_operation_items(body: Query) -> dict[str, Any]:
    """List what batch operations work on, and what came of it."""
    return listed(BATCH_ITEMS, body)


@routes.post(
    "/batch-operations/<batch_operation_key>/cancellation",
    may="instance.change",
    takes=OperationRequest,
    status=204,
    command=Command("CANCEL", "cancel", "a batch operation"),
)
def cancel_batch_operation(batch_operation_key: int, body: dict[str, Any]) -> None:
    """End a batch operation; what it has not done yet stays as it is."""
    del body
    engine().by(who()).batches.cancel(batch_operation_key)


@routes.post(
    "/batch-operations/<batch_operation_key>/suspension",
    may="instance.change",
    takes=OperationRequest,
    status=204,
    command=Command("SUSPEND", "suspend", "a batch operation"),
)
def suspend_batch_operation(batch_operation_key: int, body: dict[str, Any]) -> None:
    """Let a batch operation pause."""
    del body
    engine().by(who()).batches.pause(batch_operation_key)


@routes.post(
    "/batch-operations/<batch_operation_key>/resumption",
    may="instance.change",
    takes=OperationRequest,
    status=204,
    command=Command("RESUME", "resume", "a batch operation"),
)
def resume_batch_operation(batch_operation_key: int, body: dict[str, Any]) -> None:
    """Let a batch operation that pauses go on."""
    del body
    engine().by(who()).batches.resume(batch_operation_key)
