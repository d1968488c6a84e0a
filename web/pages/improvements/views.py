"""Improvements on pages: turns by touchpoint, and one turn with its chart before and after."""

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.improvements.records import Improvement
from tasks.policy.records import values
from tasks.standards.charting import chart
from tasks.standards.records import ServiceStandard
from web.accounts import policy
from web.app.services import reading
from web.i18n.labels import label
from web.pages.shared.control_chart import picture

blueprint = Blueprint("improvements", __name__, url_prefix="/improvements")
PHASES = ("evaluate", "plan", "act", "check", "amend")


@blueprint.get("")
@policy.requires("improvement.see")
def index() -> str:
    """List the turns, those of one touchpoint together, the newest on top."""
    with reading() as connection, Session(connection) as session:
        query = select(Improvement).order_by(Improvement.name, Improvement.turn_no.desc())
        found = session.scalars(query).all()
        spirals = [(name, list(turns)) for name, turns in groupby(found, lambda each: each.name)]
        spirals.sort(key=lambda spiral: spiral[1][0].opened_at, reverse=True)
        return render_template("improvements/index.html", spirals=spirals, phase=_names(session))


@blueprint.get("/<int:number>")
@policy.requires("improvement.see")
def show(number: int) -> str:
    """Show one turn: why, what was tried, what came of it, the chart before and after."""
    with reading() as connection, Session(connection) as session:
        turn = session.get(Improvement, number)
        if turn is None:
            raise NotFound(_("There is no such improvement."))
        standard = turn.standard_id and session.get(ServiceStandard, turn.standard_id)
        changed = turn.embedded_at.date() if turn.embedded_at else None
        turns = select(Improvement).where(Improvement.touchpoint_id == turn.touchpoint_id)
        return render_template(
            "improvements/show.html",
            turn=turn,
            turns=session.scalars(turns.order_by(Improvement.turn_no)).all(),
            standard=standard,
            picture=picture(chart(session, standard), changed) if standard else None,
            share=standard and standard.measure.get("kind") in {"in_time", "negative_moments"},
            phases=PHASES,
            phase=_names(session),
        )


def _names(session: Session) -> dict[str, Any]:
    """Return what the phases are called here: policy values, or the labels that ship."""
    called = values(session, "improvement")
    shipped = {
        "evaluate": _("Evaluate"),
        "plan": _("Plan"),
        "act": _("Act"),
        "check": _("Check"),
        "amend": _("Amend"),
    }
    names = {}
    for phase, text in shipped.items():
        own = called.get(f"label_{phase}", phase.capitalize())
        names[phase] = text if own == phase.capitalize() else own
    return names | {"closed": label("closed"), "dropped": label("dropped")}
