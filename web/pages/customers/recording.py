"""What an employee writes down about a customer: a note, a call, what the customer wants.

A call and a wish go the way of every event, so that processes hear of them; sent twice by a double
click they happen once, as the page gives each form its own id.
"""

from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from tasks import inbound_events
from tasks.customers.events import HOW
from tasks.customers.records import Customer
from tasks.declare.words import CHANNELS, PURPOSES
from tasks.installed import SUBJECTS
from tasks.notes.records import CustomerNote
from web.accounts import Account, policy
from web.app import audit
from web.app.services import engine, now, services, writing

blueprint = Blueprint("customer_recording", __name__, url_prefix="/customers/<int:number>")
LONGEST = 4_000
SOURCE = "page"  # of events that employees tell
CHANNEL_OF = {"call": "phone", "visit": "visit", "letter": "post", "message": "email"}


@blueprint.post("/notes")
@policy.requires("customer.write")
def note(number: int) -> Any:
    """Keep a note; the customer may read it."""
    account = policy.check("customer.write")
    text = _text()
    if not text:
        raise Invalid(_("Write something first."))
    with writing() as connection, Session(connection) as session:
        _exists(session, number)
        made = {"at": now(), "created_at": now(), "created_by": account.username}
        session.add(CustomerNote(customer_id=number, text=text, **made))
        session.flush()
    flash(_("The note is kept."), "good")
    return _back(number)


@blueprint.post("/calls")
@policy.requires("customer.write")
def call(number: int) -> Any:
    """Keep what was said in a call; whoever waits for word of the customer hears of it."""
    account = policy.check("customer.write")
    text = _text()
    if not text:
        raise Invalid(_("Write something first."))
    outwards = request.form.get("direction") == "out"
    _said(number, account, text, "phone", outwards=outwards)
    flash(_("The call is kept."), "good")
    return _back(number)


@blueprint.post("/preferences")
@policy.requires("customer.consent")
def prefer(number: int) -> Any:
    """Change what the customer wants, with how and where they said it as evidence."""
    account = policy.check("customer.consent")
    how, text = request.form.get("how", ""), _text()
    if how not in HOW or not text:
        raise Invalid(_("Say how the customer told you, and in which words."))
    wanted = _wanted()
    if not wanted:
        raise Invalid(_("Choose what is to change."))
    kept = _said(number, account, text, CHANNEL_OF.get(how, "portal"), outwards=False)
    evidence = f"interaction:{kept}"
    _tell(number, "preference.changed", wanted | {"how": how, "evidence": evidence}, "wish")
    audit.note("customer.preference", account.username, str(number), {"evidence": evidence})
    flash(_("It is kept, and holds from now on."), "good")
    return _back(number)


def _wanted() -> dict[str, Any]:
    form = request.form
    found: dict[str, Any] = {}
    purpose, channel, state = (form.get(name, "") for name in ("purpose", "channel", "state"))
    if state in ("allowed", "denied") and purpose in PURPOSES and channel in CHANNELS:
        said = {"purpose": purpose, "channel": channel, "state": state}
        found["consents"] = [said]
    if form.get("preferred_channel") in CHANNELS:
        found["preferred_channel"] = form["preferred_channel"]
    if form.get("max_per_30d", "").isdecimal():
        found["max_per_30d"] = min(int(form["max_per_30d"]), 1000)
    if form.get("no_contact"):
        found["do_not_contact"] = True
    return found


def _said(number: int, account: Account, text: str, channel: str, *, outwards: bool) -> int:
    """Keep what was said as an interaction; return its number."""
    payload = {
        "channel": channel,
        "direction": "out" if outwards else "in",
        "text": text,
        "agent": account.username,
    }
    answer = _tell(number, "interaction.received", payload, "said")
    return int(answer["effect"]["interaction"])


def _tell(number: int, kind: str, payload: dict[str, Any], part: str) -> dict[str, Any]:
    event = {
        "event_id": f"{request.form.get('once', '')[:64] or uuid4().hex}:{part}",
        "type": kind,
        "occurred_at": now().isoformat(),
        "source": SOURCE,
        "customer": {"id": number},
        "payload": payload,
    }
    with Session(services().database) as session:
        _exists(session, number)
        told = inbound_events.Processes(engine().messages, engine().instances)
        return inbound_events.receive(session, SUBJECTS.events, told, event, now(), may_permit=True)


def _exists(session: Session, number: int) -> None:
    customer = session.get(Customer, number)
    if customer is None or customer.erased_at or customer.merged_into_id:
        raise NotFound


def _text() -> str:
    return request.form.get("text", "").strip()[:LONGEST]


def _back(number: int) -> Any:
    return redirect(url_for("customers.show", number=number), code=303)
