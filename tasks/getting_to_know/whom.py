"""Who a customer is for the processes that get to know them: tier, owner, open trouble."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.cases.records import Case
from tasks.customers.records import Customer
from tasks.declare.people import People
from tasks.key_accounts.records import KeyStatus
from tasks.scores.records import CustomerScore

TROUBLE = ("complaint", "care", "risk")
CLOSE_TO_CUSTOMERS = ("sales_rep", "account_manager", "care_agent")
YEAR = timedelta(days=365)


def find(session: Session, customer_id: int) -> Customer:
    """Return the customer; raise NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return customer


def tier(session: Session, customer_id: int | None) -> str | None:
    """Return the value tier (A, B, C, D, D-) of the newest scoring; None before the first."""
    return session.scalar(
        select(CustomerScore.tier)
        .where(CustomerScore.customer_id == customer_id)
        .order_by(CustomerScore.id.desc())
        .limit(1)
    )


def active_owner(session: Session, services: People, customer: Customer) -> str | None:
    """Return the user name of the owner; None where nobody is, or the owner has left."""
    people = services.members(session, CLOSE_TO_CUSTOMERS)
    return customer.owner if customer.owner in {each.username for each in people} else None


def open_trouble(session: Session, customer_id: int | None) -> Case | None:
    """Return the oldest open conversation about a trouble of a customer."""
    return session.scalar(
        select(Case)
        .where(
            Case.customer_id == customer_id,
            Case.kind.in_(TROUBLE),
            Case.state.in_(("open", "solved")),
        )
        .order_by(Case.id)
        .limit(1)
    )


def is_key(session: Session, now: datetime, customer_id: int) -> bool:
    """Return whether the committee's decision that this is a key customer holds."""
    found = select(KeyStatus.id).where(
        KeyStatus.customer_id == customer_id,
        KeyStatus.status == "key",
        KeyStatus.expires_on > now.date(),
    )
    return session.scalar(found.limit(1)) is not None


def since_year(now: datetime) -> datetime:
    """Return the instant a year ago."""
    return now - YEAR


def shown(customer: Customer) -> dict[str, Any]:
    """Return what every process shows of a customer."""
    return {"customer_name": customer.name, "kind_of_customer": customer.kind}
