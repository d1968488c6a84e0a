"""The preference centre: what we may write, where, about what, how often, and a pause."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.consents.records import ConsentText, Preference
from tasks.customers.permission import PAUSABLE, allowed_channels
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.words import CHANNELS
from tasks.links.reading import Opened
from tasks.permissions.grounds import objects
from tasks.products.records import Product
from web.app.services import now, services
from web.i18n import localizer
from web.portal.links.standing import Kind, company, customer_of, new_key, tell

PAUSES = (30, 90, 180)  # days
MOST_TOPICS = 40
LIMITS = ("1", "2", "4")


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose with the words people agree to, and the channels that are permitted for it."""

    name: str
    text: str
    version: str
    channels: dict[str, bool]


def show(ticket: str, opened: Opened) -> str:
    """Show what is wished now."""
    number = customer_of(opened)
    with Session(services().database) as session:
        customer = session.get_one(Customer, number)
        wish = session.scalar(select(Preference).where(Preference.customer_id == number))
        paused = wish.paused_until if wish and wish.paused_until else None
        return render_template(
            "links/preferences.html",
            ticket=ticket,
            purposes=_purposes(session, number),
            channels=_channels(session, number),
            wish=wish,
            topics=_topics(session),
            limits=LIMITS,
            pauses=PAUSES,
            paused=paused if paused and paused > now() else None,
            silent=customer.do_not_contact,
            objects=objects(session, number),
            key=new_key(),
            saved=bool(request.args.get("saved")),
            company=company(session),
        )


def save(opened: Opened) -> None:
    """Keep what changed: permissions as new statements, wishes as they are now."""
    number = customer_of(opened)
    wanted = set(request.form.getlist("allow"))
    consents = []
    with Session(services().database) as session:
        topics = _topics(session)
        channels = _channels(session, number)
        for purpose in _purposes(session, number):
            for channel, allowed in purpose.channels.items():
                said = f"{channel}:{purpose.name}" in wanted
                if said != allowed:
                    consents.append(_said(channel, purpose, said=said))
    chosen = request.form.get("channel", "")
    limit = request.form.get("limit", "")
    payload: dict[str, Any] = {
        "consents": consents,
        "preferred_channel": chosen if chosen in channels else None,
        "max_per_30d": int(limit) if limit in LIMITS else None,
        "never_topics": [each for each in topics if each in request.form.getlist("never")],
    }
    days = request.form.get("pause", "")
    if days in {str(each) for each in PAUSES}:
        payload["paused_until"] = (now() + timedelta(days=int(days))).isoformat()
    elif days == "end":
        payload["paused_until"] = None
    tell(opened, "preference.changed", payload)


def no_offers(opened: Opened) -> None:
    """Take back every permission for offers, with one click."""
    denied = [
        {"channel": channel, "purpose": "marketing", "state": "denied"} for channel in CHANNELS
    ]
    tell(opened, "preference.changed", {"consents": denied})


def object_to_profiling(opened: Opened) -> None:
    """Object to marketing: no offers, and nothing is worked out about them for marketing."""
    tell(opened, "preference.changed", {"objects_to": ["marketing"]})


def permit_profiling(opened: Opened) -> None:
    """Take the objection back; offers need a permission anew."""
    tell(opened, "preference.changed", {"objects_no_more_to": ["marketing"]})


def silence(opened: Opened) -> None:
    """Contact them no more, but for what is owed or was asked for."""
    tell(opened, "preference.changed", {"do_not_contact": True})


def speak(opened: Opened) -> None:
    """Take back that they want no contact."""
    tell(opened, "preference.changed", {"do_not_contact": False})


def _said(channel: str, purpose: Purpose, *, said: bool) -> dict[str, Any]:
    state = {"state": "allowed", "text_version": purpose.version} if said else {"state": "denied"}
    return {"channel": channel, "purpose": purpose.name, **state}


def _purposes(session: Session, number: int) -> list[Purpose]:
    channels = _channels(session, number)
    found = []
    for name in PAUSABLE:
        permitted = allowed_channels(session, number, name)
        text, version = _words(session, name)
        found.append(Purpose(name, text, version, {each: each in permitted for each in channels}))
    return found


def _words(session: Session, purpose: str) -> tuple[str, str]:
    """Return the newest wording of a consent in the reader's language, and its version."""
    texts = select(ConsentText).where(ConsentText.purpose == purpose)
    for language in (localizer.language(), "en"):
        query = texts.where(ConsentText.language == language).order_by(ConsentText.id.desc())
        found = session.scalars(query.limit(1)).first()
        if found is not None:
            return found.text, found.version
    return str(_("You may write to me.")), ""


def _channels(session: Session, number: int) -> list[str]:
    there = select(ContactPoint.channel).where(
        ContactPoint.customer_id == number, ContactPoint.valid
    )
    found = set(session.scalars(there))
    return [channel for channel in CHANNELS if channel in found]


def _topics(session: Session) -> list[str]:
    query = select(Product.category).distinct().order_by(Product.category).limit(MOST_TOPICS)
    return [name for name in session.scalars(query) if name]


KIND = Kind(
    show,
    {
        "save": save,
        "no_offers": no_offers,
        "silence": silence,
        "speak": speak,
        "object": object_to_profiling,
        "profile": permit_profiling,
    },
    frozenset({"allow", "channel", "limit", "never", "pause"}),
)
