"""What pages read of the customer records: lists with a search, one customer, the outbox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, or_, select, union, union_all
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.text.normal import key_form, search_form, search_words
from engine.text.phones import sought_digits
from tasks.cases.records import Case
from tasks.contacts.records import Contact, Message
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.customers.region import company_region
from tasks.declare.search import newest_with
from tasks.figures.records import FigureSnapshot
from tasks.policy.records import PolicyValue
from tasks.purchases.records import Transaction
from tasks.scores.records import CurrentScore, CustomerScore
from tasks.seeding.demo import SHIFT
from tasks.segments.records import Segment, SegmentMember
from web.app.tables import account

PAGE = 50
MOST_WORDS = 5
MOST_FOUND = 10_000  # of one word, the newest


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
class Wanted:
    """What a list is narrowed to; what is empty or 0 does not narrow.

    `segment` is the number of one, `habit` a class of the table "RFM segments", `risk` is "silent"
    or "complaint".
    """

    segment: int = 0
    habit: str = ""
    tier: str = ""
    stage: str = ""
    owner: str = ""
    risk: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer and how often they bought."""

    customer: Customer
    orders: int


def customers(
    session: Session, search: str, number: int, region: str = "", wanted: Wanted | None = None
) -> Page:
    """Return customers by name, number, address or outside id, the newest first.

    Any spelling finds them; `region` is the country in which telephone numbers are dialled. What
    is counted about a customer is asked for those of the page only.
    """
    query = found(session, search, region, wanted).order_by(Customer.id.desc())
    part = query.offset((number - 1) * PAGE).limit(PAGE + 1).subquery()
    rows = session.execute(_cards(part.c.id).order_by(Customer.id.desc())).all()
    return Page([_card(row) for row in rows[:PAGE]], number, len(rows) > PAGE)


def found(
    session: Session, search: str, region: str = "", wanted: Wanted | None = None
) -> Select[int]:
    """Select the numbers of the customers that a search and filters find.

    Of a word that more than `MOST_FOUND` have, only the newest are among them.
    """
    query = select(Customer.id).where(
        Customer.merged_into_id.is_(None), Customer.erased_at.is_(None)
    )
    numbered = any(sign.isdigit() for sign in search)  # else no country is needed
    digits = sought_digits(search, region or company_region(session)) if numbered else ()
    words = [search] if digits else search.split()[:MOST_WORDS]
    dialect = session.get_bind().dialect.name
    for word in words:
        query = query.where(_matches(dialect, word, digits))
    return _filtered(query, wanted) if wanted else query


def _filtered(query: Select[int], wanted: Wanted) -> Select[int]:
    score, member = CurrentScore, SegmentMember
    scored = [
        score.tier == wanted.tier if wanted.tier else None,
        score.segment == wanted.habit if wanted.habit else None,
        score.silent if wanted.risk == "silent" else None,
    ]
    if narrowing := [condition for condition in scored if condition is not None]:
        query = query.join(score, score.customer_id == Customer.id).where(*narrowing)
    unhappy = select(Case.customer_id).where(
        Case.state == "open", Case.kind == "complaint", Case.customer_id.is_not(None)
    )
    inside = select(member.customer_id).where(member.segment_id == wanted.segment)
    others = [
        Customer.id.in_(unhappy) if wanted.risk == "complaint" else None,
        Customer.lifecycle_stage == wanted.stage if wanted.stage else None,
        Customer.owner == wanted.owner if wanted.owner else None,
        Customer.id.in_(inside) if wanted.segment else None,
    ]
    return query.where(*(condition for condition in others if condition is not None))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list of customers can be narrowed to."""

    segments: Sequence[tuple[int, str]]
    habits: Sequence[str]
    owners: Sequence[tuple[str, str]]
    moved: int | None  # by how many days the demo purchases were moved


def choices(session: Session) -> Choices:
    """Return the segments, classes of buying habits and people there are, by one question.

    The classes are those of the last figures: nobody reads a million rows to fill a list.
    """
    text = String()
    who, figures, policy = account.c, FigureSnapshot, PolicyValue
    newest = select(func.max(figures.id)).where(figures.name == "habits").scalar_subquery()
    parts = (
        select(literal("segment"), cast(Segment.id, text), Segment.title),
        select(literal("owner"), who.username, who.display_name).where(who.active),
        select(literal("habits"), literal(""), cast(figures.data, text)).where(
            figures.id == newest
        ),
        select(literal("moved"), literal(""), cast(policy.value, text)).where(policy.key == SHIFT),
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, key, words in session.execute(union_all(*parts)):
        found.setdefault(kind, []).append((key, words))
    classes = [json.loads(words)["classes"] for _key, words in found.get("habits", [])]
    moved = [int(words) for _key, words in found.get("moved", [])]
    return Choices(
        segments=sorted((int(key), title) for key, title in found.get("segment", [])),
        habits=sorted(one["name"] for some in classes for one in some),
        owners=sorted(found.get("owner", []), key=lambda pair: pair[1]),
        moved=moved[0] if moved else None,
    )


def card(session: Session, number: int) -> Card | None:
    """Return one customer as in a list; None if there is none of this number any more."""
    query = _cards(number).where(Customer.merged_into_id.is_(None), Customer.erased_at.is_(None))
    row = session.execute(query).one_or_none()
    return None if row is None else _card(row)


def _card(row: Any) -> Card:
    return Card(row.Customer, row.segment or "", row.tier or "", row.orders or 0, row.last)


def _cards(of: Any) -> Select[Any]:
    """Return the query for the cards of one number, or of a column of numbers."""
    order, score = Transaction, CustomerScore
    mine = order.customer_id == Customer.id
    orders = select(func.count()).where(mine).correlate(Customer).scalar_subquery()
    last = (
        select(func.max(order.at, type_=order.at.type)).where(mine).correlate(Customer)
    ).scalar_subquery()
    newest = (
        select(func.max(score.id)).where(score.customer_id == Customer.id).correlate(Customer)
    ).scalar_subquery()
    query = select(
        Customer, orders.label("orders"), last.label("last"), score.segment, score.tier
    ).outerjoin(score, score.id == newest)
    if isinstance(of, int):
        return query.where(Customer.id == of)
    return query.where(Customer.id.in_(select(of)))


def known(session: Session, number: int) -> Known:
    """Return a customer who is not forgotten; raise NotFound."""
    customer = session.get(Customer, number)
    if customer is None or customer.erased_at is not None:
        raise NotFound
    kept = Transaction.customer_id == number, Transaction.returned_at.is_(None)
    orders = session.scalar(select(func.count()).where(*kept))
    return Known(customer, orders or 0)


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


def _matches(dialect: str, word: str, digits: Sequence[str]) -> Any:
    """Return the condition that a customer has to do with a word, or has a number with a part.

    Of a word that very many have, the newest `MOST_FOUND` are looked at, so that a search takes as
    long among a million customers as among ten thousand.
    """
    form, key = search_form(word), key_form(word)
    named = newest_with(dialect, [(Customer.search_name, form)], MOST_FOUND)
    wanted = [(ContactPoint.search_value, form), *((ContactPoint.key, part) for part in digits)]
    reached = newest_with(dialect, wanted, MOST_FOUND)
    points = select(ContactPoint.customer_id).where(ContactPoint.id.in_(reached))
    spellings = {key, key.lower(), key.upper()}
    outside = select(Identifier.customer_id).where(Identifier.key.in_(spellings))
    parts = [named, points, outside]
    if form.isdecimal() and form.isascii() and len(form) < 18:
        parts.append(select(literal(int(form))))
    return Customer.id.in_(union(*parts))
