"""What is at stake: the yearly margin of the customers whom something hits."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.purchases.records import Transaction

YEAR = timedelta(days=365)
CHUNK = 500


def yearly_margins(session: Session, customers: Collection[int], now: datetime) -> dict[int, int]:
    """Return the margin of the last year of each customer in minor units, never below 0.

    An order whose margin is not known counts nothing.
    """
    numbers, found = sorted(customers), dict[int, int]()
    for begin in range(0, len(numbers), CHUNK):
        rows = session.execute(
            select(Transaction.customer_id, func.sum(Transaction.margin))
            .where(
                Transaction.customer_id.in_(numbers[begin : begin + CHUNK]),
                Transaction.at > now - YEAR,
                Transaction.returned_at.is_(None),
            )
            .group_by(Transaction.customer_id)
        )
        found |= {customer: max(int(margin or 0), 0) for customer, margin in rows}
    return found
