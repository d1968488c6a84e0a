"""A score by day: what an order, a return or a complaint changes does not wait for the night.

Orders, money, recency and margin are exact; class and tier are by the cuts of the last night
(`cuts`). Ranks, P(alive) and the value of the next 12 months compare everybody or need the models:
they stay as the night found them. Not for a customer's bill, and no forecast.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.analytics.risk.hiatus import is_silent
from tasks.analytics.timing import purchase_window
from tasks.cases.records import Case
from tasks.customers.records import Customer
from tasks.declare.inbound_event import InboundEvent
from tasks.permissions.grounds import objects
from tasks.purchases.records import Transaction
from tasks.scores.classes import Classes
from tasks.scores.cuts import Cuts, placed
from tasks.scores.keep import keep_one
from tasks.scores.records import CurrentScore, last_night

YEAR = timedelta(days=365)
# events about one customer that change what a score rests on
CHANGING: Final = ("order.placed", "order.returned", "complaint.received")
UNTOUCHED = ("margin_rank", "revenue_rank", "problem_rank", "alive", "expected_12m", "clv_12m")


@dataclass(frozen=True, slots=True)
class _Bought:
    orders: int
    spent: int
    margin: int
    days: list[date]  # each once, ascending


def after_event(session: Session, event: InboundEvent) -> None:
    """Score the customer an event is about anew; nothing before the first night."""
    if event.about is not None:
        rescore(session, event.about, event.now)


def rescore(session: Session, customer_id: int, now: datetime) -> bool:
    """Score one customer as of now; return whether anything is another than before.

    Who has no row yet is new: the next night makes the baseline. Nothing is done where the table
    of classes is not deployed.
    """
    session.flush()
    night = session.scalar(last_night())
    cuts = Cuts.read(night.cuts) if night else None
    current = session.get(CurrentScore, customer_id)
    if cuts is None or current is None or not _counts(session, customer_id):
        return False
    try:
        classes = Classes(session.connection(), now)
    except NotFound:
        return False
    row = _row(session, current, cuts, classes, now)
    return keep_one(session, row, now)


def _counts(session: Session, customer_id: int) -> bool:
    customer = session.get(Customer, customer_id)
    there = customer is not None and customer.merged_into_id is None and customer.erased_at is None
    return there and not objects(session, customer_id)


def _row(
    session: Session, current: CurrentScore, cuts: Cuts, classes: Classes, now: datetime
) -> dict[str, Any]:
    bought = _bought(session, current.customer_id, now)
    row: dict[str, Any] = {name: getattr(current, name) for name in UNTOUCHED}
    row |= {
        "orders": bought.orders,
        "spent": bought.spent,
        "margin_12m": bought.margin,
        "problems_12m": _problems(session, current.customer_id, now),
    }
    moved = bought.margin != current.margin_12m
    row["tier"] = cuts.tier(bought.margin) if moved else current.tier
    if not bought.days:
        row |= {"r": 1, "f": 1, "m": 1, "last_purchase": None, "silent": False}
        row |= {"window_from": None, "window_to": None}
        return row | {"segment": classes.of(1, 1, 1, 0, None), "customer_id": current.customer_id}
    last = bought.days[-1]
    gaps = [float((later - earlier).days) for earlier, later in pairwise(bought.days)]
    since = (now.date() - last).days
    window = purchase_window(last, gaps, cuts.usual_gaps)
    row |= {
        "r": placed(last.toordinal(), cuts.r),
        "f": placed(bought.orders, cuts.f),
        "m": placed(bought.spent, cuts.m),
        "last_purchase": last,
        "silent": is_silent(since, gaps),
        "window_from": window.opens if window else None,
        "window_to": window.closes if window else None,
    }
    row["segment"] = classes.of(row["r"], row["f"], row["m"], bought.orders, since)
    return row | {"customer_id": current.customer_id}


def _bought(session: Session, customer_id: int, now: datetime) -> _Bought:
    order = Transaction
    query = select(order.at, order.amount, func.coalesce(order.margin, 0)).where(
        order.customer_id == customer_id, order.returned_at.is_(None), order.at <= now
    )
    rows = session.execute(query.order_by(order.at)).all()
    begin = now.date().toordinal() - YEAR.days
    return _Bought(
        orders=len(rows),
        spent=sum(amount for _, amount, _ in rows),
        margin=sum(margin for at, _, margin in rows if at.date().toordinal() > begin),
        days=sorted({at.date() for at, _, _ in rows}),
    )


def _problems(session: Session, customer_id: int, now: datetime) -> int:
    mine = Case.customer_id == customer_id, Case.kind == "complaint", Case.opened_at > now - YEAR
    return session.scalar(select(func.count()).select_from(Case).where(*mine)) or 0
