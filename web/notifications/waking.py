"""Ends the snoozes that wait for something: a comment, a step of the case, the customer."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from engine import store
from engine.errors import Conflict, NotFound
from engine.reads import Task
from tasks.interactions.records import Interaction
from web.app.services import Services
from web.app.tables import comment, task_wake
from web.notifications import keeping

WHAT = ("comment", "change", "customer")
AT_ONCE = 200
_wake, _task, _case = task_wake.c, store.user_task.c, store.instance.c


def wait_for(connection: Connection, task: Task, username: str, what: str) -> None:
    """Remember what is to end the snooze of a task, and what there was when it began."""
    forget(connection, task.key)
    row = {"task_key": task.key, "instance_key": task.instance_key, "username": username}
    mark = connection.scalar(_mark(what, task.instance_key)) or 0
    connection.execute(insert(task_wake), row | {"what": what, "mark": int(mark)})


def forget(connection: Connection, task_key: int) -> None:
    """Wait for nothing any more."""
    connection.execute(delete(task_wake).where(_wake.task_key == task_key))


def reasons(connection: Connection, task_keys: list[int]) -> dict[int, str]:
    """Return what the snoozed tasks among these wait for."""
    found = select(_wake.task_key, _wake.what).where(_wake.task_key.in_(task_keys))
    return {row.task_key: row.what for row in connection.execute(found)}


def wake_due(services: Services) -> int:
    """Bring back the tasks whose snooze is over, and tell their people; return how many."""
    with store.reading(services.database) as connection:
        rows = connection.execute(
            select(task_wake, _task.state)
            .join(store.user_task, _task.key == _wake.task_key)
            .join(store.instance, _case.key == _wake.instance_key)
            .where(or_(_task.state != store.CREATED, _happened()))
            .limit(AT_ONCE)
        ).all()
    return sum(_wake_one(services, row) for row in rows)


def _wake_one(services: Services, row: Any) -> bool:
    woken: bool = row.state == "CREATED"
    try:
        if woken:
            services.engine.by(row.username).tasks.update(row.task_key, {"follow_up_at": None})
    except (Conflict, NotFound):
        woken = False
    with store.writing(services.database) as connection:
        forget(connection, row.task_key)
        if woken:
            about = (row.task_key, row.instance_key)
            keeping.tell(connection, [row.username], "back", about, "", services.clock())
    return woken


def _happened() -> ColumnElement[bool]:
    said = exists().where(
        comment.c.instance_key == _wake.instance_key,
        comment.c.id > _wake.mark,
        comment.c.author != _wake.username,
    )
    wrote = exists().where(_of_customer(), Interaction.id > _wake.mark)
    return or_(
        and_(_wake.what == "comment", said),
        and_(_wake.what == "change", _case.history_seq > _wake.mark),
        and_(_wake.what == "customer", wrote),
    )


def _of_customer() -> ColumnElement[bool]:
    return and_(
        cast(Interaction.customer_id, String) == _case.customer, Interaction.direction == "in"
    )


def _mark(what: str, instance_key: int) -> Any:
    if what == "change":
        return select(_case.history_seq).where(_case.key == instance_key)
    if what == "comment":
        return select(func.max(comment.c.id))
    return select(cast(func.max(Interaction.id), Integer))
