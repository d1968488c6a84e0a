"""The sales row (A25): pipeline, win rate, revenue by product and channel, cost of each customer.

Acquisition and retention stand side by side: what is spent on who is new and on who stays. Figures
per person are off (9.31). Not for comparing a year with another set of campaigns.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.selling.pipeline import Opportunity as Open
from tasks.analytics.selling.pipeline import pipeline, won
from tasks.campaigns.records import Campaign
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.figures.plain import FEWEST, told
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
        "costs": _costs(session, now),
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


def _costs(session: Session, now: datetime) -> dict[str, Any]:
    """Return what a new customer cost, and what one who stayed, of the last 12 months."""
    begin = now - YEAR
    contact, case = Contact, Case
    rows = session.execute(
        select(Campaign.objective == "acquire", func.sum(contact.cost))
        .select_from(contact)
        .outerjoin(Campaign, Campaign.id == contact.campaign_id)
        .where(contact.sent_at > begin, contact.sent_at <= now)
        .group_by(Campaign.objective == "acquire")
    )
    spent = {bool(acquires): int(cost or 0) for acquires, cost in rows}
    given = session.scalar(select(func.sum(case.given)).where(case.opened_at > begin))
    before = select(Transaction.customer_id).where(
        Transaction.at <= begin, Transaction.returned_at.is_(None)
    )
    mine = Transaction.at > begin, Transaction.at <= now, Transaction.returned_at.is_(None)
    buyers = select(func.count(Transaction.customer_id.distinct())).where(*mine)
    all_of_them = session.scalar(buyers) or 0
    kept = session.scalar(buyers.where(Transaction.customer_id.in_(before))) or 0
    return {
        "acquisition": _each(spent.get(True, 0), all_of_them - kept),
        "retention": _each(spent.get(False, 0) + int(given or 0), kept),
    }


def _each(cost: int, customers: int) -> dict[str, Any]:
    enough = customers >= FEWEST
    return {"cost": cost, "customers": customers, "each": cost / customers if enough else None}
