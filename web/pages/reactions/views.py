"""Useful, not useful, not understood: a page with one button for whoever followed the link.

The address lies below `/crm/`, where a POST needs no session: the ticket says which contact it is
about. Looking at it changes nothing, since mail scanners fetch links by themselves.
"""

import secrets
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tasks import inbound_events
from tasks.contact_gate.footer import REACTIONS
from tasks.contacts.records import Contact
from tasks.installed import SUBJECTS
from web.accounts import policy
from web.app.services import engine, now, services, settings
from web.app.tickets import REACTION, contact_of

blueprint = Blueprint("reactions", __name__, url_prefix="/crm/links/reaction")
SOURCE = "link"
KEY = 24  # characters of the key of a page


@blueprint.get("/<ticket>/<reaction>")
@policy.requires(policy.ANYBODY)
def show(ticket: str, reaction: str) -> str:
    """Show what the button would say."""
    with Session(services().database) as session:
        _contact(session, ticket, reaction)
    return _page(reaction, done=False)


@blueprint.post("/<ticket>/<reaction>")
@policy.requires(policy.ANYBODY)
def take(ticket: str, reaction: str) -> str:
    """Take it in as the event `message.reacted`, once for each page that was shown."""
    key = request.form.get("key", "")
    with Session(services().database) as session:
        contact = _contact(session, ticket, reaction)
        event: dict[str, Any] = {
            "event_id": f"{contact.id}-{reaction}-{key if len(key) == KEY else _new_key()}",
            "type": "message.reacted",
            "occurred_at": now().isoformat(),
            "source": SOURCE,
            "payload": {"contact_id": contact.id, "reaction": reaction},
        }
        if contact.customer_id is not None:
            event["customer"] = {"id": contact.customer_id}
    processes = inbound_events.Processes(engine().messages, engine().instances)
    with Session(services().database) as session:
        inbound_events.receive(session, SUBJECTS.events, processes, event, now())
    return _page(reaction, done=True)


def _new_key() -> str:
    return secrets.token_hex(KEY // 2)


def _page(reaction: str, *, done: bool) -> str:
    words = {
        "useful": _("This message was useful to me."),
        "not_useful": _("This message was not useful to me."),
        "not_understood": _("I do not understand this message."),
    }
    return render_template(
        "reactions/show.html", said=words[reaction], reaction=reaction, key=_new_key(), done=done
    )


def _contact(session: Session, ticket: str, reaction: str) -> Contact:
    number = contact_of(settings().secret_key, ticket, REACTION)
    contact = session.get(Contact, number) if number is not None else None
    if contact is None or contact.channel is None or reaction not in REACTIONS:
        abort(404)
    return contact
