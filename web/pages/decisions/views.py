"""The list of decision files, and one of them as tables."""

from flask import Blueprint, render_template
from sqlalchemy import func, select

from engine import reads, store
from engine.errors import NotFound
from web.accounts import policy
from web.app.services import reading
from web.reads import decision_tables

blueprint = Blueprint("decisions", __name__, url_prefix="/decisions")
_decision = store.decision.c


@blueprint.get("")
@policy.requires("decision.see")
def index() -> str:
    """List the newest version of every decision."""
    newest = (
        select(_decision.id, func.max(_decision.version).label("version"))
        .group_by(_decision.id)
        .subquery()
    )
    wanted = (
        select(store.decision)
        .join(newest, (newest.c.id == _decision.id) & (newest.c.version == _decision.version))
        .order_by(_decision.id)
    )
    with reading() as connection:
        found = connection.execute(wanted).all()
    return render_template("decisions/index.html", decisions=found)


@blueprint.get("/<decision_id>")
@policy.requires("decision.see")
def show(decision_id: str) -> str:
    """Show the file of a decision as tables, newest version."""
    wanted = (
        select(store.decision)
        .where(_decision.id == decision_id)
        .order_by(_decision.version.desc())
        .limit(1)
    )
    with reading() as connection:
        row = connection.execute(wanted).one_or_none()
        if row is None:
            raise NotFound
        content = reads.decision_xml(connection, row.requirements_key)
    return render_template(
        "decisions/show.html", decision=row, tables=decision_tables.decisions(content)
    )
