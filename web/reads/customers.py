"""What pages read of the customer records: lists with a search, one customer, the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.text.normal import key_form, search_form, search_words
from engine.text.phones import sought_digits
from tasks.cases.records import Case
from tasks.consents.records import Consent, Preference
from tasks.contacts.records import Contact, Message
from tasks.customers.lifecycle import LifecycleChange
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.customers.region import company_region
from tasks.purchases.records import Transaction
from tasks.scores.records import CustomerScore, latest_scores

PAGE = 50
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `more` says whether another part follows."""

    items: Sequence[Any]
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A customer in a list."""

    customer: Customer
    segment: str
    tier: str
    orders: int
    last_purchase: datetime | None


@dataclass(frozen=True, slots=True)
class Portrait:
    """Everything a customer page shows."""

    customer: Customer
    points: Sequence[ContactPoint]
    identifiers: Sequence[Identifier]
    preference: Preference | None
    score: CustomerScore | None
    consents: Sequence[Consent]
    contacts: Sequence[Contact]
    purchases: Sequence[Transaction]
    cases: Sequence[Case]
    stages: Sequence[LifecycleChange]  # newest first
    orders: int
    spent: int
    currency: str


def customers(session: Session, search: str, number: int, region: str = "") -> Page:
    """Return customers by name, number, address or outside id; newest purchase first.

    Any spelling finds them; `region` is the country in which telephone numbers are dialled.
    """
    query, last = _cards()
    digits = sought_digits(search, region or company_region(session))
    words = [search] if digits else search.split()[:MOST_WORDS]
    for word in words:
        query = query.where(_matches(word, digits))
    query = query.order_by(last.desc().nulls_last(), Customer.id)
    rows = session.execute(query.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    return Page([_card(row) for row in rows[:PAGE]], number, len(rows) > PAGE)


def card(session: Session, number: int) -> Card | None:
    """Return one customer as in a list; None if there is none of this number any more."""
    query, _last = _cards()
    row = session.execute(query.where(Customer.id == number)).one_or_none()
    return None if row is None else _card(row)


def _card(row: Any) -> Card:
    return Card(row.Customer, row.segment or "", row.tier or "", row.orders or 0, row.last)


def _cards() -> tuple[Select[Any], Any]:
    """Return the query for cards, and its column of the last purchase."""
    bought = (
        select(
            Transaction.customer_id,
            func.count().label("orders"),
            func.max(Transaction.at).label("last"),
        )
        .group_by(Transaction.customer_id)
        .subquery()
    )
    scores = latest_scores().subquery()
    query = (
        select(Customer, bought.c.orders, bought.c.last, scores.c.segment, scores.c.tier)
        .outerjoin(bought, bought.c.customer_id == Customer.id)
        .outerjoin(scores, scores.c.customer_id == Customer.id)
        .where(Customer.merged_into_id.is_(None), Customer.erased_at.is_(None))
    )
    return query, bought.c.last


def portrait(session: Session, number: int) -> Portrait:
    """Return everything about one customer; raise NotFound."""
    customer = session.get(Customer, number)
    if customer is None or customer.erased_at is not None:
        raise NotFound
    sums = select(
        func.count(), func.coalesce(func.sum(Transaction.amount), 0), func.max(Transaction.currency)
    ).where(Transaction.customer_id == number, Transaction.returned_at.is_(None))
    orders, spent, currency = session.execute(sums).one()

    def mine(query: Select[Any], newest: Any, most: int = PAGE) -> Sequence[Any]:
        return session.scalars(query.order_by(newest.desc()).limit(most)).all()

    score = select(CustomerScore).where(CustomerScore.customer_id == number)
    consents = select(Consent).where(Consent.customer_id == number)
    contacts = select(Contact).where(Contact.customer_id == number)
    purchases = select(Transaction).where(Transaction.customer_id == number)
    preference = select(Preference).where(Preference.customer_id == number)
    return Portrait(
        customer=customer,
        points=customer.contact_points,
        identifiers=customer.identifiers,
        preference=session.scalars(preference).first(),
        score=session.scalars(score.order_by(CustomerScore.id.desc())).first(),
        consents=_latest(mine(consents, Consent.id, 500)),
        contacts=mine(contacts, Contact.id),
        purchases=mine(purchases, Transaction.at),
        cases=mine(select(Case).where(Case.customer_id == number), Case.id),
        stages=mine(
            select(LifecycleChange).where(LifecycleChange.customer_id == number),
            LifecycleChange.id,
        ),
        orders=orders,
        spent=spent,
        currency=currency or "",
    )


def messages(session: Session, state: str, search: str, number: int, region: str = "") -> Page:
    """Return outgoing messages, newest first, with every word in address or subject."""
    query = select(Message)
    if state:
        query = query.where(Message.state == state)
    digits = sought_digits(search, region)
    for part in [search_form(search)] if digits else search_words(search, MOST_WORDS):
        spellings = [Message.search_text.contains(part, autoescape=True)]
        spellings += [Message.recipient.contains(one, autoescape=True) for one in digits]
        query = query.where(or_(*spellings))
    query = query.order_by(Message.id.desc()).offset((number - 1) * PAGE).limit(PAGE + 1)
    found = session.scalars(query).all()
    return Page(found[:PAGE], number, len(found) > PAGE)


def message(session: Session, number: int) -> tuple[Message, Contact | None]:
    """Return one message and the contact it belongs to; raise NotFound."""
    found = session.get(Message, number)
    if found is None:
        raise NotFound
    return found, session.get(Contact, found.contact_id) if found.contact_id else None


def _matches(word: str, digits: Sequence[str]) -> Any:
    """Return the condition that a customer has to do with a word, or has a number with a part."""
    form, key = search_form(word), key_form(word)
    found = [ContactPoint.search_value.contains(form, autoescape=True)]
    found += [ContactPoint.key.contains(part, autoescape=True) for part in digits]
    points = select(ContactPoint.customer_id).where(or_(*found))
    spellings = {key, key.lower(), key.upper()}
    outside = select(Identifier.customer_id).where(Identifier.key.in_(spellings))
    conditions = [
        Customer.search_name.contains(form, autoescape=True),
        Customer.id.in_(points),
        Customer.id.in_(outside),
    ]
    if form.isdecimal() and form.isascii() and len(form) < 18:
        conditions.append(Customer.id == int(form))
    return or_(*conditions)


def _latest(consents: Sequence[Consent]) -> list[Consent]:
    """Return the newest word per channel, purpose and topic; older ones are history."""
    newest: dict[tuple[str, str, str | None], Consent] = {}
    for consent in consents:
        newest.setdefault((consent.purpose, consent.channel, consent.topic), consent)
    return [newest[key] for key in sorted(newest, key=lambda key: (key[0], key[1], key[2] or ""))]
