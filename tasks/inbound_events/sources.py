"""Who may tell us events under a signature instead of a token."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import AlreadyExists, Invalid, NotFound
from engine.model import Problem
from tasks.inbound_events.records import EventSource
from tasks.signed_http.signature import new_secret

OVERLAP = timedelta(days=1)  # how long the old secret opens beside the new one
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def add_source(session: Session, name: str, by: str, now: datetime) -> EventSource:
    """Let a system tell us events; its secret is in `secret`. Commits."""
    if not NAME.fullmatch(name):
        message = "A source is named by letters, digits, dots, dashes and underscores."
        raise Invalid(message, [Problem(message, element="name")])
    if session.scalar(select(EventSource.id).where(EventSource.name == name)) is not None:
        raise AlreadyExists(f"There is a source named {name} already.")
    source = EventSource(name=name, secret=new_secret(), created_at=now, created_by=by)
    session.add(source)
    session.commit()
    return source


def rotate_source(session: Session, name: str, now: datetime) -> EventSource:
    """Give a source a new secret; the old one opens too for a day. Commits."""
    source = find_source(session, name)
    source.old_secret, source.old_until = source.secret, now + OVERLAP
    source.secret = new_secret()
    session.commit()
    return source


def switch_source(session: Session, name: str, *, active: bool) -> None:
    """Stop listening to a source, or listen again. Commits."""
    find_source(session, name).active = active
    session.commit()


def find_source(session: Session, name: str) -> EventSource:
    """Answer a source; raises NotFound."""
    source = session.scalar(select(EventSource).where(EventSource.name == name))
    if source is None:
        raise NotFound(f"There is no source named {name[:100]}.")
    return source
