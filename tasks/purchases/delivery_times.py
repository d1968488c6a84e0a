"""How long our deliveries take: what may be promised is the 80th percentile of what was."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.purchases.records import Transaction

LAST_ORDERS = 500
SHARE = 0.8  # under-promise: a date that is met four times of five
ENOUGH = 10  # deliveries without which nothing can be said


def usual_days(session: Session) -> float | None:
    """Return the 80th percentile of our delivery times in days; None when too few are known."""
    found = (
        select(Transaction.at, Transaction.delivered_at)
        .where(Transaction.delivered_at.is_not(None))
        .order_by(Transaction.id.desc())
        .limit(LAST_ORDERS)
    )
    return _percentile(
        [(there - at).total_seconds() / 86_400 for at, there in session.execute(found) if there]
    )


def _percentile(days: Sequence[float]) -> float | None:
    if len(days) < ENOUGH:
        return None
    ordered = sorted(days)
    return round(ordered[min(len(ordered) - 1, int(SHARE * len(ordered)))], 1)
