"""How far what the company means to do with its customers is real, against its own last score."""

from typing import Final

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from web.accounts import policy
from web.app.services import reading
from web.reads import assessments

blueprint = Blueprint("self_assessment", __name__, url_prefix="/self-assessment")

PROCESSES: Final = {
    "1": _("targeting"),
    "2": _("welcoming"),
    "3": _("getting to know"),
    "4": _("development"),
    "5": _("managing problems"),
    "6": _("win-back"),
}


@blueprint.get("")
@policy.requires("process.see")
def show() -> str:
    """Show the newest assessment beside the one before it."""
    with reading() as connection, Session(connection) as session:
        newest = assessments.newest(session)
    return render_template("self_assessment/show.html", newest=newest, processes=PROCESSES)
