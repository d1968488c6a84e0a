"""The purchase window of a customer in a category (A3), from the days on which they bought."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby, pairwise
from operator import itemgetter

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tasks.analytics.timing import Quartiles, Window, purchase_window, quartiles
from tasks.intents.records import ANYTHING, CONTRACT
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine

SAMPLE = 500  # customers whose gaps show what is usual in a category
FEWEST_GAPS = 30  # fewer say nothing about a category


def window_of(session: Session, customer_id: int, category: str) -> Window | None:
    """Return when the customer is likely to buy again in a category; None if nothing tells it.

    A contract has no window: it has an end.
    """
    if category == CONTRACT:
        return None
    days = _days(session, customer_id, category)
    if not days:
        return None
    return purchase_window(days[-1], _gaps(days), usual_gaps(session, category))


def usual_gaps(session: Session, category: str) -> Quartiles | None:
    """Return the quartiles of the gaps of those who bought last in a category.

    None with fewer than 30 gaps.
    """
    newest = (
        select(Transaction.customer_id)
        .where(*_kept(category))
        .order_by(Transaction.id.desc())
        .limit(SAMPLE)
    )
    rows = session.execute(
        select(Transaction.customer_id, Transaction.at)
        .where(Transaction.customer_id.in_(newest.scalar_subquery()), *_kept(category))
        .order_by(Transaction.customer_id, Transaction.at)
    )
    found = [
        gap
        for _, own in groupby(rows, key=itemgetter(0))
        for gap in _gaps(list(_each_once(at for _, at in own)))
    ]
    return quartiles(found) if len(found) >= FEWEST_GAPS else None


def bought_since(session: Session, customer_id: int, category: str, since: datetime) -> bool:
    """Return whether the customer bought in a category since an instant, and kept it."""
    query = select(Transaction.id).where(
        Transaction.customer_id == customer_id, Transaction.at > since, *_kept(category)
    )
    return session.scalar(query.limit(1)) is not None


def _days(session: Session, customer_id: int, category: str) -> list[date]:
    bought = select(Transaction.at).where(Transaction.customer_id == customer_id, *_kept(category))
    return list(_each_once(session.scalars(bought.order_by(Transaction.at))))


def _kept(category: str) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL what counts: orders not returned, with a line of the category if there is one."""
    kept = Transaction.returned_at.is_(None)
    if category == ANYTHING:
        return (kept,)
    of_category = (
        select(TransactionLine.id)
        .join(Product, Product.id == TransactionLine.product_id)
        .where(TransactionLine.transaction_id == Transaction.id, Product.category == category)
    )
    return kept, of_category.exists()


def _each_once(instants: Iterable[datetime]) -> Iterator[date]:
    before = None
    for at in instants:
        if (day := at.date()) != before:
            yield day
        before = day


def _gaps(days: list[date]) -> list[float]:
    return [float((later - earlier).days) for earlier, later in pairwise(days)]
