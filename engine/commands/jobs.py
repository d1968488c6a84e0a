"""Jobs: leased by workers, finished, failed, thrown out of."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy import update as sql_update

from engine import runtime, store
from engine.errors import Conflict, Invalid, NotFound
from engine.model import Kind, Step, Wait
from engine.reactions import quarantine
from engine.transaction import input_limits, wait_rows
from engine.transaction.instances import COLUMNS, Instance, locked, seen_from
from engine.transaction.unit_of_work import UnitOfWork, alive

_job = store.job.c
JOINED = select(store.job, *COLUMNS).join(
    store.instance, store.instance.c.key == store.job.c.instance_key
)
ONE = locked(JOINED.where(_job.key == bindparam("key")), store.job)
_NEXT = (
    JOINED.where(_job.type == bindparam("wanted"))
    .where(_job.open & (_job.retries > 0) & ~_job.installed)
    .where(_job.available_at <= bindparam("now"))
    .where(store.instance.c.state == "ACTIVE")
    .order_by(_job.rank, _job.key)
    .limit(bindparam("count"))
    .with_for_update(of=store.job, skip_locked=True)
)
_LEASE = (
    sql_update(store.job)
    .where(_job.key == bindparam("b_key"))
    .values(
        worker=bindparam("worker"),
        deadline=bindparam("deadline"),
        available_at=bindparam("deadline"),
        updated_at=bindparam("now"),
    )
)


def activate(
    work: UnitOfWork, wanted: str, count: int, timeout_ms: int, fetch: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Lease up to `count` jobs of a type to the actor, a worker, until the timeout."""
    if timeout_ms <= 0 or count <= 0:
        raise Invalid("timeout and the number of jobs must be above zero")
    found = (
        work.connection.execute(_NEXT, {"wanted": wanted, "now": work.now, "count": count})
        .mappings()
        .all()
    )
    if not found:
        return []
    deadline = work.now + wait_rows.span(timeout_ms, "the timeout", work.limits)
    lease = {"worker": work.actor, "deadline": deadline}
    open_ = [
        (row, instance) for row in found if (instance := quarantine.load(work, row)) is not None
    ]
    if open_:
        leased = lease | {"now": work.now}
        work.connection.execute(_LEASE, [{"b_key": row["key"]} | leased for row, _ in open_])
    return [handed_out(row, instance, fetch) | lease for row, instance in open_]


def finish(
    work: UnitOfWork, key: int, variables: Mapping[str, Any] | None = None, result: Any = None
) -> None:
    """Complete a job: its variables are merged and the process goes on."""
    row, instance = _open(work, key)
    taken = input_limits.check(variables, work.limits)
    if row["retries"] <= 0:
        raise Conflict(f"job {key} has an open incident")
    wait = wait_of(row, result)
    work.resume(instance, wait, taken, "finish job")
    if row["kind"] == "TASK_LISTENER":
        _record_denial(work, key, taken, result or {})


def _record_denial(
    work: UnitOfWork, key: int, taken: Mapping[str, Any], result: Mapping[str, Any]
) -> None:
    """Keep whether a task listener denied the change, and why; it may say so as a variable."""
    denied = result.get("denied") is True or taken.get("denied") is True
    reason = result.get("denied_reason") if denied else None
    work.changes.change(store.job, key, denied=denied, denied_reason=reason)


def fail(
    work: UnitOfWork,
    key: int,
    message: str = "",
    retries: int = 0,
    backoff_ms: int = 0,
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Report a job as failed: tried again after the backoff, or an incident without retries."""
    row, instance = _open(work, key)
    retries, message = max(0, retries), input_limits.plain(message)
    if variables:
        local = input_limits.check(variables, work.limits)
        set_local(work, instance, row["element_instance_key"], local)
    if retries == 0:
        set_failed(work, row, 0, message)
        work.fail(instance, wait_of(row), _no_retries(row), message, "fail job")
        return
    delay = wait_rows.span(max(0, backoff_ms), "the backoff", work.limits)
    set_failed(work, row, retries, message, available_at=work.now + delay)
    if row["installed"]:
        work.enqueue_job(key, row["attempt"] + 2, delay.total_seconds())
    work.record(instance, "fail job", row["element_id"])


def throw(
    work: UnitOfWork,
    key: int,
    code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Let a business error leave the job; uncaught, it is an incident."""
    row, instance = _open(work, key)
    throw_out_of(work, row, instance, code, message, variables)


def throw_out_of(
    work: UnitOfWork,
    row: wait_rows.Row,
    instance: Instance,
    code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Let a business error leave a job whose row is at hand."""
    key = row["key"]
    taken = input_limits.check(variables, work.limits)
    code, message = input_limits.error_code(code), input_limits.plain(message)
    work.changes.change(
        store.job, key, error_code=code, error_message=message, updated_at=work.now, deadline=None
    )
    thrown = {"kind": "error", "code": code, "message": message, "variables": taken}
    step = work.throw(instance, wait_of(row), thrown, "throw error")
    if any(wait.key == key for wait in step.closed):
        work.changes.change(store.job, key, state="ERROR_THROWN", open=False, ended_at=work.now)
    else:
        # The run counts: when the incident is resolved the next one must not have its name.
        thrown_out = {"retries": 0, "state": "ERROR_THROWN", "starts": 0}
        work.changes.change(store.job, key, attempt=row["attempt"] + 1, **thrown_out)


def update(
    work: UnitOfWork,
    key: int,
    retries: int | None = None,
    timeout_ms: int | None = None,
    priority: int | None = None,
) -> None:
    """Change retries, lease or priority of a job."""
    row, instance = _open(work, key)
    values: dict[str, Any] = {"updated_at": work.now}
    if retries is not None:
        if retries <= 0:
            raise Invalid("retries must be above zero")
        values["retries"] = retries
    if timeout_ms is not None:
        if row["deadline"] is None:
            raise Conflict(f"job {key} is not activated")
        values["deadline"] = work.now + wait_rows.span(timeout_ms, "the timeout", work.limits)
        values["available_at"] = values["deadline"]
    if priority is not None:
        values |= {"priority": priority, "rank": -priority}
    work.changes.change(store.job, key, **values)
    work.record(instance, "update job", row["element_id"])


def set_local(
    work: UnitOfWork, instance: Instance, scope_key: int, variables: Mapping[str, Any]
) -> Step:
    """Write variables of an element itself."""
    step = runtime.set_variables(
        instance.definition,
        instance.data,
        scope_key,
        variables,
        local=True,
        context=work.context(instance),
    )
    given = {"kind": "variables", "scope": scope_key, "local": True, "values": dict(variables)}
    return work.apply(instance, step, "set variables", given=given)


def _open(work: UnitOfWork, key: int) -> tuple[RowMapping, Instance]:
    row = work.connection.execute(ONE, {"key": key}).mappings().one_or_none()
    if row is None or not row["open"]:
        raise NotFound(f"Expected to find job with key '{key}', but no such job was found")
    return row, alive(work.from_row(row))


def set_failed(
    work: UnitOfWork, row: RowMapping, retries: int, message: str, **values: Any
) -> None:
    """Store that a try went wrong, and how many are left."""
    work.changes.change(
        store.job,
        row["key"],
        state="FAILED",
        retries=retries,
        attempt=row["attempt"] + 1,
        starts=0,
        error_message=message,
        deadline=None,
        updated_at=work.now,
        **values,
    )


def _no_retries(row: RowMapping) -> str:
    kinds = {
        "EXECUTION_LISTENER": "EXECUTION_LISTENER_NO_RETRIES",
        "TASK_LISTENER": "TASK_LISTENER_NO_RETRIES",
        "AD_HOC_SUB_PROCESS": "AD_HOC_SUB_PROCESS_NO_RETRIES",
    }
    return kinds.get(row["kind"], "JOB_NO_RETRIES")


def wait_of(row: wait_rows.Row, result: Any = None) -> Wait:
    """Return the wait that a job stands for."""
    data = {"type": row["type"], "job_kind": row["kind"], "listener_event": row["listener_event"]}
    if result is not None:
        data["result"] = result
    return Wait(row["key"], Kind.JOB, row["element_id"], row["element_instance_key"], data)


def _wanted(row: wait_rows.Row, instance: Instance) -> dict[str, Any]:
    """Return what is about to change in the user task that a listener is asked about."""
    if row["kind"] != "TASK_LISTENER":
        return {}
    token = instance.data["tokens"].get(str(row["element_instance_key"])) or {}
    asked = (token.get("d") or {}).get("ask") or {}
    return dict(asked.get("changes") or {})


def handed_out(
    row: wait_rows.Row, instance: Instance, fetch: Sequence[str] | None
) -> dict[str, Any]:
    """Return a job as its worker needs it."""
    variables = seen_from(instance, row["element_instance_key"])
    if fetch:
        variables = {name: variables[name] for name in fetch if name in variables}
    return {
        "key": row["key"],
        "type": row["type"],
        "kind": row["kind"],
        "listener_event": row["listener_event"],
        "process_id": row["process_id"],
        "definition_key": row["definition_key"],
        "version": instance.deployed.version,
        "instance_key": instance.key,
        "root_instance_key": instance.root_instance_key,
        "element_id": row["element_id"],
        "element_instance_key": row["element_instance_key"],
        "headers": row["headers"],
        "retries": row["retries"],
        "attempt": row["attempt"],
        "priority": row["priority"],
        "business_key": instance.business_key,
        "tags": instance.tags,
        "variables": variables,
        "wanted": _wanted(row, instance),
    }
