"""Snoozing a task: it leaves the inbox and comes back in the morning of a later day."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from engine import reads
from engine.errors import Conflict, Invalid
from engine.model import Problem
from engine.reads import Task
from web.accounts import Account, policy
from web.app.services import engine, now, reading, settings, writing
from web.i18n.localizer import when
from web.notifications import waking

blueprint = Blueprint("follow_up", __name__)
DAYS = (1, 3, 7)
AT_LATEST = 30  # days
MORNING = time(8)


@blueprint.post("/tasks/<int:key>/follow-up")
@policy.requires("task.update")
def change(key: int) -> Any:
    """Put a task off by some days or until something happens, or bring it back with `days=0`.

    A free task becomes mine. What waits for something comes back after thirty days all the same.
    """
    with reading() as connection:
        task = reads.task(connection, key)
    account = policy.check("task.update", task)
    if task.state != "CREATED":
        raise Conflict(_("This task is finished already."))
    days, what = request.form.get("days", ""), request.form.get("until", "")
    if what in waking.WHAT:
        return _until(account, task, what)
    if not days.isdecimal() or int(days) not in (0, *DAYS):
        raise Invalid(
            _("A task can be put off by 1, 3 or 7 days."), [Problem("unknown", element="days")]
        )
    if task.assignee is None:
        engine().by(account.username).tasks.claim(key)
    with writing() as connection:
        waking.forget(connection, key)
    until = morning(int(days)) if int(days) else None
    engine().by(account.username).tasks.update(key, {"follow_up_at": until and until.isoformat()})
    if until is None:
        flash(_("The task is back in your inbox."), "good")
        return redirect(url_for("tasks.show", key=key), code=303)
    flash(_("Snoozed until %(when)s.", when=when(until)), "good")
    return redirect(url_for("inbox.show"), code=303)


def _until(account: Account, task: Task, what: str) -> Any:
    commands = engine().by(account.username).tasks
    if task.assignee is None:
        commands.claim(task.key)
    commands.update(task.key, {"follow_up_at": morning(AT_LATEST).isoformat()})
    with writing() as connection:
        waking.wait_for(connection, task, account.username, what)
    flash(_("Snoozed until something happens, thirty days at most."), "good")
    return redirect(url_for("inbox.show"), code=303)


def morning(days: int) -> datetime:
    """Return eight in the morning, local time, so many days from now."""
    zone = ZoneInfo(settings().time_zone)
    day = now().astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, zone)
