"""A24, what is not bought: segment by category in the last quarter, with the reasons given.

Expected is what the same segment bought in the same quarter a year before, or else what the other
segments buy. Segments by buying habit are left out: who is in them is known by what they bought.
Not for blaming a seller: a gap says where to ask, not why.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from tasks.analytics.selling.not_bought import Cell, not_bought, reasons
from tasks.customers.records import Customer
from tasks.leads.records import Lead
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.quotes.records import Opportunity
from tasks.segments.records import Segment, SegmentMember

QUARTER = timedelta(days=91)
YEAR = timedelta(days=365)
MOST = 20


def missing(session: Session, now: datetime) -> dict[str, Any]:
    """Return where surely fewer bought than expected, and why customers said no in 12 months."""
    found = not_bought(list(_cells(session, now)))
    return {
        "gaps": [
            {
                "segment": one.segment,
                "category": one.category,
                "customers": one.customers,
                "expected": one.expected,
                "actual": one.actual,
                "difference": one.difference.plain(),
                "missing": round(one.missing_buyers),
                "method": one.method,
            }
            for one in found[:MOST]
        ],
        "reasons": [
            {"reason": code, "times": times} for code, times in reasons(_given(session, now))[:MOST]
        ],
        "from": (now - QUARTER).date().isoformat(),
        "to": now.date().isoformat(),
    }


def _cells(session: Session, now: datetime) -> Iterator[Cell]:
    """Yield each segment and category: customers and buyers now and a year before."""
    size = {name: (of, before) for name, of, before in session.execute(_sizes(now))}
    bought = _buyers(session, now - QUARTER, now)
    last_year = _buyers(session, now - QUARTER - YEAR, now - YEAR)
    categories = {category for _, category in bought | last_year}
    for name, (customers, customers_before) in size.items():
        for category in sorted(categories):
            yield Cell(
                segment=name,
                category=category,
                customers=customers,
                bought=bought.get((name, category), 0),
                customers_before=customers_before,
                bought_before=last_year.get((name, category), 0),
            )


def _sizes(now: datetime) -> Select[str, int, int]:
    """Select each segment, its customers, and how many of them had bought a year ago already."""
    then = (now - YEAR - QUARTER).date()
    member = SegmentMember
    since = Customer.relationship_since <= then
    return (
        select(Segment.title, func.count(), func.count().filter(since))
        .join(member, member.segment_id == Segment.id)
        .join(Customer, Customer.id == member.customer_id)
        .where(Customer.erased_at.is_(None), Customer.merged_into_id.is_(None))
        .where(Segment.kind != "rfm")
        .group_by(Segment.title)
    )


def _buyers(session: Session, begin: datetime, end: datetime) -> dict[tuple[str, str], int]:
    order, line, member = Transaction, TransactionLine, SegmentMember
    query = (
        select(Segment.title, Product.category, func.count(order.customer_id.distinct()))
        .select_from(order)
        .join(line, line.transaction_id == order.id)
        .join(Product, Product.id == line.product_id)
        .join(member, member.customer_id == order.customer_id)
        .join(Segment, Segment.id == member.segment_id)
        .where(order.at > begin, order.at <= end, order.returned_at.is_(None))
        .where(Segment.kind != "rfm")
        .group_by(Segment.title, Product.category)
    )
    return {(name, str(category)): n for name, category, n in session.execute(query)}


def _given(session: Session, now: datetime) -> Iterator[str]:
    """Yield the code of each reason for not buying: of offers and of leads, one list of codes."""
    offer, lead = Opportunity, Lead
    query = union_all(
        select(offer.lost_reason, func.count())
        .where(offer.stage == "lost", offer.lost_reason != "", offer.closed_at > now - YEAR)
        .group_by(offer.lost_reason),
        select(lead.lost_reason, func.count())
        .where(lead.stage == "lost", lead.lost_reason != "", lead.closed_at > now - YEAR)
        .group_by(lead.lost_reason),
    )
    for code, times in session.execute(query):
        yield from (str(code) for _ in range(times))
