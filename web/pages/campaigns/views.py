"""Campaigns: the list, and one campaign with its brief, progress, effect, pause and resume."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import reads
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from tasks.campaigns.records import Campaign
from tasks.targeting.campaign_planning import progress as going
from web.accounts import Account, policy
from web.app.services import engine, reading
from web.i18n import labels
from web.pages.shared.paging import page_number

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")
PAGE = 50
PAUSE = "campaign.pause"
DECIDE = "decide_paused"  # the user task of a paused campaign


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


@blueprint.post("/<int:number>/state")
@policy.requires("campaign.change")
def state(number: int) -> Any:
    """Pause a campaign that is being released, or let a paused one go on."""
    account = policy.check("campaign.change")
    wanted = request.form.get("state", "")
    with reading() as connection, Session(connection) as session:
        campaign = going.campaign(session, number)
        task = _decision(session, campaign)
    if wanted == "paused":
        _pause(number, account, request.form.get("reason", "").strip()[:500])
    elif wanted == "running":
        _resume(task, account)
    else:
        raise Invalid(_("A campaign can be paused or let go on."))
    return redirect(url_for("campaigns.show", number=number), code=303)


def _page(template: str, number: int) -> str:
    with reading() as connection, Session(connection) as session:
        campaign = going.campaign(session, number)
        return render_template(
            template,
            campaign=campaign,
            progress=going.progress(session, number),
            effect=going.effect(campaign),
            decision=_decision(session, campaign),
            named=labels.known(),
        )


def _decision(session: Session, campaign: Campaign) -> reads.Task | None:
    """Find the open decision about a paused campaign."""
    if campaign.instance_key is None:
        return None
    connection = session.connection()
    for wait in reads.waiting(connection, campaign.instance_key):
        if wait.kind == "user_task" and wait.element_id == DECIDE:
            return reads.task(connection, wait.key)
    return None


def _pause(number: int, account: Account, reason: str) -> None:
    text = f"{account.display_name}: {reason}" if reason else account.display_name
    try:
        engine().correlate(PAUSE, str(number), {"pause_reason": text}, by=account.username)
    except NotFound:
        raise Conflict(_("Only a campaign that is being released can be paused.")) from None
    flash(_("The campaign is being paused."), "good")


def _resume(task: reads.Task | None, account: Account) -> None:
    if task is None:
        raise Conflict(_("The campaign does not wait for a decision."))
    if not policy.can(account, "task.complete", task):
        raise Forbidden(_("Somebody else has claimed the decision about this campaign."))
    engine().complete(task.key, {"next_step": "resume"}, account.username)
    flash(_("The campaign goes on."), "good")
