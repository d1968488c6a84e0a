"""The customer in view: who it is, what is open, what happened, what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from tasks.consents.records import Preference
from tasks.customers.records import Customer
from tasks.purchases.records import Transaction
from tasks.scores.records import CustomerScore
from web.app.tables import account
from web.reads.customer_view.facts import facts
from web.reads.customer_view.line import Line, ask, lines
from web.reads.customer_view.open_now import open_now
from web.reads.customer_view.reader import Reader
from web.reads.customer_view.timeline import LATELY, timeline


@dataclass(frozen=True, slots=True)
class Older:
    """A part of the timeline; `more` says whether another part follows."""

    lines: Sequence[Line]
    more: bool


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Everything a customer's page shows. `names` are display names of ours by user name."""

    customer: Customer
    parent: Customer | None
    score: CustomerScore | None
    preference: Preference | None
    orders: int
    spent: int
    currency: str
    first_purchase: datetime | None
    last_purchase: datetime | None
    known: Mapping[str, Sequence[Line]]
    past: Older
    names: Mapping[str, str]

    def of(self, kind: str) -> Sequence[Line]:
        """Return what is known or open of a kind."""
        return self.known.get(kind, ())

    def first(self, kind: str) -> Line | None:
        """Return the newest of a kind."""
        return next(iter(self.of(kind)), None)

    @property
    def permissions(self) -> list[Line]:
        """Return the newest word per channel, purpose and topic; older ones are history."""
        newest: dict[tuple[str, str, str], Line] = {}
        for said in self.of("consent"):
            newest.setdefault((said.word or "", said.more or "", said.text or ""), said)
        return [newest[key] for key in sorted(newest)]

    def clocks(self, case_id: int) -> list[tuple[str, datetime]]:
        """Return the clocks of an open case, the next first."""
        found = [
            (kind.partition(":")[2], line.until)
            for kind, those in self.known.items()
            if kind.startswith("clock:")
            for line in those
            if line.id == case_id and line.until
        ]
        return sorted(found, key=lambda clock: clock[1])


def customer_view(session: Session, number: int, reader: Reader) -> CustomerView:
    """Return everything about one customer that a person may see, by three questions.

    Raise NotFound for nobody, and for who is forgotten.
    """
    core = _core(session, number)
    connection = session.connection()
    known: dict[str, list[Line]] = {}
    for line in ask(connection, [*facts(number), *open_now(number, reader), _names()]):
        known.setdefault(line.kind, []).append(line)
    names = {line.word or "": line.text or "" for line in known.pop("name", ())}
    past = older(session, number, reader)
    return CustomerView(**core, known=known, past=past, names=names)


def older(session: Session, number: int, reader: Reader, before: datetime | None = None) -> Older:
    """Return what happened before an instant, the newest first, by one question."""
    found = ask(session.connection(), timeline(number, reader, before))
    dated = sorted(found, key=lambda line: (str(line.at), line.kind, line.id), reverse=True)
    last = dated[LATELY - 1].at if len(dated) > LATELY else None
    # what happened at the same instant stays together: the next part begins before it
    shown = [line for line in dated if last is None or (line.at and line.at >= last)]
    return Older(shown, len(shown) < len(dated))


def _core(session: Session, number: int) -> dict[str, Any]:
    parent = aliased(Customer)
    latest = (
        select(func.max(CustomerScore.id))
        .where(CustomerScore.customer_id == number)
        .scalar_subquery()
    )
    row = session.execute(
        select(Customer, parent, CustomerScore, Preference, *_bought(number))
        .outerjoin(parent, parent.id == Customer.parent_id)
        .outerjoin(CustomerScore, CustomerScore.id == latest)
        .outerjoin(Preference, Preference.customer_id == Customer.id)
        .where(Customer.id == number, Customer.erased_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    customer, above, score, preference, orders, spent, currency, first, last = row
    return {
        "customer": customer,
        "parent": above,
        "score": score,
        "preference": preference,
        "orders": orders or 0,
        "spent": spent or 0,
        "currency": currency or "",
        "first_purchase": first,
        "last_purchase": last,
    }


def _bought(number: int) -> list[Any]:
    order = Transaction
    kept = order.customer_id == number, order.returned_at.is_(None)
    sums = (
        func.count(),
        func.sum(order.amount),
        func.max(order.currency),
        func.min(order.at, type_=order.at.type),
        func.max(order.at, type_=order.at.type),
    )
    return [select(one).where(*kept).scalar_subquery() for one in sums]


def _names() -> Select[Any]:
    who = account.c
    return lines("name", id=who.id, word=who.username, text=who.display_name)
