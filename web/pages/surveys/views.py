"""The page of survey results."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from web.accounts import policy
from web.app.services import now, reading
from web.pages.surveys.words import CONFIDENTIAL, QUESTIONS, SURVEYS
from web.reads.survey_results import PERIODS, results

blueprint = Blueprint("surveys", __name__, url_prefix="/surveys")


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
