"""The lock on a customer's ledger, and on those of everybody who shares an address with them."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.customers.addresses import others_at
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.together import begin, group_of
from tasks.policy.records import PolicyValue


def lock_ledger(session: Session, customer_id: int, channel: str | None = None) -> Customer:
    """Hold these ledgers until commit; for calls also the count of the day's calls.

    Return the customer as they are now; raise NotFound.
    """
    group = group_of(session, customer_id)
    if group is not None:  # locked as the set began
        locked: Customer = group.kept["customer", customer_id]
        return locked
    if channel == "phone":
        session.execute(
            select(PolicyValue.id).where(PolicyValue.key == "capacity.phone").with_for_update()
        )
    others = {who for who, _ in others_at(session, ContactPoint, customer_id)}
    for customer in session.scalars(_locked({customer_id, *others})).all():
        if customer.id == customer_id:
            return customer
    raise NotFound(f"There is no customer {customer_id}.")


def hold_ledgers(session: Session, customer_ids: Sequence[int]) -> None:
    """Hold the ledgers of a set, and let what is read about its customers be read together.

    Who shares an address with somebody is not in the set; neither is who is not there.
    """
    known = group_of(session)
    if known is not None and all(each in known for each in customer_ids):
        return
    begin(session, customer_ids)
    alone = [each for each in customer_ids if not others_at(session, ContactPoint, each)]
    customers = {each.id: each for each in session.scalars(_locked(set(alone)))}
    group = begin(session, [each for each in alone if each in customers])
    if known is not None:
        group.kept.update(known.kept)
    group.kept.update({("customer", number): each for number, each in customers.items()})


def _locked(customer_ids: Collection[int]) -> Select[Customer]:
    return (
        select(Customer)
        .where(Customer.id.in_(customer_ids))
        .order_by(Customer.id)  # everybody in the same order, or two would wait for each other
        .with_for_update()
        .execution_options(populate_existing=True)
    )
