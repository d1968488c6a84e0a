"""Writes to colleagues about tasks that wait too long, and brings them before the next level.

These are notes inside the house; customers are reached through the contact gate only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from engine.engine import Engine
from engine.errors import Conflict, NotFound
from engine.service_task import service_task
from tasks.channels import Draft, Refused, Settings, deliver

URGENT = 90  # priority of an escalated task


class Services(Protocol):
    """What the worker gives us."""

    @property
    def settings(self) -> Settings:
        """Settings of the installation."""

    def addresses(
        self, session: Session, users: Collection[str], groups: Collection[str]
    ) -> list[str]:
        """Answer the e-mail addresses of these people and of everybody in these groups."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open user task that a notice is about."""

    key: int
    name: str
    assignee: str | None
    groups: tuple[str, ...]
    priority: int


@service_task(name="notices.remind", retries=5)
def remind(
    session: Session,
    engine: Engine,
    services: Services,
    now: datetime,
    instance_key: str,
    job_key: str,
    task: str,
    groups: list[str],
) -> None:
    """Remind whoever has the task, or everybody who may take it.

    Reads ``task`` (its id in the diagram) and ``groups`` (who may take it). A task that is done
    already is not reminded of.
    """
    for waiting in _open(session, int(instance_key), task):
        users = [waiting.assignee] if waiting.assignee else []
        may_take = [] if users else sorted({*waiting.groups, *groups})
        note = Draft(
            key=f"remind-{job_key}-{waiting.key}",
            channel="email",
            recipient="",
            subject=f"Reminder: {waiting.name}",
            body=f"Half of the time for “{waiting.name}” is over. It waits for you in Peyvand.",
        )
        _write(session, services, note, services.addresses(session, users, may_take), now)


@service_task(name="notices.escalate", retries=5)
def escalate(
    session: Session,
    engine: Engine,
    services: Services,
    now: datetime,
    instance_key: str,
    job_key: str,
    task: str,
    groups: list[str],
    escalate_to: list[str],
) -> None:
    """Bring an overdue task before the next level: they may take it now, and it is urgent.

    Reads ``task`` (its id in the diagram), ``groups`` (who may take it) and ``escalate_to`` (the
    groups of the next level). Writes to all of them.
    """
    found = _open(session, int(instance_key), task)
    session.commit()
    for waiting in found:
        wider = sorted({*waiting.groups, *escalate_to})
        changes = {"candidate_groups": wider, "priority": max(URGENT, waiting.priority)}
        try:
            engine.by("escalation").tasks.update(waiting.key, changes)
        except (Conflict, NotFound):
            continue  # done in the last moment
        users = [waiting.assignee] if waiting.assignee else []
        note = Draft(
            key=f"escalate-{job_key}-{waiting.key}",
            channel="email",
            recipient="",
            subject=f"Overdue: {waiting.name}",
            body=f"“{waiting.name}” is overdue and waits in Peyvand for whoever takes it first.",
        )
        everybody = services.addresses(session, users, sorted({*wider, *groups}))
        _write(session, services, note, everybody, now)


@service_task(name="notices.deadline", retries=5)
def deadline(
    session: Session,
    services: Services,
    now: datetime,
    job_key: str,
    what: str,
    task_name: str,
    assignee: str | None,
    groups: list[str],
    escalated_to: list[str],
) -> None:
    """Write to people about a task whose drawing declares deadlines.

    Reads ``what`` ("reminded" or "escalated"), ``task_name``, ``assignee``, ``groups`` (who may
    take it) and ``escalated_to`` (the next level). Called by the engine, not by drawings.
    """
    users = [assignee] if assignee else []
    if what == "escalated":
        subject = f"Overdue: {task_name}"
        body = f"“{task_name}” is overdue and waits in Peyvand for whoever takes it first."
        whom = services.addresses(session, users, sorted({*groups, *escalated_to}))
    else:
        subject = f"Reminder: {task_name}"
        body = f"“{task_name}” waits for you in Peyvand."
        whom = services.addresses(session, users, [] if users else groups)
    note = Draft(key=job_key, channel="email", recipient="", subject=subject, body=body)
    _write(session, services, note, whom, now)


def _open(session: Session, instance_key: int, task: str) -> list[Waiting]:
    column = store.user_task.c
    rows = session.execute(
        select(
            column.key, column.name, column.assignee, column.candidate_groups, column.priority
        ).where(
            column.instance_key == instance_key,
            column.element_id == task,
            column.state == "CREATED",
        )
    )
    return [Waiting(r[0], r[1] or task, r[2], tuple(r[3] or ()), r[4]) for r in rows]


def _write(
    session: Session, services: Services, note: Draft, addresses: list[str], now: datetime
) -> None:
    for address in addresses:
        draft = Draft(
            key=f"{note.key}-{address}",
            channel=note.channel,
            recipient=address,
            subject=note.subject,
            body=note.body,
            internal=True,
        )
        try:
            deliver(session, services.settings, draft, now)
        except Refused:
            continue  # the channel keeps the refused message with its reason
