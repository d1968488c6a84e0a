"""Saved views of the inbox: a name for a list with its filters, for oneself or for a group."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, or_, select

from engine.errors import Invalid, NotFound
from web.accounts import Account, policy
from web.app.services import now, writing
from web.app.tables import saved_view

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")
KEPT = ("view", "q", "process", "group")


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
        return url_for("inbox.show", **self.query)


def views_of(connection: Connection, account: Account) -> list[SavedView]:
    """Return the views of a person and those shared with their groups."""
    column = saved_view.c
    mine = or_(column.owner == account.username, column.shared_with.in_(account.groups))
    rows = connection.execute(
        select(column.id, column.name, column.owner, column.shared_with, column.query)
        .where(mine)
        .order_by(column.name)
    )
    return [SavedView(*row) for row in rows]


@blueprint.post("")
@policy.requires("task.see")
def save() -> Any:
    """Give the list that is open a name."""
    account = policy.check("task.see")
    name = request.form.get("name", "").strip()[:100]
    group = request.form.get("shared_with", "")
    if not name:
        raise Invalid(_("Give the view a name."))
    query: dict[str, Any] = {
        each: request.form[each][:200] for each in KEPT if request.form.get(each)
    }
    row = {
        "owner": account.username,
        "name": name,
        "shared_with": group if group in account.groups else "",
        "query": query,
        "created_at": now(),
    }
    with writing() as connection:
        connection.execute(insert(saved_view).values(row))
    flash(_("The view is saved."), "good")
    return redirect(url_for("inbox.show", **query), code=303)


@blueprint.post("/<int:number>/removal")
@policy.requires("task.see")
def remove(number: int) -> Any:
    """Remove a view of one's own."""
    account = policy.check("task.see")
    mine = (saved_view.c.id == number) & (saved_view.c.owner == account.username)
    with writing() as connection:
        if connection.execute(delete(saved_view).where(mine)).rowcount != 1:
            raise NotFound
    return redirect(url_for("inbox.show"), code=303)
