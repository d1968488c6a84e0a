"""The lock on a customer's ledger, and on those of everybody who shares an address with them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.customers.addresses import sharing
from tasks.customers.records import ContactPoint, Customer
from tasks.policy.records import PolicyValue


def lock_ledger(session: Session, customer_id: int, channel: str | None = None) -> Customer:
    """Hold these ledgers until commit; for calls also the count of the day's calls.

    Return the customer as they are now; raise NotFound.
    """
    if channel == "phone":
        session.execute(
            select(PolicyValue.id).where(PolicyValue.key == "capacity.phone").with_for_update()
        )
    others = {who for who, _ in session.execute(sharing(ContactPoint, customer_id))}
    locked = (
        select(Customer)
        .where(Customer.id.in_({customer_id, *others}))
        .order_by(Customer.id)  # everybody in the same order, or two would wait for each other
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for customer in session.scalars(locked).all():
        if customer.id == customer_id:
            return customer
    raise NotFound(f"There is no customer {customer_id}.")
