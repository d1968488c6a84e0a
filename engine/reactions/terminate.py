"""End an instance and everything in it, even one whose state cannot be read."""

from sqlalchemy import delete, select, update

from engine import store
from engine.model import Closed, Outcome, Step
from engine.transaction import instances, open_waits
from engine.transaction.instances import Damaged, Instance
from engine.transaction.state_parts import StoredState
from engine.transaction.unit_of_work import UnitOfWork


def end(work: UnitOfWork, key: int, command: str = "cancel") -> None:
    """End an instance; while its cancel listeners are heard it goes on."""
    try:
        work.cancel(work.instance(key), command)
    except Damaged as damaged:
        if damaged.instance_key != key:
            raise
        _abandon(work, key, command)


def emptied(work: UnitOfWork, key: int) -> Instance:
    """Return an instance to be emptied: what is stored of its state is not read."""
    row = work.connection.execute(instances.ONE, {"key": key}).mappings().one()
    part = store.state_part
    work.connection.execute(delete(part).where(part.c.instance_key == key))
    return work.adopt(instances.opened(work.connection, row, work.catalogue, StoredState({})))


def _abandon(work: UnitOfWork, key: int, command: str) -> None:
    """End an instance with everything whose row says that it waits for it."""
    instance = emptied(work, key)
    closed = []
    for kind, rows in open_waits.BY_KIND.items():
        found = select(rows.key).where(rows.instance_key == key, rows.still)
        closed += [
            Closed(each, kind, Outcome.CANCELED)
            for each in work.connection.execute(found).scalars()
        ]
    element = store.element_instance.c
    running = update(store.element_instance).where(
        element.instance_key == key, element.state == "ACTIVE"
    )
    work.connection.execute(running.values(state="TERMINATED", ended_at=work.now))
    step = Step(state=instances.blank(key), closed=closed, ended="TERMINATED")
    work.apply(instance, step, command)
