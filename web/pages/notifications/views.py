"""The page of notifications, the count that other pages show, and the choice of e-mails."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import NotFound
from web import notifications
from web.accounts import policy
from web.app.services import now, reading, writing

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")


@blueprint.get("")
@policy.requires("task.see")
def index() -> str:
    """List what the person was told, and how they want each kind."""
    account = policy.check("task.see")
    with reading() as connection:
        told = notifications.latest(connection, account.username)
        chosen = notifications.choices(connection, account.username)
    return render_template(
        "notifications/index.html",
        told=told,
        chosen=chosen,
        unseen=sum(one.seen_at is None for one in told),
        ways=notifications.HOW,
    )


@blueprint.get("/count")
@policy.requires("task.see")
def count() -> str:
    """Return the number of new ones, for the mark beside the link; a page asks now and then."""
    account = policy.check("task.see")
    with reading() as connection:
        unseen = notifications.unseen(connection, account.username)
    return render_template("notifications/_count.html", unseen=unseen)


@blueprint.get("/<int:number>")
@policy.requires("task.see")
def follow(number: int) -> Any:
    """Lead to the task; the notification counts as seen."""
    account = policy.check("task.see")
    with writing() as connection:
        found = notifications.latest(connection, account.username, number)
        if not found:
            raise NotFound
        notifications.mark_seen(connection, account.username, now(), number)
    return redirect(url_for("tasks.show", key=found[0].task_key), code=303)


@blueprint.post("/seen")
@policy.requires("task.see")
def seen() -> Any:
    """Note that the person has looked at all."""
    account = policy.check("task.see")
    with writing() as connection:
        notifications.mark_seen(connection, account.username, now())
    return redirect(url_for("notifications.index"), code=303)


@blueprint.post("/choices")
@policy.requires("task.see")
def choose() -> Any:
    """Keep how the person wants to be told."""
    account = policy.check("task.see")
    with writing() as connection:
        notifications.choose(connection, account.username, request.form)
    flash(_("Saved."), "good")
    return redirect(url_for("notifications.index"), code=303)
