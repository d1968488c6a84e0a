"""Opening a link and answering under it: looking changes nothing, only sending does.

The address is the only proof there is: no session and no cookie, so mail scanners that fetch links
find a page and nothing else happens. It must not travel on: no referrer, no cache, no index.
"""

from typing import Any

from flask import Blueprint, Response, g, request
from sqlalchemy.orm import Session

from tasks.links import reading as links
from tasks.links.reading import Opened
from tasks.links.records import ANSWER
from tasks.policy.records import value
from web.accounts import policy
from web.app.link_tickets import link_keys, read_link
from web.app.rates import DatabaseStorage
from web.app.services import engine, services, settings
from web.i18n.localizer import LANGUAGES
from web.portal.links import about_you, answer, case, preferences, quote, standing
from web.portal.links.states import state_page

blueprint = Blueprint("links", __name__, url_prefix="/link")
HOUR = 3_600
STANDING = {
    "about_you": about_you.KIND,
    "case": case.KIND,
    "preferences": preferences.KIND,
    "quote": quote.KIND,
}


@blueprint.get("/<ticket>")
@policy.requires(policy.ANYBODY)
def open_link(ticket: str) -> Any:
    """Show what the link opens."""
    opened = _opened(ticket)
    if opened is None:
        return state_page("unknown")
    if not _allowed(opened):
        return state_page("busy")
    if opened.state != "open":
        return state_page(opened.state)
    if request.args.get("late"):
        return state_page("not_now")
    _note_look(opened)
    if is_standing(opened):
        return STANDING[opened.link.kind].show(ticket, opened)
    return answer.show(ticket, opened)


@blueprint.post("/<ticket>")
@policy.requires(policy.ANYBODY)
def send(ticket: str) -> Any:
    """Take the answer; the same again shows the same page."""
    opened = _opened(ticket)
    if opened is None:
        return state_page("unknown")
    if not _allowed(opened):
        return state_page("busy")
    if opened.link.used_at is not None and opened.state == "answered":
        same = opened.link.answer_digest == answer.answer_digest()
        return state_page("answered" if same else "twice")
    if opened.state == "answered":
        return state_page("twice")
    if opened.state != "open":
        return state_page(opened.state)
    if is_standing(opened):
        return standing.take(ticket, opened, STANDING[opened.link.kind]) or state_page("strange")
    return answer.take(ticket, opened)


@blueprint.get("/<ticket>/file")
@policy.requires(policy.ANYBODY)
def file(ticket: str) -> Any:
    """Return what we hold about the person as a file."""
    opened = _opened(ticket)
    if opened is None or opened.link.kind != "about_you":
        return state_page("unknown")
    if not _allowed(opened):
        return state_page("busy")
    if opened.state != "open":
        return state_page(opened.state)
    return about_you.download(opened)


def is_standing(opened: Opened) -> bool:
    """Return whether a link shows a record instead of asking for an answer."""
    return opened.link.kind != ANSWER


@blueprint.after_request
def keep_to_oneself(response: Response) -> Response:
    """Let the address stay with whoever has it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _opened(ticket: str) -> Opened | None:
    """Return what a ticket opens, and speak the language of whom it is for."""
    link_id = read_link(link_keys(settings()), ticket)
    found = None
    if link_id is not None:
        with Session(services().database, expire_on_commit=False) as session:
            found = links.find(session, link_id, engine().clock())
    chosen = request.args.get("language", "")
    for code in (chosen, found.language if found else ""):
        if code in LANGUAGES:
            g.link_language = code
            break
    return found


def _allowed(opened: Opened) -> bool:
    """Return whether the link may be used once more within this hour."""
    with Session(services().database) as session:
        most = int(value(session, "link.per_hour"))
    counted = DatabaseStorage(database=services().database, clock=services().clock)
    return counted.incr(f"link:{opened.link.id}", HOUR) <= most


def _note_look(opened: Opened) -> None:
    if opened.link.party != "partner":
        return
    with Session(services().database) as session, session.begin():
        links.looked(session, opened.link, engine().clock())
