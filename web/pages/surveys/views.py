"""The page of survey results, and the one where employees answer their own survey and see it."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine.errors import AlreadyExists, Invalid
from tasks.surveys import staff_pulse
from web.accounts import policy
from web.app.services import now, reading, writing
from web.pages.surveys.words import CONFIDENTIAL, QUESTIONS, SURVEYS
from web.reads.survey_results import PERIODS, results

blueprint = Blueprint("surveys", __name__, url_prefix="/surveys")
of_employees = Blueprint("staff_pulse", __name__, url_prefix="/staff-pulse")
QUARTERS: Final = 8


@blueprint.get("")
@policy.requires("survey.see")
def show() -> str:
    """Show each survey of a period with its figures."""
    days = next((each for each in PERIODS if request.args.get("days") == str(each)), PERIODS[1])
    with reading() as connection, Session(connection) as session:
        return render_template(
            "surveys/show.html",
            found=results(session, days, now()),
            days=days,
            periods=PERIODS,
            surveys=SURVEYS,
            questions=QUESTIONS,
            confidential=CONFIDENTIAL,
        )


@of_employees.get("")
@policy.requires("staff_pulse.answer")
def staff() -> str:
    """Ask the three questions, and show the quarters that are over."""
    return _staff_page()


@of_employees.post("")
@policy.requires("staff_pulse.answer")
def answer_staff() -> Any:
    """Keep the answers apart from whoever gave them; once in a quarter."""
    who = policy.check("staff_pulse.answer").username
    marks = {
        name: int(given) if given.isdecimal() and given.isascii() else 0
        for name, given in request.form.items()
        if name != "csrf_token"
    }
    try:
        with writing() as connection, Session(connection) as session:
            staff_pulse.answer(session, now(), who, marks)
            session.flush()
    except AlreadyExists:
        return _staff_page(_("You have answered this quarter already.")), 409
    except Invalid:
        return _staff_page(_("Please choose a mark for each question.")), 422
    flash(_("Thank you. Your answers are kept without your name."), "good")
    return redirect(url_for("staff_pulse.staff"), code=303)


def _staff_page(problem: str = "") -> str:
    who = policy.check("staff_pulse.answer").username
    with reading() as connection, Session(connection) as session:
        return render_template(
            "surveys/staff.html",
            asked=staff_pulse.survey_of(session).questions,
            answered=staff_pulse.has_answered(session, now(), who),
            quarters=staff_pulse.quarters_of_answers(session, now(), QUARTERS),
            ends=staff_pulse.Quarter.of(now()).ends,
            questions=QUESTIONS,
            marks=staff_pulse.MARKS,
            problem=problem,
        )
