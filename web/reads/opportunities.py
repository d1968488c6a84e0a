"""Sales that may come: a list by close date, narrowed, and what stands in each stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tasks.customers.records import Customer
from tasks.quotes.records import Opportunity
from web.app.tables import account

PAGE: Final = 50
STAGES: Final = ("open", "quoted", "won", "lost")
RUNNING: Final = ("open", "quoted")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; without a stage it is what is neither won nor lost."""

    stage: str = ""  # one of STAGES
    owner: str = ""  # a user name
    overdue: bool = False  # the close date is over and nothing is decided


@dataclass(frozen=True, slots=True)
class Stage:
    """How many there are in a stage, and what they are worth (minor units)."""

    name: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list: opportunity, customer's name, owner's name; and the sums of all."""

    rows: Sequence[Any]
    more: bool
    stages: Sequence[Stage]
    owners: Sequence[tuple[str, str]]


def opportunities(session: Session, wanted: Wanted, today: date, number: int) -> Found:
    """Return a page of the opportunities, the next close date first, those without one last."""
    sale = Opportunity
    query = (
        select(sale, Customer.name, account.c.display_name)
        .join(Customer, Customer.id == sale.customer_id)
        .outerjoin(account, account.c.username == sale.owner)
        .where(*_conditions(wanted, today))
        .order_by(sale.closes_on.is_(None), sale.closes_on, sale.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE + 1)
    )
    rows = session.execute(query).all()
    return Found(rows[:PAGE], len(rows) > PAGE, _stages(session, wanted, today), _owners(session))


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    sale = Opportunity
    found: list[ColumnElement[bool]] = [
        sale.stage.in_((wanted.stage,) if wanted.stage else RUNNING)
    ]
    if wanted.owner:
        found.append(sale.owner == wanted.owner)
    if wanted.overdue:
        found += [sale.closes_on < today, sale.stage.in_(RUNNING)]
    return found


def _stages(session: Session, wanted: Wanted, today: date) -> list[Stage]:
    sale = Opportunity
    query = (
        select(sale.stage, func.count(), func.coalesce(func.sum(sale.amount), 0))
        .where(*_conditions(wanted, today))
        .group_by(sale.stage)
    )
    rows = {
        name: Stage(name, count, int(amount or 0)) for name, count, amount in session.execute(query)
    }
    return [rows[name] for name in STAGES if name in rows]


def _owners(session: Session) -> list[tuple[str, str]]:
    """Return user name and name of everybody who has or had one."""
    query = (
        select(Opportunity.owner, account.c.display_name)
        .outerjoin(account, account.c.username == Opportunity.owner)
        .where(Opportunity.owner.is_not(None))
        .distinct()
    )
    pairs = [(username, name or username) for username, name in session.execute(query)]
    return sorted(pairs, key=lambda pair: pair[1])
