"""Cohorts: of those who first bought in a month, how many bought again in each month after."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.customers.records import Customer
from tasks.purchases.records import Transaction

MONTHS = 12
CHUNK = 20_000
FEWEST = 10  # customers of a cohort from which a share is shown


def cohorts(session: Session, now: datetime) -> dict[str, Any]:
    """Return the cohorts of the last 12 months with the share that bought again, month by month.

    A month that is not over yet is left out. Small cohorts are counted and their shares hidden.
    """
    today = _month(now)
    first: dict[int, int] = {}
    bought: dict[int, set[int]] = defaultdict(set)
    order = Transaction
    query = (
        select(order.customer_id, order.at)
        .join(Customer, Customer.id == order.customer_id)
        .where(order.returned_at.is_(None), order.at <= now, Customer.erased_at.is_(None))
        .order_by(order.customer_id, order.at)
    )
    for customer, at in session.execute(query.execution_options(yield_per=CHUNK)):
        month = _month(at)
        begun = first.setdefault(customer, month)
        if today - begun <= MONTHS and month < today:
            bought[customer].add(month - begun)
    return {"cohorts": [_cohort(month, first, bought, today) for month in _recent(today)]}


def _recent(today: int) -> range:
    return range(today - MONTHS, today)


def _cohort(
    month: int, first: dict[int, int], bought: dict[int, set[int]], today: int
) -> dict[str, Any]:
    members = [customer for customer, begun in first.items() if begun == month]
    n = len(members)
    shares: list[float | None] = []
    for after in range(1, today - month):
        again = sum(after in bought[customer] for customer in members)
        shares.append(again / n if n >= FEWEST else None)
    return {"month": f"{month // 12:04d}-{month % 12 + 1:02d}-01", "customers": n, "again": shares}


def _month(at: datetime) -> int:
    return at.year * 12 + at.month - 1
