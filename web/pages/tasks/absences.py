"""Absences: from when to when somebody is away, and who stands in, for which processes."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from engine import reads
from engine.errors import Invalid, NotFound
from engine.text import Unreadable
from engine.text.dates import read_date
from web import accounts
from web.accounts import Account, policy
from web.app import audit
from web.app.services import now, reading, settings, writing
from web.app.tables import absence
from web.i18n.localizer import language

blueprint = Blueprint("absences", __name__, url_prefix="/absences")


@blueprint.get("")
@policy.requires("task.see")
def index() -> str:
    """List one's own absences, and whom one stands in for."""
    return _page()


@blueprint.post("")
@policy.requires("task.see")
def add() -> Any:
    """Say that one is away; an operator may say so for others."""
    account = policy.check("task.see")
    try:
        row = _row(account)
    except (Invalid, Unreadable) as wrong:
        message = wrong.message if isinstance(wrong, Invalid) else _("This is not a date.")
        return _page(message), 422
    with writing() as connection:
        connection.execute(insert(absence).values(row))
    detail = {"substitute": row["substitute"]}
    audit.note("absence.added", account.username, row["username"], detail)
    flash(_("Saved. The tasks are with the substitute in that time."), "good")
    return redirect(url_for("absences.index"), code=303)


@blueprint.post("/<int:number>/removal")
@policy.requires("task.see")
def remove(number: int) -> Any:
    """Take an absence back."""
    account = policy.check("task.see")
    mine = absence.c.id == number
    if not policy.can(account, "task.assign"):
        mine &= absence.c.username == account.username
    with writing() as connection:
        if connection.execute(delete(absence).where(mine)).rowcount != 1:
            raise NotFound
    return redirect(url_for("absences.index"), code=303)


def _row(account: Account) -> dict[str, Any]:
    given = request.form
    username = given.get("username") or account.username
    if username != account.username:
        policy.check("task.assign")
    substitute = accounts.get(given.get("substitute", ""))
    if accounts.get(username) is None or substitute is None or substitute.username == username:
        raise Invalid(_("Say who stands in."))
    zone = ZoneInfo(settings().time_zone)
    first, last = (
        datetime.combine(read_date(given.get(name, ""), language()), clock, zone)
        for name, clock in (("from", time()), ("to", time(23, 59)))
    )
    if last <= first or last <= now():
        raise Invalid(_("The end is before the beginning, or over already."))
    return {
        "username": username,
        "substitute": substitute.username,
        "begins_at": first,
        "ends_at": last,
        "processes": given.getlist("process"),
        "created_by": account.username,
        "created_at": now(),
    }


def _page(problem: str = "") -> str:
    account = policy.check("task.see")
    every = policy.can(account, "task.assign")
    wanted = select(absence).where(absence.c.ends_at > now()).order_by(absence.c.begins_at)
    if not every:
        mine = (absence.c.username == account.username) | (absence.c.substitute == account.username)
        wanted = wanted.where(mine)
    with reading() as connection:
        found = connection.execute(wanted).all()
        processes = reads.definitions(connection)
    people = [one for one in accounts.everybody() if one.groups or one.roles]
    return render_template(
        "tasks/absences.html",
        absences=found,
        people=people,
        names={one.username: one.display_name for one in people},
        processes=processes,
        every=every,
        problem=problem,
        given=request.form,
    )
