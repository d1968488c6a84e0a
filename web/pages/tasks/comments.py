"""Comments on a task and its case: who is mentioned is told, if they may see it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import reads
from engine.errors import Invalid
from engine.reads import Task
from web import accounts, canned_answers, comments, notifications
from web.accounts import Account, policy
from web.app.services import now, reading, writing
from web.reads import visibility

blueprint = Blueprint("comments", __name__)


@blueprint.get("/tasks/<int:key>/comments")
@policy.requires("task.see")
def show(key: int) -> str:
    """Return what was said about the case of a task, alone or as a part of the page."""
    with reading() as connection:
        task = reads.task(connection, key)
        account = policy.check("task.see", task)
        said = comments.of_instance(connection, task.instance_key)
        answers = canned_answers.answers_of(connection, account)
    part = bool(request.headers.get("HX-Request"))
    template = "tasks/_comments.html" if part else "tasks/comments.html"
    return render_template(template, task=task, said=said, answers=answers)


@blueprint.post("/tasks/<int:key>/comments")
@policy.requires("task.see")
def say(key: int) -> Any:
    """Add a comment, the note of a call, or a question to colleagues."""
    text = request.form.get("text", "").strip()[: comments.LONGEST]
    kind = request.form.get("kind", "comment")
    if not text or kind not in comments.KINDS:
        raise Invalid(_("Write something first."))
    with reading() as connection:
        task = reads.task(connection, key)
        account = policy.check("task.see", task)
    add(account, task, text, kind)
    return redirect(url_for("tasks.show", key=key) + "#comments", code=303)


@blueprint.get("/mentions")
@policy.requires("task.see")
def mentions() -> str:
    """List what colleagues said to the person, newest first; it counts as seen."""
    account = policy.check("task.see")
    with reading() as connection:
        said = comments.mentions(connection, account.username)
        count = comments.unseen(connection, account.username)
    return render_template("tasks/mentions.html", said=said, unseen=count)


@blueprint.post("/mentions/seen")
@policy.requires("task.see")
def seen() -> Any:
    """Note that the person has read what was said to them."""
    account = policy.check("task.see")
    with writing() as connection:
        comments.mark_seen(connection, account.username, now())
    return redirect(url_for("comments.mentions"), code=303)


def add(account: Account, task: Task, text: str, kind: str = "comment") -> None:
    """Keep a comment, tell who is mentioned, and say who may not see the case."""
    people = [found for name in comments.usernames(text) if (found := accounts.get(name))]
    with writing() as connection:
        told = {one.username for one in people if _sees(connection, one, task)}
        said = {
            "instance_key": task.instance_key,
            "task_key": task.key,
            "kind": kind,
            "author": account.username,
            "text": text,
        }
        others = told - {account.username}
        comments.say(connection, said, others, now())
        about = (task.key, task.instance_key)
        kind = "asked" if kind == "question" else "mention"
        notifications.tell(connection, sorted(others), kind, about, account.username, now())
    for one in people:
        if one.username not in told:
            flash(_("%(name)s may not see this case and was not told.", name=one.display_name))


def _sees(connection: Connection, one: Account, task: Task) -> bool:
    return policy.can(one, "task.see", task) or visibility.sees(connection, one, task.instance_key)
