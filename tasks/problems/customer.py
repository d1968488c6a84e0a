"""Finding the customer a risk or care is about, and what he is worth."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.customers.records import Customer
from tasks.scores.records import CustomerScore


def find(session: Session, customer_id: int) -> Customer:
    """Return the customer; raise NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return customer


def tier_of(session: Session, customer_id: int) -> str | None:
    """Return the newest value tier (A to D, D-); None where nobody has worked one out."""
    return session.scalar(
        select(CustomerScore.tier)
        .where(CustomerScore.customer_id == customer_id)
        .order_by(CustomerScore.as_of.desc(), CustomerScore.id.desc())
        .limit(1)
    )
