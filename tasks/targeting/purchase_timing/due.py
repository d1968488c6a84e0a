"""Whose purchase window opens: every customer and category, looked through once a night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.timing import Quartiles, Window, purchase_window, quartiles
from tasks.customers.lifecycle import OURS
from tasks.customers.records import Customer
from tasks.intents.records import Intent, WindowScan
from tasks.policy.records import value
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.targeting.purchase_timing.windows import FEWEST_GAPS

AT_ONCE = 5_000  # rows fetched at a time
LATE = timedelta(days=3)  # a window that opened longer ago is not told any more


@dataclass(frozen=True, slots=True)
class Opened:
    """A purchase window that has opened."""

    customer_id: int
    category: str
    window: Window


@service_task(name="targeting.find_windows", retries=5, processes=("purchase_windows",))
def find_windows(session: Session, now: datetime) -> dict[str, Any]:
    """Find whose purchase window has opened since the night before.

    Looks at the gaps between the purchases of every active customer in every category. The first
    night is the baseline: it tells of nobody. Windows that rest on the customer's own gaps come
    first, at most the policy value purchase.windows_per_night. Answers ``opened`` (customer_id,
    category) and ``left``, how many more there were.
    """
    before = session.scalar(select(func.max(WindowScan.day)))
    today = now.date()
    if before == today:
        before = today - timedelta(days=1)  # a second run of the same night
    else:
        session.add(WindowScan(day=today, created_at=now))
    if before is None:
        return {"opened": [], "left": 0}
    found = [
        each
        for each in _opened(session, max(before, today - LATE), today)
        if not _known(session, each)
    ]
    found.sort(key=lambda each: (-each.window.n_gaps, each.customer_id, each.category))
    most = int(value(session, "purchase.windows_per_night"))
    told = [{"customer_id": e.customer_id, "category": e.category} for e in found[:most]]
    return {"opened": told, "left": max(0, len(found) - most)}


def _opened(session: Session, before: date, today: date) -> Iterator[Opened]:
    usual = _usual(session)
    for (customer, category), days in _bought(session):
        window = purchase_window(days[-1], _gaps(days), usual.get(category))
        if window is not None and before < window.opens <= today <= window.closes:
            yield Opened(customer, category, window)


def _usual(session: Session) -> dict[str, Quartiles]:
    """Return the quartiles of all gaps of a category, where enough of them are known."""
    gaps: dict[str, list[float]] = {}
    for (_, category), days in _bought(session):
        gaps.setdefault(category, []).extend(_gaps(days))
    return {name: quartiles(own) for name, own in gaps.items() if len(own) >= FEWEST_GAPS}


def _bought(session: Session) -> Iterator[tuple[tuple[int, str], list[date]]]:
    """Walk customer and category with the days of their purchases, oldest first."""
    rows = session.execute(
        select(Transaction.customer_id, Product.category, Transaction.at)
        .join(TransactionLine, TransactionLine.transaction_id == Transaction.id)
        .join(Product, Product.id == TransactionLine.product_id)
        .join(Customer, Customer.id == Transaction.customer_id)
        .where(
            Transaction.returned_at.is_(None),
            Customer.lifecycle_stage.in_(OURS),
            Customer.merged_into_id.is_(None),
            Customer.erased_at.is_(None),
        )
        .order_by(Transaction.customer_id, Product.category, Transaction.at)
        .execution_options(yield_per=AT_ONCE)
    )
    for key, own in groupby(rows, key=itemgetter(0, 1)):
        yield key, sorted({at.date() for _, _, at in own})


def _known(session: Session, each: Opened) -> bool:
    """Return whether the purchase has been watched for since this window opened."""
    opened = datetime.combine(each.window.opens, time(), UTC)
    query = select(Intent.id).where(
        Intent.customer_id == each.customer_id,
        Intent.category == each.category,
        Intent.created_at >= opened,
    )
    return session.scalar(query.limit(1)) is not None


def _gaps(days: list[date]) -> list[float]:
    return [float((later - earlier).days) for earlier, later in pairwise(days)]
