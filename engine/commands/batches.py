"""Batch operations: one thing done to many instances, one transaction each, in chunks.

    created ──► ACTIVE ◄──► SUSPENDED          pause, resume: a person
                  │  └───────► CANCELED        cancel: a person; what is left is let be
                  └──► COMPLETED               the background: every item done or failed

Whoever changes the row of an item wins: two runs that meet after a crash do nothing twice.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal, null, select, update

from engine import store
from engine.commands import batch_kinds
from engine.errors import Conflict, NotFound
from engine.transaction.unit_of_work import UnitOfWork

CHUNK = 50  # items of one run in the background
_batch, _item = store.batch.c, store.batch_item.c


class Stopped(Conflict):
    """The batch was paused or cancelled; its run ends here."""


class Taken(Conflict):
    """Another run has done this item."""


def create(
    work: UnitOfWork,
    name: str,
    chosen: ColumnElement[bool],
    plan: batch_kinds.Plan | None = None,
) -> int:
    """Do one thing to many instances in the background; return the key of the batch.

    `name` is a BatchOperationType (see `batch_kinds`), `chosen` a condition on store.instance;
    those it cannot be done to (ended ones to be cancelled …) are left out. `plan`: for MIGRATE
    {target_definition_key, mapping}, for MODIFY {activate, move, terminate} as of `modify`, for
    RESOLVE_INCIDENT {retries}.
    """
    plan = plan or {}
    kind = batch_kinds.kind(name)
    kind.check(work, plan)
    key = work.keys()
    row = {
        "key": key,
        "kind": name,
        "state": "ACTIVE",
        "plan": dict(plan),
        "actor": work.actor,
        "total": 0,
        "completed": 0,
        "failed": 0,
        "run": 1,
        "started_at": work.now,
        "touched_at": work.now,
    }
    work.connection.execute(insert(store.batch), row)
    total = _fill(work.connection, key, kind.items(chosen).subquery())
    _set(work, key, total=total)
    if total:
        _work_on(work, key, 1)
    else:
        _set(work, key, state="COMPLETED", ended_at=work.now)
    return key


def pause(work: UnitOfWork, key: int) -> None:
    """Stop before the next item."""
    _change(work, key, ("ACTIVE",), state="SUSPENDED")


def resume(work: UnitOfWork, key: int) -> None:
    """Go on where it stopped."""
    _change(work, key, ("SUSPENDED",), state="ACTIVE")
    _next_run(work, key)


def cancel(work: UnitOfWork, key: int) -> None:
    """Leave what is not done yet as it is."""
    _change(work, key, ("ACTIVE", "SUSPENDED"), state="CANCELED", ended_at=work.now)
    work.connection.execute(
        update(store.batch_item)
        .where(_item.batch_key == key, _item.state == "ACTIVE")
        .values(state="CANCELED", processed_at=work.now)
    )


def read(connection: Connection, key: int) -> Any:
    """Return the row of a batch."""
    row = connection.execute(select(store.batch).where(_batch.key == key)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no batch operation {key}")
    return row


def waiting(connection: Connection, key: int) -> list[int]:
    """Return the keys of the next items."""
    found = (
        select(_item.item_key)
        .where(_item.batch_key == key, _item.state == "ACTIVE")
        .order_by(_item.item_key)
        .limit(CHUNK)
    )
    return list(connection.execute(found).scalars())


def process(work: UnitOfWork, row: Any, item_key: int) -> None:
    """Do one item; its change and that of the instance are one transaction."""
    _report(work, row["key"], item_key, "completed", None)
    batch_kinds.kind(row["kind"]).do(work, item_key, row["plan"])


def fail(work: UnitOfWork, row: Any, item_key: int, message: str) -> None:
    """Store why an item could not be done; the others go on."""
    _report(work, row["key"], item_key, "failed", message[:2_000])


def go_on(work: UnitOfWork, key: int, run: int) -> None:
    """After a chunk: the next one, or the end."""
    row = work.connection.execute(
        select(_batch.state, _batch.run).where(_batch.key == key).with_for_update()
    ).one()
    if (row.state, row.run) != ("ACTIVE", run):
        return
    if waiting(work.connection, key):
        _next_run(work, key)
    else:
        _set(work, key, state="COMPLETED", ended_at=work.now)


def idle(connection: Connection, since: datetime) -> list[Any]:
    """Return the active batches that nobody has touched since then."""
    found = select(_batch.key, _batch.run, _batch.actor).where(
        _batch.state == "ACTIVE", _batch.touched_at <= since
    )
    return list(connection.execute(found).mappings())


def run_id(key: int, run: int) -> str:
    """Name a run of the background."""
    return f"batch-{key}-{run}"


def adopt(work: UnitOfWork, key: int) -> None:
    """Begin another run for a batch whose run was lost."""
    _change(work, key, ("ACTIVE",), touched_at=work.now)
    _next_run(work, key)


def _fill(connection: Connection, key: int, found: Any) -> int:
    names = ("batch_key", "item_key", "instance_key", "root_instance_key", "state")
    columns = (found.c.item_key, found.c.instance_key, found.c.root_instance_key)
    rows = select(literal(key), *columns, literal("ACTIVE"))
    connection.execute(insert(store.batch_item).from_select(names, rows))
    counted = select(func.count()).where(_item.batch_key == key)
    return int(connection.execute(counted).scalar_one())


def _report(work: UnitOfWork, key: int, item_key: int, how: str, error: str | None) -> None:
    counter = _batch[how]
    counted = work.connection.execute(
        update(store.batch)
        .where(_batch.key == key, _batch.state == "ACTIVE")
        .values({counter: counter + 1, _batch.touched_at: work.now})
    )
    done = work.connection.execute(
        update(store.batch_item)
        .where(_item.batch_key == key, _item.item_key == item_key, _item.state == "ACTIVE")
        .values(state=how.upper(), processed_at=work.now, error=error if error else null())
    )
    if not counted.rowcount:
        raise Stopped
    if not done.rowcount:
        raise Taken


def _change(work: UnitOfWork, key: int, states: tuple[str, ...], **values: Any) -> None:
    changed = work.connection.execute(
        update(store.batch).where(_batch.key == key, _batch.state.in_(states)).values(**values)
    )
    if not changed.rowcount:
        state = read(work.connection, key)["state"]
        raise Conflict(f"batch operation {key} is {state.lower()}")


def _set(work: UnitOfWork, key: int, **values: Any) -> None:
    work.connection.execute(update(store.batch).where(_batch.key == key).values(**values))


def _next_run(work: UnitOfWork, key: int) -> None:
    run = read(work.connection, key)["run"] + 1
    _set(work, key, run=run, touched_at=work.now)
    _work_on(work, key, run)


def _work_on(work: UnitOfWork, key: int, run: int) -> None:
    work.enqueue("batch", {"key": key, "run": run}, run_id(key, run))
