"""Makes links: a random id for the address, and a row that keeps only its digest."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from tasks.links.records import ANSWER, Link
from tasks.policy.records import value

_task, _instance = store.user_task.c, store.instance.c


class Addresses(Protocol):
    """What signs the id of a link and makes an address of it."""

    def link_url(self, link_id: str) -> str:
        """Return the address of a link."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who gets a link: a customer, a partner, or the unknown sender of a case."""

    customer_id: int | None = None
    partner_id: int | None = None
    case_id: int | None = None

    @property
    def kind(self) -> str:
        """Return the word of the property `for`."""
        return "customer" if self.partner_id is None else "partner"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link that is wanted: what it opens, and in which message it goes out."""

    kind: str
    party: Party
    root_key: int | None = None
    task_key: int | None = None
    record_id: int | None = None
    message_key: str = ""


def digest_of(link_id: str) -> str:
    """Return what is kept of the random id of a link."""
    return sha256(link_id.encode()).hexdigest()


def mint(session: Session, wanted: Wanted, now: datetime, by: str = "") -> str:
    """Add a link and return its random id, which is kept nowhere."""
    link_id = secrets.token_urlsafe(16)
    policy = "link.answer_days" if wanted.kind == ANSWER else "link.standing_days"
    session.add(
        Link(
            digest=digest_of(link_id),
            kind=wanted.kind,
            party=wanted.party.kind,
            customer_id=wanted.party.customer_id,
            partner_id=wanted.party.partner_id,
            case_id=wanted.party.case_id,
            record_id=wanted.record_id,
            root_key=wanted.root_key,
            task_key=wanted.task_key,
            message_key=wanted.message_key,
            expires_at=now + timedelta(days=int(value(session, policy))),
            created_at=now,
            created_by=by,
        )
    )
    return link_id


def addresses(
    session: Session, services: Addresses, links: Iterable[Wanted], now: datetime
) -> dict[str, str]:
    """Make links and return their addresses by kind."""
    return {each.kind: services.link_url(mint(session, each, now)) for each in links}


def root_of(session: Session, instance_key: int) -> int:
    """Return the instance that an instance was called for in the end."""
    found = session.scalar(select(_instance.root_instance_key).where(_instance.key == instance_key))
    return found or instance_key


def open_task_of(session: Session, root_key: int, party: Party) -> int | None:
    """Return the newest open task of an instance, or of those it called, for this person."""
    query = (
        select(_task.key, _task.outside)
        .join(store.instance, _instance.key == _task.instance_key)
        .where(
            _instance.root_instance_key == root_key,
            _task.outside.is_not(None),
            _task.state == store.CREATED,
        )
        .order_by(_task.key.desc())
    )
    for key, outside in session.execute(query):
        if is_for(outside, party):
            return int(key)
    return None


def is_for(outside: dict[str, object], party: Party) -> bool:
    """Return whether a task for somebody outside is for this one."""
    whom = outside.get("whom")
    if outside.get("for") != party.kind:
        return False
    number = party.partner_id if party.kind == "partner" else party.customer_id
    return whom in (None, str(number))
