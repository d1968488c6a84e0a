"""One task: its form, claim and release, completion, draft. The engine judges; this draws."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from engine import forms, reads
from engine.errors import Conflict, Forbidden, Invalid
from engine.reads import Task
from web import accounts, drafts
from web.accounts import Account, policy
from web.app.services import engine, now, reading
from web.forms import form_page
from web.forms.form_cache import form_of
from web.i18n.localizer import ago
from web.i18n.process_texts import process_text
from web.pages.tasks.inbox import rows_of, view_of
from web.reads.task_context import task_context

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
BUSY = timedelta(minutes=30)  # who saved a draft within it is at it
QUIET = {"PROCESS", "EXCLUSIVE_GATEWAY", "PARALLEL_GATEWAY", "MULTI_INSTANCE_BODY"}


@blueprint.get("/<int:key>")
@policy.requires("task.see")
def show(key: int) -> Any:
    """Show a task with its form filled as far as somebody got."""
    account, task = _task(key, "task.see")
    draft = drafts.find(key, account.username) if task.state == "CREATED" else None
    return _page(account, task, draft)


@blueprint.get("/next")
@policy.requires("task.see")
def following() -> Any:
    """Lead to the most urgent task of the person, or to the inbox when there is none."""
    account = policy.check("task.see")
    with reading() as connection:
        page = reads.inbox(connection, account.username, account.groups, "mine", now=now(), limit=1)
    if not page.items:
        return redirect(url_for("inbox.show"), code=303)
    return redirect(url_for("tasks.show", key=page.items[0].key), code=303)


@blueprint.post("/<int:key>/completion")
@policy.requires("task.complete")
def completion(key: int) -> Any:
    """Complete the task with what was typed; a wrong value shows the form again, nothing lost."""
    account, task = _task(key, "task.see")
    if task.state != "CREATED":
        raise Conflict(finished(task))
    if not policy.can(account, "task.complete", task):
        raise Forbidden(
            _("It is with %(name)s, who can complete or release it.", name=_holder(task))
        )
    form = form_of(task)
    values = form_page.sent(form) if form else {}
    if form and request.form.get("add_row"):
        return _page(account, task, values)
    try:
        engine().by(account.username).tasks.complete(key, values)
    except Invalid as error:
        problems = form_page.field_problems(error)
        if not problems:
            raise
        return _page(account, task, values, problems), 422
    except Conflict as error:
        raise Conflict(_who_was_faster(key) or error.message) from error
    flash(_("“%(task)s” is done.", task=name_of(task)), "good")
    return redirect(url_for("tasks.following"), code=303)


@blueprint.post("/<int:key>/assignment")
@policy.requires("task.claim")
def assignment(key: int) -> Any:
    """Claim the task, or release it with `release`."""
    account, task = _task(key, "task.see")
    if task.state != "CREATED":
        raise Conflict(finished(task))
    if "release" in request.form:
        if not policy.can(account, "task.release", task):
            raise Forbidden
        engine().by(account.username).tasks.unassign(key)
        return redirect(url_for("inbox.show", view="claimable"), code=303)
    if task.assignee not in {None, account.username}:
        raise Conflict(_("%(name)s has claimed this task.", name=_holder(task)))
    engine().by(account.username).tasks.claim(key)
    return redirect(url_for("tasks.show", key=key), code=303)


@blueprint.post("/<int:key>/draft")
@policy.requires("task.complete")
def draft(key: int) -> Any:
    """Keep what was typed so far; nothing is judged."""
    account, task = _task(key, "task.complete")
    form = form_of(task)
    if form is not None and task.state == "CREATED":
        drafts.keep(key, account.username, form_page.sent(form), now())
    return "", 204


@blueprint.post("/<int:key>/form")
@policy.requires("task.see")
def redrawn(key: int) -> Any:
    """Draw the form for what is typed so far: fields come and go with others."""
    account, task = _task(key, "task.see")
    form = form_of(task)
    return _page(account, task, form_page.sent(form) if form else {})


def finished(task: Task) -> str:
    """Return in words how a task ended."""
    name = name_of(task)
    if task.state == "COMPLETED" and task.ended_by:
        person = accounts.get(task.ended_by)
        who = person.display_name if person else task.ended_by
        when = ago(task.ended_at)
        return str(_("%(who)s completed “%(task)s” %(when)s.", who=who, task=name, when=when))
    return str(_("“%(task)s” is no longer needed: the process went on without it.", task=name))


def name_of(task: Task) -> str:
    """Return what a task is called in the reader's language."""
    return process_text(task.name or task.element_id)


def _task(key: int, action: str) -> tuple[Account, Task]:
    with reading() as connection:
        task = reads.task(connection, key)
    return policy.check(action, task), task


def _who_was_faster(key: int) -> str:
    with reading() as connection:
        task = reads.task(connection, key)
    return finished(task) if task.state != "CREATED" else ""


def _holder(task: Task) -> str:
    person = accounts.get(task.assignee) if task.assignee else None
    return person.display_name if person else (task.assignee or "")


def _page(account: Account, task: Task, values: Any = None, problems: Any = ()) -> str:
    form, at = form_of(task), now()
    with reading() as connection:
        variables = _visible(connection, task)
        steps = reads.elements(connection, task.instance_key)
        beside = _beside(connection, task, account)
        title = reads.titles(connection, {task.instance_key}).get(task.instance_key, "")
        subject = task_context(Session(connection), variables)
    return render_template(
        "tasks/show.html",
        task=task,
        title=task.business_key or title,
        subject=subject,
        beside=beside,
        others=drafts.others(key=task.key, username=account.username, since=at - BUSY),
        form=form_page.build(form or forms.Form("", ()), variables, values, problems),
        has_form=form is not None,
        has_draft=values is not None and not problems,
        holder=_holder(task),
        mine=task.assignee == account.username,
        may_complete=policy.can(account, "task.complete", task) and task.state == "CREATED",
        end=finished(task) if task.state != "CREATED" else "",
        variables=sorted(variables.items()),
        steps=[step for step in steps if step.type not in QUIET][-12:],
        now=at,
    )


def _beside(connection: Connection, task: Task, account: Account) -> Any:
    """Return the list this task stands in, for the pane beside it on a desk."""
    view = view_of(request.args.get("view", "")) or (
        "mine" if task.assignee == account.username else "claimable"
    )
    page = reads.inbox(connection, account.username, account.groups, view, now=now(), limit=20)
    rows = rows_of(connection, page.items, account, now())
    return {"view": view, "rows": rows, "more": page.after is not None}


def _visible(connection: Connection, task: Task) -> dict[str, Any]:
    if task.state == "CREATED":
        return reads.task_sees(connection, task.key)
    values = reads.variables(connection, task.instance_key)
    return {value.name: value.value for value in values if value.scope_key == task.instance_key}
