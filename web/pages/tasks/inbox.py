"""The inbox: what waits for the person signed in, most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import reads
from engine.reads import InboxTask
from web.accounts import Account, policy
from web.app.services import now, reading
from web.i18n.labels import label
from web.i18n.process_texts import sources

blueprint = Blueprint("inbox", __name__)
VIEWS: tuple[reads.tasks.View, ...] = get_args(reads.tasks.View)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an inbox: what, about whom or what, and why it is mine."""

    task: InboxTask
    title: str
    reason: str
    late: bool
    soon: bool


@blueprint.get("/")
@policy.requires("system.see")
def show() -> str:
    """List the tasks of one view: mine, claimable, overdue, snoozed or done."""
    account = policy.check("system.see")
    search = request.args.get("q", "").strip()[:200]
    at = now()
    with reading() as connection:
        counts = reads.count_inbox(connection, account.username, account.groups, now=at)
        view = view_of(request.args.get("view", "")) or _first(counts)
        page = reads.inbox(
            connection,
            account.username,
            account.groups,
            view,
            now=at,
            search=search,
            names=sources(search),
            after=request.args.get("after") or None,
        )
        rows = rows_of(connection, page.items, account, at)
    template = "tasks/_rows.html" if request.headers.get("HX-Request") else "tasks/inbox.html"
    return render_template(
        template,
        rows=rows,
        view=view,
        views=VIEWS,
        counts=counts,
        after=page.after,
        search=search,
    )


def view_of(name: str) -> reads.tasks.View | None:
    """Return the view of this name, if there is one."""
    return next((one for one in VIEWS if one == name), None)


def rows_of(
    connection: Connection, tasks: tuple[InboxTask, ...], account: Account, at: datetime
) -> list[Row]:
    """Return the lines to draw for some tasks."""
    titles = reads.titles(connection, {task.instance_key for task in tasks})
    return [
        Row(
            task=task,
            title=task.business_key or titles.get(task.instance_key, ""),
            reason=why(task, account),
            late=not task.ended_at and task.due_order < at,
            soon=not task.ended_at and at <= task.due_order < at + reads.inbox_order.SOON,
        )
        for task in tasks
    ]


def why(task: InboxTask, account: Account) -> str:
    """Return why a task is in this person's inbox."""
    if task.assignee == account.username:
        return str(_("yours"))
    if account.username in task.candidate_users:
        return str(_("you are asked for"))
    shared = [label(group) for group in task.candidate_groups if group in account.groups]
    names = ", ".join(shared)
    return str(_("for %(group)s", group=names) if shared else _("open to everybody"))


def _first(counts: dict[str, int]) -> reads.tasks.View:
    """Return the view to open with: what is mine, or what I could take when nothing is."""
    return "mine" if counts["mine"] or not counts["claimable"] else "claimable"
