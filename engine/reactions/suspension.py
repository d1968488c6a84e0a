"""An instance sleeps: nothing moves it. What it called sleeps with it, or its end would be lost."""

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from engine import store
from engine.errors import Conflict
from engine.model import Kind, Step
from engine.reactions import call_activities, message_buffer
from engine.transaction import wait_rows
from engine.transaction.instances import Damaged, Instance

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move

_instance = store.instance.c


def suspend(move: "Move", key: int) -> None:
    """Let an instance and all it called sleep."""
    instance = move.instance(key)
    if instance.state != "ACTIVE":
        raise Conflict(f"process instance {key} is {instance.state.lower()}")
    _change(move, instance, "SUSPENDED")
    called(move, key, "SUSPENDED")


def wake(move: "Move", key: int) -> None:
    """Let an instance and all it called go on; not while its caller sleeps."""
    instance = move.instance(key)
    if instance.state != "SUSPENDED":
        raise Conflict(f"process instance {key} is {instance.state.lower()}")
    parent = instance.parent_instance_key
    if parent is not None:
        asleep = select(_instance.key).where(_instance.key == parent, _instance.state != "ACTIVE")
        if move.connection.execute(asleep).first() is not None:
            raise Conflict(f"instance {parent}, which called it, sleeps: resume that one")
    _change(move, instance, "ACTIVE")
    called(move, key, "ACTIVE")


def called(move: "Move", key: int, state: str) -> None:
    """Let what an instance called, however deep, sleep or go on with it."""
    for member, over in call_activities.members(move.connection, key):
        if over or member == key:
            continue
        try:
            instance = move.instance(member)
        except Damaged:
            continue  # it sleeps already, by its own incident
        if instance.ended_at is None and instance.state != state:
            _change(move, instance, state)


def _change(move: "Move", instance: Instance, state: str) -> None:
    instance.state = state
    suspended = state == "SUSPENDED"
    move.apply(instance, Step(state=instance.stored.near()), "suspend" if suspended else "resume")
    move.flush()
    row = update(store.instance).where(_instance.key == instance.key)
    move.connection.execute(row.values(suspended_at=move.now if suspended else None))
    if not suspended:
        _wake_jobs(move, instance)
        _wake_subscriptions(move, instance)


def _wake_jobs(move: "Move", instance: Instance) -> None:
    """Queue due jobs under a new name: their runs may have come while it slept, and gone."""
    column = store.job.c
    sleeping = select(column.key).where(
        column.instance_key == instance.key, column.open, column.installed, column.retries > 0
    )
    for key in move.connection.execute(sleeping.where(column.available_at <= move.now)).scalars():
        run = f"job-{key}-woken-{instance.history_seq}"
        move.work("job", {"key": key, "run": run}, run)


def _wake_subscriptions(move: "Move", instance: Instance) -> None:
    """Give it the messages that came while it slept and still live."""
    column = store.subscription.c
    sleeping = select(store.subscription).where(
        column.instance_key == instance.key, column.kind == "message", column.state == "CREATED"
    )
    for row in move.connection.execute(sleeping).mappings().all():
        wait = wait_rows.wait_of(Kind.MESSAGE, row)
        move.later(lambda wait=wait: message_buffer.deliver(move, instance, wait))  # type: ignore[misc]
