"""A complaint gets its number at once, its sender is matched, an objection is registered."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.calendars.due import due
from tasks.cases.records import Case, numbered
from tasks.consents.records import Consent
from tasks.consents.say import said
from tasks.customers.permission import refuse_contact
from tasks.customers.reached import as_kept, channel_of, customer_at
from tasks.customers.records import ContactPoint, Customer
from tasks.policy.amounts import to_major, to_minor
from tasks.policy.records import value
from tasks.problems.facts import case_of

TEAM = "complaint_handler"
ANSWERABLE = ("email", "sms", "phone", "post", "chat", "social")
OBJECTED = ("marketing", "survey", "relationship")


@service_task(name="problems.register", retries=5)
def register(
    session: Session,
    now: datetime,
    instance_key: str,
    text: str,
    channel: str = "email",
    wish: str | None = None,
    case_id: int | None = None,
    customer_id: int | None = None,
    who: str | None = None,
    order_no: str | None = None,
    category: str | None = None,
    alarm: str | None = None,
    emotion: str | None = None,
    loss: float | None = None,
    about_person: str | None = None,
    language: str | None = None,
) -> dict[str, Any]:
    """Register a complaint: the case with its number, and whose it is.

    Reads ``text``, ``channel``, ``wish`` and what an employee took down; ``case_id`` where the case
    was opened when the complaint came in; ``who`` (number, e-mail address or phone of a customer).
    Answers ``case_id``, ``number``, ``customer_id`` (none for somebody unknown), ``reachable`` (can
    we write back?), ``next_date`` (by when a person answers at the latest) and ``limits``. The wish
    not to be contacted is kept as an objection at once. Asked again it answers the same.
    """
    case = _found(session, instance_key, case_id) or numbered(
        session,
        Case(
            customer_id=customer_id or _customer(session, who),
            kind="complaint",
            channel=channel,
            language=language or "en",
            text=text,
            wish=wish,
            order_no=order_no,
            opened_at=now,
            created_at=now,
            created_by=f"instance:{instance_key}",
        ),
    )
    _take_down(case, category=category, alarm=alarm, emotion=emotion, about_person=about_person)
    case.loss = to_minor(session, loss) if loss is not None else case.loss
    _address(session, case, who)
    if wish == "stop_contact":
        _object(session, case, now)
    first = due(session, TEAM, now, value(session, "complaint.promised_first_answer"))
    return {
        "case_id": case.id,
        "number": case.number,
        "customer_id": case.customer_id,
        "reachable": case.contact_address is not None,
        "next_date": first.date().isoformat(),
        "limits": {"first_talk": to_major(session, value(session, "complaint.first_talk_limit"))},
    }


def _found(session: Session, instance_key: str, case_id: int | None) -> Case | None:
    if case_id is not None:
        return case_of(session, case_id)
    return session.scalar(select(Case).where(Case.created_by == f"instance:{instance_key}"))


def _customer(session: Session, who: str | None) -> int | None:
    """Return the customer with this number or address; None where it is nobody we know."""
    if not who:
        return None
    if who.isdecimal() and len(who) < 10:
        customer = session.get(Customer, int(who))
        if customer is not None and customer.erased_at is None:
            return customer.merged_into_id or customer.id
    return customer_at(session, channel_of(who), who)


def _take_down(case: Case, **said: str | None) -> None:
    for name, word in said.items():
        if word:
            setattr(case, name, word)


def _address(session: Session, case: Case, who: str | None) -> None:
    """Note where the sender is answered: what they named, else how we know them."""
    if case.contact_address:
        return
    if who and case.customer_id is None and not who.isdecimal():
        case.contact_channel = channel_of(who)
        case.contact_address = as_kept(session, case.contact_channel, who)
        return
    points = session.execute(
        select(ContactPoint.channel, ContactPoint.value).where(
            ContactPoint.customer_id == case.customer_id,
            ContactPoint.valid,
            ContactPoint.channel.in_(ANSWERABLE),
        )
    )
    known = {row.channel: row.value for row in points}
    for channel in (case.channel, *ANSWERABLE):
        if channel in known:
            case.contact_channel, case.contact_address = channel, known[channel]
            return


def _object(session: Session, case: Case, now: datetime) -> None:
    """Withdraw every permission but that for what we owe, and note the wish for no contact."""
    if case.customer_id is not None and withdraw(session, case.customer_id, case, now):
        refuse_contact(session.get_one(Customer, case.customer_id), now)


def withdraw(session: Session, customer_id: int, case: Case, now: datetime) -> bool:
    """Withdraw every permission but that for what we owe, once for a case; say whether it did."""
    source = f"case:{case.number}"
    if session.scalar(select(Consent.id).where(Consent.source == source).limit(1)):
        return False
    channels = session.scalars(
        select(ContactPoint.channel).where(ContactPoint.customer_id == customer_id).distinct()
    )
    for channel in channels.all():
        for purpose in OBJECTED:
            told = said(customer_id, channel, purpose, "denied", source=source, at=now, now=now)
            session.add(Consent(**told))
    return True
