"""What starts a process by itself: the newest version listens, the older ones fall silent."""

from sqlalchemy import delete, insert, select, update

from engine import store
from engine.definitions import Definition
from engine.transaction import wait_rows
from engine.transaction.unit_of_work import UnitOfWork


def replace(work: UnitOfWork, definition_key: int, process: Definition) -> None:
    """Let the start events of a new version take over from the version before."""
    silence(work, process.id)
    place = {
        "instance_key": None,
        "definition_key": definition_key,
        "process_id": process.id,
        "element_instance_key": None,
    }
    listening = [
        place
        | {
            "key": work.keys(),
            "element_id": start.element_id,
            "kind": kind,
            "start": True,
            "name": start.name,
            "correlation_key": "",
            "data": {"name": start.name},
            "state": "CREATED",
            "updated_at": work.now,
        }
        for kind, starts in (
            ("message", process.start_messages),
            ("signal", process.start_signals),
            ("condition", process.start_conditions),
        )
        for start in starts
    ]
    if listening:
        work.connection.execute(insert(store.subscription), listening)
    timers = [
        place
        | {
            "key": work.keys(),
            "element_id": start["element_id"],
            "due_at": wait_rows.instant(start["due_at"]) or work.now,
            "repetitions": start["repetitions"],
            "interval": start["interval"],
            "attempts": 0,
        }
        for start in process.timer_starts(work.now, process.zone or work.zone)
    ]
    if timers:
        work.connection.execute(insert(store.timer), timers)


def silence(work: UnitOfWork, process_id: str) -> None:
    """Let no version of a process start by itself."""
    column = store.subscription.c
    older = select(store.definition.c.key).where(store.definition.c.process_id == process_id)
    work.connection.execute(
        update(store.subscription)
        .where(column.start, column.definition_key.in_(older), column.state == "CREATED")
        .values(state="DELETED", updated_at=work.now)
    )
    work.connection.execute(
        delete(store.timer).where(
            store.timer.c.instance_key.is_(None), store.timer.c.definition_key.in_(older)
        )
    )
