"""The outbox: what went to customers, or would have gone where no mail server is set."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from web.accounts import policy
from web.app.services import reading, settings
from web.i18n import localizer
from web.pages.shared.paging import page_number
from web.reads import customers

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")
STATES = ("queued", "sending", "sent", "failed")


@blueprint.get("")
@policy.requires("outbox.see")
def index() -> str:
    """List messages, newest first."""
    state = request.args.get("state", "")
    search = request.args.get("q", "").strip()[:200]
    with reading() as connection, Session(connection) as session:
        chosen = state if state in STATES else ""
        page = customers.messages(session, chosen, search, page_number(), localizer.region())
        return render_template(
            "outbox/index.html",
            page=page,
            state=state,
            states=STATES,
            search=search,
            mails=bool(settings().smtp_url),
        )


@blueprint.get("/<int:number>")
@policy.requires("outbox.see")
def show(number: int) -> str:
    """Show one message as its recipient gets it."""
    with reading() as connection, Session(connection) as session:
        message, contact = customers.message(session, number)
        return render_template("outbox/show.html", message=message, contact=contact)
