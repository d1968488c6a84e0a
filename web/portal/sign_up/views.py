"""The public page where people sign up for news; the link in a message confirms the address."""

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.text import Unreadable
from engine.text.addresses import read_address
from tasks import inbound_events
from tasks.consents.records import ConsentText
from tasks.customers.region import company_region
from tasks.installed import SUBJECTS
from tasks.policy.records import values
from tasks.products.records import Product
from web.accounts import policy
from web.app.services import engine, now, services
from web.i18n import localizer
from web.portal.complaints.allowance import Allowance

blueprint = Blueprint("sign_up", __name__, url_prefix="/sign-up")
SOURCE, PURPOSE = "portal", "marketing"
TRAP = "website"  # a field that people do not see; robots fill it in
MOST_TOPICS = 40


@blueprint.get("")
@policy.requires(policy.ANYBODY)
def new() -> str:
    """Ask for an address, topics and the consent."""
    return _page()


@blueprint.post("")
@policy.requires(policy.ANYBODY)
def send() -> Any:
    """Have the link sent that confirms the address; the page says the same for every address."""
    address = _address(request.form.get("email", ""))
    if address is None:
        return _page(_("This is no e-mail address.")), 422
    if request.form.get("agreed") != "yes":
        return _page(_("Without your consent we send nothing.")), 422
    if request.form.get(TRAP):
        return redirect(url_for("sign_up.sent"), code=303)
    if not Allowance(services(), "sign-up").take(request.remote_addr or ""):
        return _page(_("Many forms came from your address within an hour. Wait a little.")), 429
    _receive(address)
    return redirect(url_for("sign_up.sent"), code=303)


@blueprint.get("/sent")
@policy.requires(policy.ANYBODY)
def sent() -> str:
    """Say that a message with a link is on its way."""
    return render_template("sign_up/sent.html")


def _receive(address: str) -> None:
    key = request.form.get("key", "")
    with Session(services().database) as session:
        _text, version = _words(session)
        event = {
            "event_id": key if 20 <= len(key) <= 60 else secrets.token_urlsafe(24),
            "type": "sign_up.wanted",
            "occurred_at": now().isoformat(),
            "source": SOURCE,
            "customer": {"email": address},
            "payload": {
                "topics": [t for t in _topics(session) if t in request.form.getlist("topic")],
                "text_version": version,
                "language": localizer.language(),
            },
        }
        inbound_events.receive(session, SUBJECTS.events, engine().messages, event, now())


def _address(typed: str) -> str | None:
    with Session(services().database) as session:
        region = company_region(session)
    try:
        return read_address("email", typed, region) if typed.strip() else None
    except Unreadable:
        return None


def _words(session: Session) -> tuple[str, str]:
    """Return the newest wording of the consent in the reader's language, and its version."""
    texts = select(ConsentText).where(ConsentText.purpose == PURPOSE)
    for language in (localizer.language(), "en"):
        query = texts.where(ConsentText.language == language).order_by(ConsentText.id.desc())
        found = session.scalars(query.limit(1)).first()
        if found is not None:
            return found.text, found.version
    return str(_("You may write to me.")), "1"


def _topics(session: Session) -> list[str]:
    query = select(Product.category).distinct().order_by(Product.category).limit(MOST_TOPICS)
    return [name for name in session.scalars(query) if name]


def _page(wrong: str = "") -> str:
    with Session(services().database) as session:
        text, _version = _words(session)
        return render_template(
            "sign_up/new.html",
            wrong=wrong,
            typed=request.form,
            topics=_topics(session),
            consent=text,
            company=values(session, "company"),
            trap=TRAP,
            key=secrets.token_urlsafe(24),
        )
