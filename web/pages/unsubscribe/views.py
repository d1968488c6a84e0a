"""Unsubscribing: a page with one button, and one click of a mail program (RFC 8058).

The address lies below `/crm/`, where a POST needs no session: the ticket says which contact it is
about. Looking at it changes nothing, since mail programs look at links by themselves.
"""

from typing import Any

from flask import Blueprint, abort, render_template
from sqlalchemy.orm import Session

from tasks.contacts.events import unsubscribe
from tasks.contacts.records import Contact
from web.accounts import policy
from web.app.services import now, services, settings
from web.app.tickets import contact_of

blueprint = Blueprint("unsubscribe", __name__, url_prefix="/crm/links/unsubscribe")


@blueprint.get("/<ticket>")
@policy.requires(policy.ANYBODY)
def show(ticket: str) -> str:
    """Show what the button would do."""
    with Session(services().database) as session:
        contact = _contact(session, ticket)
        return render_template("unsubscribe/show.html", done=contact.opted_out_at is not None)


@blueprint.post("/<ticket>")
@policy.requires(policy.ANYBODY)
def take_back(ticket: str) -> Any:
    """Take the permission back; the same again changes nothing."""
    with Session(services().database) as session:
        contact = _contact(session, ticket)
        if contact.opted_out_at is None:
            unsubscribe(session, contact, now())
            session.commit()
    return render_template("unsubscribe/show.html", done=True)


def _contact(session: Session, ticket: str) -> Contact:
    number = contact_of(settings().secret_key, ticket)
    contact = session.get(Contact, number) if number is not None else None
    if contact is None or contact.channel is None:
        abort(404)
    return contact
