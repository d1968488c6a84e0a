"""One page: the texts one may use, a form for another, and what may be changed or removed."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, insert, update

from engine.errors import Invalid, NotFound
from web import canned_answers
from web.accounts import Account, policy
from web.app.services import now, reading, writing
from web.app.tables import canned_answer

blueprint = Blueprint("canned_answers", __name__, url_prefix="/canned-answers")
LONGEST = 10_000


@blueprint.get("")
@policy.requires("task.see")
def index() -> str:
    """List the texts of the person and of their groups."""
    account = policy.check("task.see")
    with reading() as connection:
        answers = canned_answers.answers_of(connection, account)
    return render_template("canned_answers/index.html", answers=answers)


@blueprint.post("")
@policy.requires("task.see")
def add() -> Any:
    """Keep a text."""
    account = policy.check("task.see")
    row = _said(account) | {"owner": account.username, "created_at": now()}
    with writing() as connection:
        connection.execute(insert(canned_answer).values(row))
    flash(_("Saved."), "good")
    return redirect(url_for("canned_answers.index"), code=303)


@blueprint.post("/<int:number>")
@policy.requires("task.see")
def change(number: int) -> Any:
    """Change a text of one's own, or remove it."""
    account = policy.check("task.see")
    mine = (canned_answer.c.id == number) & (canned_answer.c.owner == account.username)
    if "remove" in request.form:
        done = delete(canned_answer).where(mine)
        with writing() as connection:
            changed = connection.execute(done).rowcount
    else:
        with writing() as connection:
            said = update(canned_answer).where(mine).values(_said(account))
            changed = connection.execute(said).rowcount
    if changed != 1:
        raise NotFound
    flash(_("Removed.") if "remove" in request.form else _("Saved."), "good")
    return redirect(url_for("canned_answers.index"), code=303)


def _said(account: Account) -> dict[str, str]:
    title = request.form.get("title", "").strip()[:100]
    text = request.form.get("text", "").strip()[:LONGEST]
    if not title or not text:
        raise Invalid(_("A canned answer has a title and a text."))
    group = request.form.get("shared_with", "")
    return {"title": title, "text": text, "shared_with": group if group in account.groups else ""}
