"""The public complaint form, and the page that thanks and gives the number."""

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import forms, reads
from engine.errors import Invalid
from engine.forms import Form
from engine.model import Problem
from engine.text import Unreadable
from engine.text.addresses import read_address
from tasks import inbound_events
from tasks.customers.reached import channel_of
from tasks.customers.region import company_region
from tasks.installed import SUBJECTS
from tasks.policy.records import values
from web.accounts import policy
from web.app.services import engine, now, reading, services
from web.forms import form_page
from web.i18n import localizer
from web.portal.complaints.allowance import MINUTE, Allowance

blueprint = Blueprint("complaints", __name__)
FORM = "complaint"
SOURCE = "portal"
TRAP = "website"  # a field that people do not see; robots fill it in
NUMBER = "complaint"


@blueprint.get("/complaint")
@policy.requires(policy.ANYBODY)
def new() -> str:
    """Ask what happened, what is wished, and where to answer."""
    return _page(_form())


@blueprint.post("/complaint")
@policy.requires(policy.ANYBODY)
def register() -> Any:
    """Register the complaint and lead to the page with its number.

    The same form sent twice is one complaint. A robot is thanked and nothing is kept. An address
    that floods us is refused in one sentence, before anything is read.
    """
    allowance, address = Allowance(services()), request.remote_addr or ""
    if allowance.flooded(address):
        return _too_many()
    form, key = _form(), request.form.get("key", "")
    values = form_page.sent(form)
    try:
        said = form.check(values, {}, now=form_page.here())
        contact = _contact(said.get("address"))
    except Invalid as error:
        problems = form_page.field_problems(error)
        if not problems:
            raise
        return _page(form, values, problems, key), 422
    if request.form.get(TRAP):
        return redirect(url_for("complaints.received"), code=303)
    if not allowance.take(address):
        return _page(form, values, (), key, busy=True), 429
    session[NUMBER] = _receive(key, said, contact)
    return redirect(url_for("complaints.received"), code=303)


@blueprint.get("/complaint/received")
@policy.requires(policy.ANYBODY)
def received() -> str:
    """Thank, give the number, and say what comes next."""
    return render_template(
        "complaints/received.html", number=session.get(NUMBER, ""), company=_company()
    )


def _too_many() -> Response:
    words = _("Many forms came from your address within an hour. Wait a little.")
    answer = Response(words, status=429, mimetype="text/plain")
    answer.headers["Retry-After"] = str(MINUTE)
    return answer


def _receive(key: str, said: dict[str, Any], contact: dict[str, str] | None) -> str:
    event = {
        "event_id": key if 20 <= len(key) <= 60 else secrets.token_urlsafe(24),
        "type": "complaint.received",
        "occurred_at": now().isoformat(),
        "source": SOURCE,
        "payload": {
            "text": said["text"],
            "wish": said.get("wish") or None,
            "channel": SOURCE,
            "language": localizer.language(),
            "contact": contact,
        },
    }
    with Session(services().database) as records:
        answer = inbound_events.receive(records, SUBJECTS.events, engine().messages, event, now())
    return str(answer["effect"]["case"])


def _contact(address: str | None) -> dict[str, str] | None:
    """Return where to answer; raise Invalid for what is neither an address nor a number."""
    if not address or not address.strip():
        return None
    channel = channel_of(address)
    with Session(services().database) as records:
        region = company_region(records)
    try:
        return {"channel": channel, "address": read_address(channel, address, region)}
    except Unreadable as error:
        message = _(
            "This is neither an e-mail address nor a phone number. Mend it, or leave it empty."
        )
        problem = Problem(message, element="address", rule="complaint-address")
        raise Invalid(message, [problem]) from error


def _form() -> Form:
    with reading() as connection:
        return forms.parse(reads.latest_form(connection, FORM))


def _company() -> dict[str, Any]:
    with Session(services().database) as records:
        return values(records, "company")


def _page(
    form: Form, typed: Any = None, problems: Any = (), key: str = "", *, busy: bool = False
) -> str:
    shown = form_page.build(form, {}, typed, problems)
    return render_template(
        "complaints/new.html",
        form=replace(shown, watched=""),
        key=key or secrets.token_urlsafe(24),
        trap=TRAP,
        busy=busy,
        company=_company(),
    )
