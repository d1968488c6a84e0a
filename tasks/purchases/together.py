"""What customers have together, counted once a night: who has a product, who has two of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, distinct, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.analytics.selling.basket import Baskets
from tasks.declare.base import Base, Made
from tasks.purchases.records import Transaction, TransactionLine


class OwnedTogether(Made, Base):
    """How many customers have both of two products, or one (`one_id` = `other_id`)."""

    __tablename__ = "crm_owned_together"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("crm_product.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("crm_product.id"), index=True)
    customers: Mapped[int]


def count_together(session: Session, now: datetime) -> int:
    """Count anew; return how many customers have anything."""
    has = (
        select(Transaction.customer_id, TransactionLine.product_id)
        .join(TransactionLine, TransactionLine.transaction_id == Transaction.id)
        .where(Transaction.returned_at.is_(None), TransactionLine.product_id.is_not(None))
        .distinct()
    )
    one, other = has.subquery(), has.subquery()
    counted = session.execute(
        select(one.c.product_id, other.c.product_id, func.count())
        .join(other, other.c.customer_id == one.c.customer_id)
        .where(one.c.product_id <= other.c.product_id)
        .group_by(one.c.product_id, other.c.product_id)
    ).all()
    buyers = session.scalar(select(func.count(distinct(one.c.customer_id)))) or 0
    session.execute(delete(OwnedTogether))
    rows = [{"one_id": a, "other_id": b, "customers": n, "created_at": now} for a, b, n in counted]
    if rows:
        session.execute(insert(OwnedTogether), rows)
    return buyers


def owned_by(session: Session, customer_id: int) -> set[int]:
    """Return the products a customer has."""
    found = (
        select(TransactionLine.product_id)
        .join(Transaction, Transaction.id == TransactionLine.transaction_id)
        .where(Transaction.customer_id == customer_id, Transaction.returned_at.is_(None))
    )
    return {product for product in session.scalars(found) if product is not None}


def baskets(session: Session, has: Collection[int]) -> Baskets[int]:
    """Return last night's counts, the pairs only of what is in `has`; `n` is all who have any."""
    counts: Baskets[int] = Baskets()
    single = select(OwnedTogether).where(OwnedTogether.one_id == OwnedTogether.other_id)
    pairs = select(OwnedTogether).where(
        OwnedTogether.one_id != OwnedTogether.other_id,
        OwnedTogether.one_id.in_(has) | OwnedTogether.other_id.in_(has),
    )
    for row in session.scalars(single):
        counts.single[row.one_id] = row.customers
    for row in session.scalars(pairs):
        counts.pair[frozenset((row.one_id, row.other_id))] = row.customers
    buyers = select(func.count(distinct(Transaction.customer_id))).where(
        Transaction.returned_at.is_(None)
    )
    counts.n = max(session.scalar(buyers) or 0, max(counts.single.values(), default=0))
    return counts
