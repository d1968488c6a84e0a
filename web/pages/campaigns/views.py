"""Campaigns: the list, and one campaign with brief, progress, effect and what can be done."""

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from tasks.targeting.campaign_planning import progress as going
from web.accounts import policy
from web.app.services import now, reading
from web.i18n import labels
from web.pages.shared.paging import page_number
from web.reads.page_actions import actions
from web.reads.waiting_contacts import waiting_contacts

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")
PAGE = 50


@blueprint.get("")
@policy.requires("campaign.see")
def index() -> str:
    """List campaigns, newest first."""
    number = page_number()
    with reading() as connection, Session(connection) as session:
        rows = going.campaigns(session, PAGE + 1, (number - 1) * PAGE)
        page = {"number": number, "more": len(rows) > PAGE}
        return render_template(
            "campaigns/index.html", rows=rows[:PAGE], page=page, named=labels.known()
        )


@blueprint.get("/<int:number>")
@policy.requires("campaign.see")
def show(number: int) -> str:
    """Show a campaign: the brief, the members by state and reason, the control, the effect."""
    return _page("campaigns/show.html", number)


@blueprint.get("/<int:number>/progress")
@policy.requires("campaign.see")
def progress(number: int) -> str:
    """Return the part of the page that moves; the page asks for it again while it runs."""
    return _page("campaigns/_progress.html", number)


def _page(template: str, number: int) -> str:
    account = policy.check("campaign.see")
    with reading() as connection, Session(connection) as session:
        campaign = going.campaign(session, number)
        return render_template(
            template,
            campaign=campaign,
            progress=going.progress(session, number),
            effect=going.effect(campaign),
            waiting=waiting_contacts(session, number, now()),
            actions=actions(connection, campaign.instance_key, account),
            named=labels.known(),
        )
