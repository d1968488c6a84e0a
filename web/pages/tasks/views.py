"""One task: its form, claim and release, completion, draft. The engine judges; this draws."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import reads
from engine.errors import Conflict, Forbidden, Invalid
from engine.forms import Form
from engine.reads import Task
from web import drafts
from web.accounts import Account, policy
from web.app.services import engine, now, reading
from web.forms import form_page
from web.forms.form_cache import form_of
from web.pages.tasks import task_page
from web.pages.tasks.inbox import rows_of, view_of
from web.pages.tasks.task_page import Typed, finished, name_of, taken

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("/<int:key>")
@policy.requires("task.see")
def show(key: int) -> Any:
    """Show a task with its form filled as far as somebody got."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
        return task_page.draw(connection, account, task)


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


@blueprint.get("/<int:key>/presence")
@policy.requires("task.see")
def presence(key: int) -> str:
    """Return who is at a task now; an open page asks for it again."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
        return render_template(
            "tasks/_presence.html",
            task=task,
            here=_here(connection, account, task),
            mine=task.assignee == account.username,
            end=finished(task) if task.state != "CREATED" else "",
        )


@blueprint.get("/<int:key>/beside")
@policy.requires("task.see")
def beside(key: int) -> str:
    """Return the list this task stands in, for the pane beside it on a wide screen."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
        view = view_of(request.args.get("view", "")) or (
            "mine" if task.assignee == account.username else "claimable"
        )
        page = reads.inbox(connection, account.username, account.groups, view, now=now(), limit=20)
        rows = rows_of(connection, page.items, account, now())
    return render_template("tasks/_beside.html", task=task, view=view, rows=rows)


@blueprint.post("/<int:key>/completion")
@policy.requires("task.complete")
def completion(key: int) -> Any:
    """Complete the task with what was typed; what is not taken stays on the page."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
        form = form_of(connection, task)
        values = form_page.sent(form) if form else {}
        if task.state != "CREATED":
            return _refused(connection, account, task, values, finished(task))
        if not policy.can(account, "task.complete", task):
            told = taken(_here(connection, account, task)) if task.assignee else ""
            return _refused(connection, account, task, values, told, 403)
        if form and request.form.get("add_row"):
            return task_page.draw(connection, account, task, Typed(values))
    return _complete(account, task, values)


@blueprint.post("/<int:key>/undo")
@policy.requires("task.complete")
def undo(key: int) -> Any:
    """Take a completion back that is not half a minute old; what was typed is there again."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
    try:
        engine().by(account.username).tasks.undo(key)
    except Conflict as error:
        raise Conflict(
            _("It went on meanwhile, or half a minute is over: this cannot be undone.")
        ) from error
    flash(_("“%(task)s” is open again.", task=name_of(task)), "good")
    return redirect(url_for("tasks.show", key=key), code=303)


@blueprint.post("/<int:key>/assignment")
@policy.requires("task.claim")
def assignment(key: int) -> Any:
    """Claim the task, or release it with `release`."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
        here = _here(connection, account, task)
    if task.state != "CREATED":
        raise Conflict(finished(task))
    if "release" in request.form:
        if not policy.can(account, "task.release", task):
            raise Forbidden
        engine().by(account.username, policy.permit(account, "task.release")).tasks.unassign(key)
        return redirect(url_for("inbox.show", view="claimable"), code=303)
    if task.assignee not in {None, account.username}:
        raise Conflict(taken(here))
    engine().by(account.username, policy.permit(account, "task.see")).tasks.claim(key)
    return redirect(url_for("tasks.show", key=key), code=303)


@blueprint.post("/<int:key>/draft")
@policy.requires("task.see")
def draft(key: int) -> Any:
    """Keep what was typed so far; nothing is judged. Says why when nobody will need it."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
        form = form_of(connection, task)
        here = _here(connection, account, task)
    if task.state != "CREATED":
        return finished(task), 409
    if not policy.can(account, "task.complete", task):
        return taken(here), 409
    if form is not None:
        drafts.keep(key, account.username, form_page.sent(form), now())
    return "", 204


@blueprint.post("/<int:key>/form")
@policy.requires("task.see")
def redrawn(key: int) -> Any:
    """Draw the form for what is typed so far: fields come and go with others."""
    with reading() as connection:
        account, task = _task(connection, key, "task.see")
        form = form_of(connection, task) or Form("", ())
        return task_page.draw(connection, account, task, Typed(form_page.sent(form)))


def _task(connection: Connection, key: int, action: str) -> tuple[Account, Task]:
    task = reads.task(connection, key)
    return policy.check(action, task), task


def _here(connection: Connection, account: Account, task: Task) -> drafts.AtTask:
    since = now() - task_page.BUSY
    return drafts.at_task(connection, task.key, task.assignee, account.username, since)


def _complete(account: Account, task: Task, values: dict[str, Any]) -> Any:
    try:
        permit = policy.permit(account, "task.complete")
        may_undo = engine().by(account.username, permit).tasks.complete_undoably(task.key, values)
    except Invalid as error:
        problems = form_page.field_problems(error)
        if not problems:
            raise
        return _again(account, task.key, Typed(values, problems)), 422
    except (Conflict, Forbidden) as error:  # somebody was faster, between our look and this
        return _too_late(account, task.key, values, error.message)
    flash(_("“%(task)s” is done.", task=name_of(task)), "good")
    if may_undo:
        drafts.keep(task.key, account.username, values, now())
        flash(str(task.key), "undo")
    return redirect(url_for("tasks.following"), code=303)


def _again(account: Account, key: int, typed: Typed) -> str:
    with reading() as connection:
        return task_page.draw(connection, account, reads.task(connection, key), typed)


def _too_late(account: Account, key: int, values: dict[str, Any], why: str) -> Any:
    with reading() as connection:
        task = reads.task(connection, key)
        if task.state != "CREATED":
            why = finished(task)
        elif task.assignee not in {None, account.username}:
            why = taken(_here(connection, account, task))
        return _refused(connection, account, task, values, why)


def _refused(
    connection: Connection,
    account: Account,
    task: Task,
    values: dict[str, Any],
    why: str,
    status: int = 409,
) -> Any:
    """Return the task with what was typed in it and why it was not taken."""
    return task_page.draw(connection, account, task, Typed(values, refused=why)), status
