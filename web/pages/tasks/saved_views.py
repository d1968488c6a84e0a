"""Saved views of a list: a name for it with its filters, for oneself or for a group."""

from dataclasses import dataclass
from typing import Any, get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, or_, select

from engine import reads
from engine.errors import Invalid, NotFound
from web.accounts import Account, policy
from web.app.services import now, reading, writing
from web.app.tables import saved_view
from web.pages.tasks import narrowing

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")
COUNTED = 20  # saved views
# by list: where it is shown, and what of its address is kept
LISTS = {
    "inbox": ("inbox.show", ("view", "q", "process", "group", "due", "priority", "customer")),
    "customers": (
        "customers.index",
        ("q", "segment", "habit", "tier", "stage", "owner", "risk"),
    ),
}


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view somebody gave a name."""

    id: int
    name: str
    owner: str
    shared_with: str
    query: dict[str, Any]

    @property
    def address(self) -> str:
        """Return where it is shown."""
        query = {name: value for name, value in self.query.items() if name != "list"}
        return url_for(LISTS[self.list][0], **query)

    @property
    def list(self) -> str:
        """Return of which list it is a view."""
        return str(self.query.get("list", "inbox"))


def views_of(connection: Connection, account: Account, of: str = "inbox") -> list[SavedView]:
    """Return the views of a list that a person has, and those shared with their groups."""
    column = saved_view.c
    mine = or_(column.owner == account.username, column.shared_with.in_(account.groups))
    rows = connection.execute(
        select(column.id, column.name, column.owner, column.shared_with, column.query)
        .where(mine)
        .order_by(column.name)
    )
    return [view for view in (SavedView(*row) for row in rows) if view.list == of]


@blueprint.get("/counts")
@policy.requires("task.see")
def counts() -> str:
    """Return the saved views of the inbox with how many tasks each has now."""
    account = policy.check("task.see")
    with reading() as connection:
        saved = views_of(connection, account)
        found = {view.id: _count(connection, account, view) for view in saved[:COUNTED]}
    return render_template("tasks/_saved.html", saved=saved, found=found)


def _count(connection: Connection, account: Account, saved: SavedView) -> int | None:
    """Count what a view shows; None for lists that are not counted."""
    view = next((one for one in get_args(reads.tasks.View) if one == saved.query.get("view")), None)
    if view is None or view == "done":
        return None
    return reads.tasks.count_of(
        connection,
        account.username,
        account.groups,
        view,
        narrowing.asked(saved.query),
        now=now(),
        search=str(saved.query.get("q", "")),
    )


@blueprint.post("")
@policy.requires("task.see")
def save() -> Any:
    """Give the list that is open a name."""
    account = policy.check("task.see")
    name = request.form.get("name", "").strip()[:100]
    group = request.form.get("shared_with", "")
    if not name:
        raise Invalid(_("Give the view a name."))
    of = request.form.get("list", "inbox")
    if of not in LISTS:
        raise Invalid(_("There is no such list."))
    endpoint, kept = LISTS[of]
    query: dict[str, Any] = {
        each: request.form[each][:200] for each in kept if request.form.get(each)
    }
    row = {
        "owner": account.username,
        "name": name,
        "shared_with": group if group in account.groups else "",
        "query": query | {"list": of},
        "created_at": now(),
    }
    with writing() as connection:
        connection.execute(insert(saved_view).values(row))
    flash(_("The view is saved."), "good")
    return redirect(url_for(endpoint, **query), code=303)


@blueprint.post("/<int:number>/removal")
@policy.requires("task.see")
def remove(number: int) -> Any:
    """Remove a view of one's own; back to its list."""
    account = policy.check("task.see")
    mine = (saved_view.c.id == number) & (saved_view.c.owner == account.username)
    with writing() as connection:
        query = connection.scalar(select(saved_view.c.query).where(mine))
        if connection.execute(delete(saved_view).where(mine)).rowcount != 1:
            raise NotFound
    endpoint, _kept = LISTS[(query or {}).get("list", "inbox")]
    return redirect(url_for(endpoint), code=303)
