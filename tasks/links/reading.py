"""What an address opens: its link, whom it is for, and in which state it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from engine import reads
from engine.errors import NotFound
from tasks.cases.records import Case
from tasks.customers.records import Customer
from tasks.links.minting import digest_of
from tasks.links.records import ANSWER, Link, LinkLook
from tasks.partners.records import Partner

State = Literal["open", "coming", "answered", "closed", "expired", "withdrawn", "another"]
_LANGUAGES = {"IR": "fa", "AF": "fa", "LT": "lt"}  # of partners, by their country


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was found, and for a task link its task, once there is one."""

    link: Link
    state: State
    language: str
    name: str
    task: reads.Task | None = None


def find(session: Session, link_id: str, now: datetime) -> Opened | None:
    """Return what a link opens; None for an id that nobody was given."""
    link = session.scalar(select(Link).where(Link.digest == digest_of(link_id)))
    if link is None:
        return None
    task = _task(session, link)
    name, language = _person(session, link)
    return Opened(link, _state(session, link, task, now), language, name, task)


def looked(session: Session, link: Link, now: datetime) -> None:
    """Note that a partner has looked."""
    session.add(LinkLook(link_id=link.id, at=now, created_at=now))


def use(
    connection: Connection, link: Link, digest: str, form_key: int | None, now: datetime
) -> None:
    """Note in the transaction that takes the answer that it came by this link."""
    connection.execute(
        update(Link)
        .where(Link.id == link.id)
        .values(used_at=now, answer_digest=digest, form_key=form_key)
    )


def withdraw(session: Session, link: Link, by: str, now: datetime) -> None:
    """Take a link back; the same again changes nothing."""
    if link.withdrawn_at is None:
        link.withdrawn_at, link.withdrawn_by = now, by


def actor_of(link: Link) -> str:
    """Return who answers by this link, as the history says it."""
    if link.party == "partner":
        return f"partner:{link.partner_id}"
    if link.customer_id is not None:
        return f"customer:{link.customer_id}"
    return f"customer:case-{link.case_id}"


def _task(session: Session, link: Link) -> reads.Task | None:
    if link.kind != ANSWER or link.task_key is None:
        return None
    try:
        return reads.task(session.connection(), link.task_key)
    except NotFound:  # kept long enough and deleted
        return None


def _state(session: Session, link: Link, task: reads.Task | None, now: datetime) -> State:
    if link.withdrawn_at is not None:
        return "withdrawn"
    if link.used_at is not None:
        return "answered"
    if task is not None and task.state != "CREATED":
        by = task.ended_by or ""
        answered = task.state == "COMPLETED" and by.startswith(f"{link.party}:")
        return "answered" if answered else "closed"
    if link.expires_at <= now:
        return "expired"
    if link.kind != ANSWER:
        return "open"
    if task is None:
        return "coming" if link.task_key is None else "closed"
    return "open" if _is_theirs(session, link, task) else "another"


def _is_theirs(session: Session, link: Link, task: reads.Task) -> bool:
    """Return whether the task is still for whom the link was made; merged customers are one."""
    outside = task.outside or {}
    if outside.get("for") != link.party:
        return False
    whom = outside.get("whom")
    if link.party == "partner" or whom is None or link.customer_id is None:
        known = link.partner_id if link.party == "partner" else link.customer_id
        return whom is None or known is None or _same_partner(session, whom, known)
    return _stays(session, whom) == link.customer_id


def _same_partner(session: Session, whom: str, known: int) -> bool:
    if whom == str(known):
        return True
    partner = session.get(Partner, known)
    return partner is not None and partner.name == whom


def _stays(session: Session, whom: str) -> int | None:
    """Return the customer that stays of one that may be merged."""
    number = int(whom) if whom.isdecimal() else None
    while number is not None:
        customer = session.get(Customer, number)
        if customer is None or customer.merged_into_id is None:
            return number
        number = customer.merged_into_id
    return None


def _person(session: Session, link: Link) -> tuple[str, str]:
    if link.partner_id is not None:
        partner = session.get(Partner, link.partner_id)
        if partner is None:
            return "", ""
        return partner.name, _LANGUAGES.get(partner.country.upper(), "en")
    customer = session.get(Customer, link.customer_id) if link.customer_id else None
    case = session.get(Case, link.case_id) if link.case_id else None
    language = case.language if case else ""  # in which they complained
    if customer is None:
        return "", language
    return customer.name, language or customer.language
