"""Customers without an owner who is here: nobody is without one for a day."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.customers.records import Customer
from tasks.declare.people import People
from tasks.development.ownership import CARERS, SELLERS
from tasks.policy.records import value
from tasks.purchases.records import Transaction

NOT_SERVED = ("provisional", "lapsed", "lost")


@service_task(name="development.customers_without_owner", retries=5)
def customers_without_owner(session: Session, services: People) -> dict[str, Any]:
    """Find the customers whose owner has left, and those who never had one; changes nothing.

    All whose owner left are told at once. Of those who never had one as many as the policy value
    ownership.per_day says, the most valuable first: the rest waits for the next days. Returns
    ``wanted`` (customer_id, reason).
    """
    here = {each.username for each in services.members(session, (*SELLERS, *CARERS))}
    served = (
        Customer.lifecycle_stage.not_in(NOT_SERVED),
        Customer.erased_at.is_(None),
        Customer.merged_into_id.is_(None),
    )
    left = session.scalars(
        select(Customer.id)
        .where(Customer.owner.is_not(None), Customer.owner.not_in(here), *served)
        .order_by(Customer.id)
    ).all()
    earned = func.coalesce(func.sum(Transaction.margin), 0)
    never = session.scalars(
        select(Customer.id)
        .join(Transaction, Transaction.customer_id == Customer.id)
        .where(Customer.owner.is_(None), *served)
        .group_by(Customer.id)
        .order_by(earned.desc(), Customer.id)
        .limit(int(value(session, "ownership.per_day")))
    ).all()
    return {
        "wanted": [{"customer_id": each, "reason": "owner left"} for each in left]
        + [{"customer_id": each, "reason": "new customer"} for each in never]
    }
