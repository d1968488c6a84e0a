"""The rows of what the core waits for, and back."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from engine.errors import Invalid
from engine.limits import Limits
from engine.model import Kind, Wait
from engine.schedule import deadlines
from engine.text.normal import search_form
from engine.transaction.instances import Instance

Row = RowMapping | Mapping[str, Any]
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)


def instant(text: str | datetime | None) -> datetime | None:
    """Return an ISO instant; one without zone is UTC."""
    if text is None or isinstance(text, datetime):
        return text
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def span(milliseconds: int, what: str, limits: Limits) -> timedelta:
    """Return a length of time from outside; raises Invalid beyond what timers may take."""
    if abs(milliseconds) > limits.timer_ahead_days * 86_400_000:
        raise Invalid(f"{what} is longer than {limits.timer_ahead_days} days")
    return timedelta(milliseconds=milliseconds)


def place(instance: Instance, wait: Wait) -> dict[str, Any]:
    """Return where a wait is: the columns that all its tables share."""
    return {
        "key": wait.key,
        "instance_key": instance.key,
        "definition_key": instance.deployed.key,
        "process_id": instance.deployed.process_id,
        "element_id": wait.element_id,
        "element_instance_key": wait.element_instance_key,
    }


def user_task(instance: Instance, wait: Wait, now: datetime, audience: str) -> dict[str, Any]:
    """Return the row of an open user task; `audience` are those who may claim it."""
    data = wait.data
    due = instant(data.get("due_at"))
    priority = data.get("priority", 50)
    form = data.get("form") or {}
    key = form.get("key")
    return place(instance, wait) | {
        "name": data.get("name"),
        "search_text": searched(data.get("name"), instance.business_key),
        "state": data.get("state") or "CREATED",
        "assignee": data.get("assignee") or None,
        "owner": None,
        "candidate_groups": data.get("candidate_groups") or [],
        "candidate_users": data.get("candidate_users") or [],
        "audience": audience,
        "due_at": due,
        "follow_up_at": instant(data.get("follow_up_at")),
        "priority": priority,
        "rank": 100 - priority,
        "due_order": due or END_OF_TIME,
        **deadline(data.get("deadline")),
        "outside": data.get("outside"),
        "form_key": key if isinstance(key, int) else None,
        "form": form.get("embedded"),
        # a key that is no number is a name that only the client understands
        "external_form": data.get("external_form") if isinstance(key, int) or not key else key,
        "headers": data.get("headers") or {},
        "created_at": now,
        "ended_at": None,
        "ended_by": None,
    }


def deadline(plan: dict[str, Any] | None) -> dict[str, Any]:
    """Return the columns of a plan of reminders and escalations."""
    return {"deadline": plan, "deadline_at": deadlines.next_at(plan) if plan else None}


def searched(name: str | None, business_key: str | None) -> str:
    """Return what a search of inboxes looks in: any spelling of the name and the business key."""
    return search_form(f"{name or ''}\n{business_key or ''}")


def job(instance: Instance, wait: Wait, now: datetime, *, installed: bool) -> dict[str, Any]:
    """Return the row of an open job."""
    data = wait.data
    priority = data.get("priority") or 0
    return place(instance, wait) | {
        "type": data["type"],
        "kind": data.get("job_kind") or "BPMN_ELEMENT",
        "listener_event": data.get("listener_event") or "UNSPECIFIED",
        "state": "CREATED",
        "open": True,
        "installed": installed,
        "retries": data.get("retries", 3),
        "attempt": 0,
        "starts": 0,
        "headers": data.get("headers") or {},
        "priority": priority,
        "rank": -priority,
        "worker": "",
        "available_at": now,
        "deadline": None,
        "error_code": None,
        "error_message": None,
        "denied": None,
        "denied_reason": None,
        "created_at": now,
        "updated_at": now,
        "ended_at": None,
    }


def timer(instance: Instance, wait: Wait, now: datetime) -> dict[str, Any]:
    """Return the row of a running timer."""
    return place(instance, wait) | {
        "due_at": instant(wait.data.get("due_at")) or now,
        "repetitions": wait.data.get("repetitions") or 0,
        "interval": wait.data.get("interval"),
        "attempts": 0,
    }


def subscription(instance: Instance, wait: Wait, now: datetime) -> dict[str, Any]:
    """Return the row of something the instance listens to."""
    return place(instance, wait) | {
        "kind": wait.kind.value,
        "start": False,
        "name": wait.data.get("name") or "",
        "correlation_key": wait.data.get("correlation_key") or "",
        "data": wait.data,
        "state": "CREATED",
        "updated_at": now,
    }


def incident(instance: Instance, wait: Wait, now: datetime) -> dict[str, Any]:
    """Return the row of an incident."""
    return place(instance, wait) | {
        "job_key": wait.data.get("job_key"),
        "error_type": wait.data.get("error_type") or "UNKNOWN",
        "message": wait.data.get("message") or "",
        "state": "ACTIVE",
        "data": wait.data,
        "created_at": now,
        "resolved_at": None,
        "resolved_by": None,
    }


def wait_of(kind: Kind, row: Row) -> Wait:
    """Return the wait that a row stands for."""
    data = row.get("data")
    return Wait(
        key=row["key"],
        kind=kind,
        element_id=row["element_id"],
        element_instance_key=row["element_instance_key"],
        data=json.loads(data) if isinstance(data, str) else dict(data or {}),
    )
