"""A person takes back a completion, as long as nothing has come of it.

What the step changed is kept beside it for half a minute. Taking back puts the state of before in
its place and closes what the step opened; the history tells both. Nothing may have come of it: not
another step in the instance (a job that ran, a message that was heard, a task that was claimed),
nothing told outside of it (a called instance, a signal, a noted encounter), no job begun.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from engine import store
from engine.commands import tasks
from engine.errors import Conflict
from engine.model import DROPPED, Closed, ElementChange, Kind, Outcome, Step, VariableChange
from engine.store.types import dumps
from engine.transaction import wait_rows
from engine.transaction.follow_ups import DeliverBuffered
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork

WITHIN = timedelta(seconds=30)
_undo = store.undo.c
_SIMPLE = frozenset({Kind.USER_TASK, Kind.JOB, Kind.TIMER, Kind.MESSAGE, Kind.SIGNAL})
_ROWS = {
    Kind.TIMER: store.timer,
    Kind.MESSAGE: store.subscription,
    Kind.SIGNAL: store.subscription,
}


def complete(work: UnitOfWork, key: int, variables: Mapping[str, Any]) -> bool:
    """Complete a task; return whether the actor may take it back for half a minute."""
    before = Before(work, key)
    step = tasks.completed(work, key, variables)
    kept = before.undoable(step)
    if kept is not None:
        work.connection.execute(delete(store.undo).where(_undo.at < work.now - WITHIN))
        work.connection.execute(insert(store.undo), kept)
    return kept is not None


def undo(work: UnitOfWork, key: int) -> None:
    """Take a completion of one's own back; raises Conflict when it is too late."""
    row = work.connection.execute(select(store.undo).where(_undo.task_key == key)).one_or_none()
    if row is None or row.actor != work.actor or row.at + WITHIN < work.now:
        raise Conflict(f"the completion of task {key} cannot be undone any more")
    instance = work.instance(row.instance_key)
    kept = row.data
    if instance.history_seq != row.seq or _begun(work, kept):
        raise Conflict("it went on meanwhile: the completion cannot be undone")
    work.connection.execute(delete(store.undo).where(_undo.task_key == key))
    _forget_new_variables(work, kept)
    instance.state, instance.ended_at = "ACTIVE", None
    instance.customer, instance.flows = kept["customer"], kept["flows"]
    step = Step(
        state=kept["state"],
        closed=[Closed(number, Kind(kind), Outcome.CANCELED) for kind, number in kept["opened"]],
        elements=[_element(work, each) for each in kept["elements"]],
        variables=[VariableChange(*each) for each in kept["variables"] if len(each) > 2],
    )
    given = {"kind": "undo", "values": {"task": key}}
    work.apply(instance, step, "undo task", kept["subject"], given)
    again = {"state": "CREATED", "ended_at": None, "ended_by": None}
    work.changes.change(store.user_task, key, **again)
    for kind, waited in kept["closed"]:
        _wait_again(work, instance, Kind(kind), waited)


class Before:
    """How an instance is before one of its tasks is completed."""

    def __init__(self, work: UnitOfWork, key: int) -> None:
        """Look at the instance of a task."""
        self._work = work
        self._key = key
        row, self._instance = tasks.open_task(work, key)
        self._element = row["element_id"]
        wide = self._instance.stored.folded_size() > 0
        self._state = None if wide else dumps(self._instance.data)
        self._flows = dict(self._instance.flows)
        self._customer = self._instance.customer

    def undoable(self, step: Step) -> dict[str, Any] | None:
        """Return the row that lets the step be undone; None if something comes of it at once."""
        work, instance = self._work, self._instance
        if self._state is None or not self._alone(step):
            return None
        state = json.loads(self._state)
        kept = {
            "state": state,
            "flows": self._flows,
            "customer": self._customer,
            "subject": self._element,
            "opened": [(wait.kind.value, wait.key) for wait in step.opened],
            "closed": [
                (gone.kind.value, self._row(gone)) for gone in step.closed if gone.key != self._key
            ],
            "elements": [_kept(change, state) for change in step.elements],
            "variables": [
                _value_before(change, state)
                for change in step.variables
                if change.value is not DROPPED
            ],
        }
        place = {"task_key": self._key, "instance_key": instance.key, "actor": work.actor}
        return place | {"at": work.now, "seq": instance.history_seq, "data": kept}

    def _alone(self, step: Step) -> bool:
        """Return whether everything that the step did is in the rows of this instance."""
        kinds = {wait.kind for wait in step.opened} | {gone.kind for gone in step.closed}
        closes_jobs = any(gone.kind is Kind.JOB for gone in step.closed)
        asks = any(wait.data.get("outside") or wait.data.get("assign") for wait in step.opened)
        told = step.signals or step.thrown or self._told_of_its_end(step)
        quiet = self._work.nothing_follows(DeliverBuffered)
        return kinds <= _SIMPLE and quiet and not (closes_jobs or asks or told)

    def _told_of_its_end(self, step: Step) -> bool:
        mine = self._instance
        return step.ended is not None and bool(
            mine.parent_wait_key or mine.correlation_key or mine.open_per or mine.trial_key
        )

    def _row(self, gone: Closed) -> dict[str, Any]:
        table = _ROWS.get(gone.kind, store.user_task)
        found = select(table).where(table.c.key == gone.key)
        row = dict(self._work.connection.execute(found).mappings().one())
        return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in row.items()}


def _begun(work: UnitOfWork, kept: Mapping[str, Any]) -> bool:
    """Return whether a worker has begun one of the jobs that were opened."""
    jobs = [number for kind, number in kept["opened"] if kind == Kind.JOB]
    if not jobs:
        return False
    column = store.job.c
    rows = select(column.worker, column.attempt, column.starts, column.deadline)
    found = work.connection.execute(rows.where(column.key.in_(jobs)).with_for_update()).all()
    return any(row.worker or row.attempt or row.starts or row.deadline for row in found)


def _kept(change: ElementChange, state: Mapping[str, Any]) -> dict[str, Any]:
    was = change.key == state["key"] or str(change.key) in state["tokens"]
    began = change.started_at.isoformat()
    return asdict(change) | {"started_at": began, "ended_at": None, "state": was}


def _element(work: UnitOfWork, kept: Mapping[str, Any]) -> ElementChange:
    """Return an element as it was, or as ended if it was not there."""
    began = {"started_at": datetime.fromisoformat(kept["started_at"]), "ended_at": None}
    change = ElementChange(**(dict(kept) | began | {"state": "ACTIVE"}))
    return change if kept["state"] else replace(change, state="TERMINATED", ended_at=work.now)


def _value_before(change: VariableChange, state: Mapping[str, Any]) -> tuple[Any, ...]:
    scope = state["scopes"].get(str(change.scope_key), {})
    place = (change.scope_key, change.name)
    return (*place, scope[change.name]) if change.name in scope else place


def _forget_new_variables(work: UnitOfWork, kept: Mapping[str, Any]) -> None:
    column = store.variable.c
    for scope, name in (each for each in kept["variables"] if len(each) == 2):
        place = (column.scope_key == scope) & (column.name == name)
        work.connection.execute(delete(store.variable).where(place))


def _wait_again(work: UnitOfWork, instance: Instance, kind: Kind, row: Mapping[str, Any]) -> None:
    table = _ROWS.get(kind, store.user_task)
    if kind is Kind.TIMER:
        due = {"due_at": datetime.fromisoformat(row["due_at"])}
        work.changes.put(table, row["key"], dict(row) | due)
        return
    again: dict[str, Any] = {"state": row["state"]}
    if kind is Kind.USER_TASK:
        again |= {"ended_at": None, "ended_by": None}
    work.changes.change(table, row["key"], **again)
    if kind is Kind.MESSAGE:  # it may have come in between
        work.defer(DeliverBuffered(instance, wait_rows.wait_of(kind, row)))
