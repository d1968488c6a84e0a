"""Which links somebody outside was sent for a task, and withdrawing one."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import reads
from tasks.links import reading as links
from tasks.links.records import Link, LinkLook
from web.accounts import policy
from web.app.services import engine, reading, services

blueprint = Blueprint("task_links", __name__, url_prefix="/tasks")


@blueprint.get("/<int:key>/links")
@policy.requires("task.see")
def show(key: int) -> str:
    """List the links of a task, the newest first; addresses are kept nowhere."""
    with reading() as connection:
        task = reads.task(connection, key)
        account = policy.check("task.see", task)
        with Session(connection) as session:
            found = session.scalars(
                select(Link).where(Link.task_key == key).order_by(Link.id.desc())
            ).all()
            looks = select(LinkLook.link_id, func.count()).group_by(LinkLook.link_id)
            mine = looks.where(LinkLook.link_id.in_([link.id for link in found]))
            counts = {row[0]: row[1] for row in session.execute(mine)}
            return render_template(
                "task_links/show.html",
                task=task,
                links=found,
                looks=counts,
                now=engine().clock(),
                may_withdraw=policy.can(account, "task.complete", task),
            )


@blueprint.post("/<int:key>/links/<int:number>/withdrawal")
@policy.requires("task.complete")
def withdraw(key: int, number: int) -> Any:
    """Take a link back; its page says so from now on."""
    with reading() as connection:
        account = policy.check("task.complete", reads.task(connection, key))
    with Session(services().database) as session, session.begin():
        link = session.get(Link, number)
        if link is None or link.task_key != key:
            abort(404)
        links.withdraw(session, link, account.username, engine().clock())
    return redirect(url_for("tasks.show", key=key), code=303)
