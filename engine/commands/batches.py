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
from engine.transaction.unit_of_work import Move

CHUNK = 50  # items of one run in the background
_batch, _item = store.batch.c, store.batch_item.c


class Stopped(Conflict):
    """The batch was paused or cancelled; its run ends here."""


class Taken(Conflict):
    """Another run has done this item."""


def create(move: Move, name: str, chosen: ColumnElement[bool], plan: batch_kinds.Plan) -> int:
    """Write down what is to be done to which instances, and let the background begin."""
    kind = batch_kinds.kind(name)
    kind.check(move, plan)
    key = move.keys()
    row = {
        "key": key,
        "kind": name,
        "state": "ACTIVE",
        "plan": dict(plan),
        "actor": move.actor,
        "total": 0,
        "completed": 0,
        "failed": 0,
        "run": 1,
        "started_at": move.now,
        "touched_at": move.now,
    }
    move.connection.execute(insert(store.batch), row)
    total = _fill(move.connection, key, kind.items(chosen).subquery())
    _set(move, key, total=total)
    if total:
        _work_on(move, key, 1)
    else:
        _set(move, key, state="COMPLETED", ended_at=move.now)
    return key


def pause(move: Move, key: int) -> None:
    """Stop before the next item."""
    _change(move, key, ("ACTIVE",), state="SUSPENDED")


def resume(move: Move, key: int) -> None:
    """Go on where it stopped."""
    _change(move, key, ("SUSPENDED",), state="ACTIVE")
    _next_run(move, key)


def cancel(move: Move, key: int) -> None:
    """Leave what is not done yet as it is."""
    _change(move, key, ("ACTIVE", "SUSPENDED"), state="CANCELED", ended_at=move.now)
    move.connection.execute(
        update(store.batch_item)
        .where(_item.batch_key == key, _item.state == "ACTIVE")
        .values(state="CANCELED", processed_at=move.now)
    )


def read(connection: Connection, key: int) -> Any:
    """Give the row of a batch."""
    row = connection.execute(select(store.batch).where(_batch.key == key)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no batch operation {key}")
    return row


def waiting(connection: Connection, key: int) -> list[int]:
    """List the keys of the next items."""
    found = (
        select(_item.item_key)
        .where(_item.batch_key == key, _item.state == "ACTIVE")
        .order_by(_item.item_key)
        .limit(CHUNK)
    )
    return list(connection.execute(found).scalars())


def work(move: Move, row: Any, item_key: int) -> None:
    """Do one item; its change and that of the instance are one transaction."""
    _report(move, row["key"], item_key, "completed", None)
    batch_kinds.kind(row["kind"]).do(move, item_key, row["plan"])


def fail(move: Move, row: Any, item_key: int, message: str) -> None:
    """Write down why an item could not be done; the others go on."""
    _report(move, row["key"], item_key, "failed", message[:2_000])


def go_on(move: Move, key: int, run: int) -> None:
    """After a chunk: the next one, or the end."""
    row = move.connection.execute(
        select(_batch.state, _batch.run).where(_batch.key == key).with_for_update()
    ).one()
    if (row.state, row.run) != ("ACTIVE", run):
        return
    if waiting(move.connection, key):
        _next_run(move, key)
    else:
        _set(move, key, state="COMPLETED", ended_at=move.now)


def idle(connection: Connection, since: datetime) -> list[Any]:
    """List the active batches that nobody has touched since then."""
    found = select(_batch.key, _batch.run, _batch.actor).where(
        _batch.state == "ACTIVE", _batch.touched_at <= since
    )
    return list(connection.execute(found).mappings())


def run_id(key: int, run: int) -> str:
    """Name a run of the background."""
    return f"batch-{key}-{run}"


def adopt(move: Move, key: int) -> None:
    """Begin another run for a batch whose run was lost."""
    _change(move, key, ("ACTIVE",), touched_at=move.now)
    _next_run(move, key)


def _fill(connection: Connection, key: int, found: Any) -> int:
    names = ("batch_key", "item_key", "instance_key", "root_instance_key", "state")
    columns = (found.c.item_key, found.c.instance_key, found.c.root_instance_key)
    rows = select(literal(key), *columns, literal("ACTIVE"))
    connection.execute(insert(store.batch_item).from_select(names, rows))
    counted = select(func.count()).where(_item.batch_key == key)
    return int(connection.execute(counted).scalar_one())


def _report(move: Move, key: int, item_key: int, how: str, error: str | None) -> None:
    counter = _batch[how]
    counted = move.connection.execute(
        update(store.batch)
        .where(_batch.key == key, _batch.state == "ACTIVE")
        .values({counter: counter + 1, _batch.touched_at: move.now})
    )
    done = move.connection.execute(
        update(store.batch_item)
        .where(_item.batch_key == key, _item.item_key == item_key, _item.state == "ACTIVE")
        .values(state=how.upper(), processed_at=move.now, error=error if error else null())
    )
    if not counted.rowcount:
        raise Stopped
    if not done.rowcount:
        raise Taken


def _change(move: Move, key: int, states: tuple[str, ...], **values: Any) -> None:
    changed = move.connection.execute(
        update(store.batch).where(_batch.key == key, _batch.state.in_(states)).values(**values)
    )
    if not changed.rowcount:
        state = read(move.connection, key)["state"]
        raise Conflict(f"batch operation {key} is {state.lower()}")


def _set(move: Move, key: int, **values: Any) -> None:
    move.connection.execute(update(store.batch).where(_batch.key == key).values(**values))


def _next_run(move: Move, key: int) -> None:
    run = read(move.connection, key)["run"] + 1
    _set(move, key, run=run, touched_at=move.now)
    _work_on(move, key, run)


def _work_on(move: Move, key: int, run: int) -> None:
    move.work("batch", {"key": key, "run": run}, run_id(key, run))
