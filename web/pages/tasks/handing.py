"""Handing a task to a colleague, and doing one thing to many tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import reads
from engine.errors import Conflict, EngineError, Invalid
from engine.reads import Task
from web import accounts, drafts
from web.accounts import Account, policy
from web.app.services import engine, now, reading
from web.forms import form_page
from web.i18n.localizer import number
from web.pages.tasks.comments import add
from web.pages.tasks.follow_up import DAYS, morning
from web.pages.tasks.task_page import finished

blueprint = Blueprint("handing", __name__, url_prefix="/tasks")
MOST = 200  # tasks at once


@blueprint.get("/<int:key>/delegation")
@policy.requires("task.delegate")
def delegation(key: int) -> str:
    """Ask to whom a task is to be handed."""
    with reading() as connection:
        task = reads.task(connection, key)
    account = policy.check("task.delegate", task)
    return render_template("tasks/delegation.html", task=task, people=colleagues(task, account))


@blueprint.post("/<int:key>/delegation")
@policy.requires("task.delegate")
def delegate(key: int) -> Any:
    """Hand a task to a colleague; what is said with it becomes a comment."""
    with reading() as connection:
        task = reads.task(connection, key)
    account = policy.check("task.delegate", task)
    person = _colleague(task, request.form.get("to", ""))
    asked = "ask" in request.form
    if asked and task.assignee is None:
        raise Conflict(_("Claim the task first; then it comes back to you."))
    commands = engine().by(account.username).tasks
    if asked:
        commands.delegate(key, person.username)
    else:
        commands.assign(key, person.username, allow_override=True)
    text = request.form.get("text", "").strip()
    if text:
        add(account, task, f"@{person.username} {text}", "question" if asked else "comment")
    told = _("%(name)s is asked; the task comes back to you.", name=person.display_name)
    given = _("%(name)s has the task now.", name=person.display_name)
    flash(told if asked else given, "good")
    return redirect(url_for("inbox.show"), code=303)


@blueprint.post("/<int:key>/hand-back")
@policy.requires("task.update")
def hand_back(key: int) -> Any:
    """Return a task to who asked for help, with what was typed and said."""
    with reading() as connection:
        task = reads.task(connection, key)
        account = policy.check("task.update", task)
        here = drafts.at_task(connection, key, task.assignee, account.username, now())
    owner = task.owner or ""
    engine().by(account.username).tasks.hand_back(key)
    if here.mine is not None:
        drafts.keep(key, owner, here.mine, now())
    text = request.form.get("text", "").strip()
    add(account, task, f"@{owner} {text or _('Handed back.')}", "question")
    flash(_("The task is back with who asked you."), "good")
    return redirect(url_for("inbox.show"), code=303)


def colleagues(task: Task, account: Account) -> list[Account]:
    """Return who could have the task: its candidates, or everybody of an open one."""
    return [
        one
        for one in accounts.everybody()
        if one.username != task.assignee
        and (one.groups or one.roles)
        and (
            one.username in task.candidate_users
            or bool(one.groups & set(task.candidate_groups))
            or not (task.candidate_users or task.candidate_groups)
        )
    ]


def _colleague(task: Task, username: str) -> Account:
    person = accounts.get(username)
    if person is None or person not in colleagues(task, person):
        raise Invalid(_("This person is not among those who may have the task."))
    return person


# -- many at once ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refused:
    """A task to which it could not be done, and why."""

    task: Task
    why: str


@blueprint.post("/many")
@policy.requires("task.update")
def many() -> Any:
    """Claim, release, snooze, complete, hand on or comment chosen tasks; each refusal is told."""
    account = policy.check("task.update")
    verb = VERBS.get(request.form.get("what", ""))
    keys = [int(key) for key in request.form.getlist("task") if key.isdecimal() and len(key) < 20]
    if verb is None or not keys:
        raise Invalid(_("Choose tasks first."))
    done, refused = 0, []
    for key in dict.fromkeys(keys[:MOST]):
        with reading() as connection:
            task = reads.task(connection, key)
        why = _one(verb, account, task)
        done += not why
        if why:
            refused.append(Refused(task, why))
    if done:
        text = ngettext("Done with one task.", "Done with %(num)s tasks.", done)
        flash(text.replace(str(done), number(done)), "good")
    if not refused:
        return redirect(url_for("inbox.show", view=request.form.get("view") or None), code=303)
    return render_template("tasks/refused.html", refused=refused), 200


def _one(verb: Callable[[Account, Task], None], account: Account, task: Task) -> str:
    """Do it to one task; return why not, or nothing."""
    if task.state != "CREATED":
        return finished(task)
    try:
        verb(account, task)
    except EngineError as error:
        plain = error.message == type(error).__doc__
        return _("This is not yours to see or do") if plain else error.message
    return ""


def _claim(account: Account, task: Task) -> None:
    policy.check("task.claim", task)
    engine().by(account.username).tasks.claim(task.key)


def _release(account: Account, task: Task) -> None:
    policy.check("task.release", task)
    engine().by(account.username).tasks.unassign(task.key)


def _snooze(account: Account, task: Task) -> None:
    policy.check("task.update", task)
    days = request.form.get("days", "1")
    until = morning(int(days) if days.isdecimal() and int(days) in DAYS else DAYS[0])
    if task.assignee is None:
        engine().by(account.username).tasks.claim(task.key)
    engine().by(account.username).tasks.update(task.key, {"follow_up_at": until.isoformat()})


def _complete(account: Account, task: Task) -> None:
    policy.check("task.complete", task)
    permit = policy.permit(account, "task.complete")
    try:
        engine().by(account.username, permit).tasks.complete(task.key, {})
    except Invalid as error:
        if form_page.field_problems(error):
            raise Conflict(_("Its form has to be filled in: open it.")) from error
        raise


def _comment(account: Account, task: Task) -> None:
    policy.check("task.see", task)
    text = request.form.get("text", "").strip()
    if not text:
        raise Conflict(_("Write something first."))
    add(account, task, text)


def _assign(account: Account, task: Task) -> None:
    policy.check("task.delegate", task)
    person = _colleague(task, request.form.get("to", "").strip().removeprefix("@"))
    if task.assignee == person.username:
        raise Conflict(_("%(name)s has it already.", name=person.display_name))
    engine().by(account.username).tasks.assign(task.key, person.username, allow_override=True)


VERBS: dict[str, Callable[[Account, Task], None]] = {
    "claim": _claim,
    "release": _release,
    "snooze": _snooze,
    "comment": _comment,
    "assign": _assign,
    "complete": _complete,
}
