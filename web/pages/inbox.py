"""The inbox: what waits for the person signed in, most urgent first."""

from typing import get_args

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine import queries
from engine.queries import InboxTask
from web import policy
from web.accounts import Account
from web.context import now, reading
from web.words import word

blueprint = Blueprint("inbox", __name__)
VIEWS: tuple[queries.tasks.View, ...] = get_args(queries.tasks.View)


@blueprint.get("/")
@policy.requires("system.see")
def show() -> str:
    """List the tasks of one view: mine, claimable, overdue or done."""
    account = policy.check("system.see")
    wanted = request.args.get("view", "")
    at = now()
    with reading() as connection:
        counts = queries.count_inbox(connection, account.username, account.groups, now=at)
        view = next((one for one in VIEWS if one == wanted), _first(counts))
        page = queries.inbox(
            connection,
            account.username,
            account.groups,
            view,
            now=at,
            after=request.args.get("after") or None,
        )
    rows = [(task, why(task, account)) for task in page.items]
    template = "tasks/_rows.html" if request.headers.get("HX-Request") else "tasks/inbox.html"
    return render_template(
        template, rows=rows, view=view, views=VIEWS, counts=counts, after=page.after, now=at
    )


def why(task: InboxTask, account: Account) -> str:
    """Answer why a task is in this person's inbox."""
    if task.assignee == account.username:
        return str(_("yours"))
    if account.username in task.candidate_users:
        return str(_("you are asked for"))
    shared = [word(group) for group in task.candidate_groups if group in account.groups]
    names = ", ".join(shared)
    return str(_("for %(group)s", group=names) if shared else _("open to everybody"))


def _first(counts: dict[str, int]) -> queries.tasks.View:
    """Answer the view to open with: what is mine, or what I could take when nothing is."""
    return "mine" if counts["mine"] or not counts["claimable"] else "claimable"
