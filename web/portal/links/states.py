"""The page that says how a link stands, when there is nothing to answer."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tasks.policy.records import values
from web.app.services import services

STATUS = {
    "unknown": 404,
    "another": 404,
    "withdrawn": 410,
    "expired": 410,
    "closed": 410,
    "twice": 409,
    "strange": 400,
    "busy": 429,
    "not_now": 409,
}


def state_page(state: str, status: int | None = None) -> tuple[str, int]:
    """Return the page of a state and its status; those that are no refusal have 200."""
    title, text = _words()[state]
    with Session(services().database) as session:
        company: dict[str, Any] = values(session, "company")
    page = render_template("links/state.html", state=state, title=title, text=text, company=company)
    return page, status or STATUS.get(state, 200)


def _words() -> dict[str, tuple[str, str]]:
    """Return title and sentence of each state."""
    return {
        "answered": (
            _("Thank you, we have your answer"),
            _("Nothing more is needed. You can close this page."),
        ),
        "twice": (
            _("You have answered already"),
            _("We keep your first answer; what you sent now changed nothing."),
        ),
        "closed": (
            _("Your answer is no longer needed"),
            _("The matter was settled in another way, or we have your answer already."),
        ),
        "expired": (
            _("This link has expired"),
            _("Its time is over, so nothing can be answered here any more."),
        ),
        "withdrawn": (
            _("This link was taken back"),
            _("It opens nothing any more. A newer message may have a new one."),
        ),
        "another": (
            _("This link is not for you"),
            _("The matter belongs to somebody else now."),
        ),
        "unknown": (
            _("There is no such link"),
            _("Check that the whole address was copied, to its last character."),
        ),
        "coming": (
            _("Just a moment"),
            _("Your page is being made ready. Open the link again in a minute."),
        ),
        "strange": (
            _("This was not understood"),
            _("More was sent than the page asks for, so nothing was kept. Open the link again."),
        ),
        "busy": (
            _("Too many requests"),
            _("This link was opened very often within an hour. Wait a little and open it again."),
        ),
        "not_now": (
            _("Not possible just now"),
            _("Nothing was kept. Open the link again a little later."),
        ),
    }
