"""The inbox: what waits for the person signed in, most urgent first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import get_args

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import reads
from engine.reads import InboxTask
from engine.text.normal import search_words
from web import comments
from web.accounts import Account, policy
from web.app.services import now, reading
from web.i18n import localizer
from web.i18n.labels import label
from web.i18n.process_texts import sources
from web.notifications import waking
from web.pages.tasks import narrowing, saved_views
from web.reads import team

blueprint = Blueprint("inbox", __name__)
NEAR = 0.7  # of 1: how alike two words are for one to be a misspelling of the other
COLLEAGUES = ("team", "standing_in")
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
    """List the tasks of one view: mine, claimable, overdue, snoozed, done, or of colleagues."""
    account = policy.check("system.see")
    search = request.args.get("q", "").strip()[:200]
    narrowed = narrowing.asked(request.args)
    at = now()
    with reading() as connection:
        counts = reads.count_inbox(connection, account.username, account.groups, now=at)
        wanted = request.args.get("view", "")
        view = wanted if wanted in COLLEAGUES else view_of(wanted) or _first(counts)
        tasks, after = _tasks(connection, account, view, search, narrowed)
        rows = rows_of(connection, tasks, account, at)
        waits = waking.reasons(connection, [t.key for t in tasks]) if view == "snoozed" else {}
        if request.headers.get("HX-Request"):
            beside = {}
        else:
            beside = {
                "saved": saved_views.views_of(connection, account),
                "processes": reads.definitions(connection),
                "unseen": comments.unseen(connection, account.username),
            }
        meant = _meant(connection, account, view, search) if search and not rows else ""
    template = "tasks/_rows.html" if request.headers.get("HX-Request") else "tasks/inbox.html"
    return render_template(
        template,
        rows=rows,
        view=view,
        views=(*VIEWS, *COLLEAGUES),
        counts=counts,
        after=after,
        search=search,
        process=narrowed.process_id,
        filters=narrowing.kept(request.args),
        meant=meant,
        waits=waits,
        **beside,
    )


def _tasks(
    connection: Connection, account: Account, view: str, search: str, narrowed: reads.Narrowed
) -> tuple[tuple[InboxTask, ...], str | None]:
    if view == "team":
        return tuple(team.team(connection, account, narrowed.conditions())), None
    if view == "standing_in":
        return tuple(team.standing_in(connection, account, now(), narrowed.conditions())), None
    page = reads.inbox(
        connection,
        account.username,
        account.groups,
        view_of(view) or "mine",
        now=now(),
        narrowed=narrowed,
        search=search,
        names=sources(search),
        after=request.args.get("after") or None,
    )
    return page.items, page.after


def _meant(connection: Connection, account: Account, view: str, search: str) -> str:
    """Return the search with misspelt words as they stand in the list; empty if none is near."""
    known = reads.tasks.words_of(
        connection, account.username, account.groups, view_of(view) or "mine", now=now()
    )
    words = search_words(search)
    near = [next(iter(get_close_matches(word, known, 1, NEAR)), word) for word in words]
    return " ".join(near) if near != list(words) else ""


def view_of(name: str) -> reads.tasks.View | None:
    """Return the view of this name, if there is one."""
    return next((one for one in VIEWS if one == name), None)


def rows_of(
    connection: Connection, tasks: tuple[InboxTask, ...], account: Account, at: datetime
) -> list[Row]:
    """Return the lines to draw for some tasks."""
    titles = reads.titles(connection, {task.instance_key for task in tasks})
    others = {task.assignee for task in tasks} - {None, account.username}
    known = team.names(connection, others) if others else {}
    return [
        Row(
            task=task,
            title=task.business_key or titles.get(task.instance_key, ""),
            reason=why(task, account, known),
            late=not task.ended_at and task.due_order < at,
            soon=not task.ended_at and at <= task.due_order < at + reads.inbox_order.SOON,
        )
        for task in tasks
    ]


def why(task: InboxTask, account: Account, names: Mapping[str, str]) -> str:
    """Return why a task is in this person's inbox, or who has it."""
    if task.assignee and task.assignee != account.username:
        return str(_("with %(name)s", name=names.get(task.assignee, task.assignee)))
    if task.assignee == account.username:
        return str(_("yours"))
    if account.username in task.candidate_users:
        return str(_("you are asked for"))
    shared = [label(group) for group in task.candidate_groups if group in account.groups]
    groups = localizer.comma().join(shared)
    return str(_("for %(group)s", group=groups) if shared else _("open to everybody"))


def _first(counts: dict[str, int]) -> reads.tasks.View:
    """Return the view to open with: what is mine, or what I could take when nothing is."""
    return "mine" if counts["mine"] or not counts["claimable"] else "claimable"
