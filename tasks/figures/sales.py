"""The sales row (A25): pipeline, win rate, revenue by product and channel; and A21's base."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.selling.pipeline import Opportunity as Open
from tasks.analytics.selling.pipeline import pipeline, won
from tasks.customers.permission import permitted
from tasks.declare.words import CHANNELS
from tasks.figures.plain import told
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.quotes.records import Opportunity

YEAR = timedelta(days=365)
DAY = timedelta(days=1)
MOST = 10
CHANCE = {"open": 0.2, "quoted": 0.5}  # of winning, where nobody has said another


def sales(session: Session, now: datetime) -> dict[str, Any]:
    """Return the sales row of the last 12 months."""
    found = list(_opportunities(session, now))
    done = won(found)
    return {
        "stages": [
            {"stage": s.name, "count": s.count, "amount": s.amount, "weighted": s.weighted}
            for s in pipeline(found)
        ],
        "decided": done.decided,
        "win_rate": told(done.win_rate),
        "days": told(done.days_p50),
        "by_channel": list(_by_channel(session, now)),
        "by_product": list(_by_product(session, now)),
        "permitted": list(_permitted(session)),
    }


def _opportunities(session: Session, now: datetime) -> Iterator[Open]:
    deal = Opportunity
    recent = deal.closed_at.is_(None) | (deal.closed_at > now - YEAR)
    for one in session.scalars(select(deal).where(recent)):
        ended = one.stage in ("won", "lost")
        state: Literal["open", "won", "lost"] = "open"
        if ended:
            state = "won" if one.stage == "won" else "lost"
        closed = one.closed_at or now
        yield Open(
            stage=one.stage,
            state=state,
            amount=one.amount or 0,
            chance=CHANCE.get(one.stage, 0.0),
            days=max((closed - one.created_at) / DAY, 0.0),
        )


def _by_channel(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    order = Transaction
    rows = session.execute(
        select(order.channel, func.count(), func.sum(order.amount), func.max(order.currency))
        .where(order.at > now - YEAR, order.at <= now, order.returned_at.is_(None))
        .group_by(order.channel)
        .order_by(func.sum(order.amount).desc())
        .limit(MOST)
    )
    for channel, orders, amount, currency in rows:
        yield {"name": channel, "orders": orders, "amount": int(amount), "currency": currency}


def _by_product(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    order, line = Transaction, TransactionLine
    rows = session.execute(
        select(Product.sku, func.sum(line.quantity), func.sum(line.net), func.max(order.currency))
        .select_from(line)
        .join(order, order.id == line.transaction_id)
        .join(Product, Product.id == line.product_id)
        .where(order.at > now - YEAR, order.at <= now, order.returned_at.is_(None))
        .group_by(Product.sku)
        .order_by(func.sum(line.net).desc())
        .limit(MOST)
    )
    for sku, quantity, amount, currency in rows:
        yield {
            "name": sku, "orders": int(quantity), "amount": int(amount), "currency": currency,
        }  # fmt: skip


def _permitted(session: Session) -> Iterator[dict[str, Any]]:
    """Yield how many may be written to with offers, by channel."""
    allowed = permitted("marketing").subquery()
    rows = session.execute(select(allowed.c.channel, func.count()).group_by(allowed.c.channel))
    found = {channel: count for channel, count in rows}  # noqa: C416 - rows are no tuples
    for channel in CHANNELS:
        if channel in found:
            yield {"channel": channel, "customers": found[channel]}
