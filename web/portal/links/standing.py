"""Pages of standing links: each kind shows one record, and takes what may be said about it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks import inbound_events
from tasks.installed import SUBJECTS
from tasks.links.reading import Opened
from tasks.policy.records import values
from web.app.services import engine, now, services

SOURCE = "link"
LIVES = timedelta(days=365)  # how long after its closing a case may be reopened


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of standing link: its page, and what it takes by the name of the button."""

    show: Callable[[str, Opened], Any]
    takes: Mapping[str, Callable[[Opened], None]]
    fields: frozenset[str] = frozenset()  # that its page may send


def take(ticket: str, opened: Opened, kind: Kind) -> Any:
    """Do what a button of the page asks for, and lead back to the page; None: not understood."""
    done = kind.takes.get(request.form.get("do", ""))
    if done is None or not set(request.form) <= kind.fields | {"do", "key"}:
        return None
    done(opened)
    language = request.args.get("language") or None
    here = url_for("links.open_link", ticket=ticket, saved=1, language=language)
    return redirect(here, code=303)


def new_key() -> str:
    """Return the key of a page: what is sent twice from it is one thing."""
    return secrets.token_urlsafe(18)


def tell(opened: Opened, type_: str, payload: Mapping[str, Any]) -> None:
    """Take in what the person said, as an event about them, once for each page."""
    key = request.form.get("key", "")
    event: dict[str, Any] = {
        "event_id": f"{opened.link.id}-{key if 20 <= len(key) <= 60 else new_key()}",
        "type": type_,
        "occurred_at": now().isoformat(),
        "source": SOURCE,
        "payload": dict(payload),
    }
    if opened.link.customer_id is not None:
        event["customer"] = {"id": opened.link.customer_id}
    processes = inbound_events.Processes(engine().messages, engine().instances)
    with Session(services().database) as session:
        inbound_events.receive(session, SUBJECTS.events, processes, event, now(), may_permit=True)


def customer_of(opened: Opened) -> int:
    """Return the customer of a link; raise NotFound for a link of nobody we know."""
    if opened.link.customer_id is None:
        raise NotFound
    return opened.link.customer_id


def company(session: Session) -> dict[str, Any]:
    """Return what the pages say of the company."""
    return values(session, "company")
