"""The list of opportunities."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from tasks.policy.records import value
from web.accounts import policy
from web.app.services import now, reading
from web.pages.customers.words import word
from web.pages.shared.paging import page_number
from web.reads.customers import Page
from web.reads.opportunities import STAGES, Wanted, opportunities

blueprint = Blueprint("opportunities", __name__, url_prefix="/opportunities")


@blueprint.get("")
@policy.requires("opportunity.see")
def index() -> str:
    """List opportunities by close date, narrowed by stage and owner, or those that are overdue."""
    stage = request.args.get("stage", "")
    wanted = Wanted(
        stage=stage if stage in STAGES else "",
        owner=request.args.get("owner", "")[:100],
        overdue="overdue" in request.args,
    )
    today, number = now().date(), page_number()
    with reading() as connection, Session(connection) as session:
        found = opportunities(session, wanted, today, number)
        return render_template(
            "opportunities/index.html",
            found=found,
            page=Page(found.rows, number, found.more),
            wanted=wanted,
            stages=STAGES,
            today=today,
            currency=value(session, "company.currency"),
            word=word,
        )
