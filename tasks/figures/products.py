"""A1b, products and categories: margin, growth and complaints of the last 12 months.

A complaint counts for the products of the order it names. Not for ranking products of which few
were sold, nor the people who sell them.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.products import ProductFigures, ProductPeriod, by_category, by_product
from tasks.cases.records import Case
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine

YEAR = timedelta(days=365)
MOST = 20


def products(session: Session, now: datetime) -> dict[str, Any]:
    """Return the figures of the products with most margin, and of all categories."""
    sold = _sold(session, now - YEAR, now)
    before = _sold(session, now - 2 * YEAR, now - YEAR)
    troubles = _problems(session, now)
    known = session.execute(select(Product.id, Product.name, Product.category)).all()
    periods = [
        ProductPeriod(
            product=name,
            category=str(category),
            sold=sold.get(number, (0, 0))[0],
            margin=sold.get(number, (0, 0))[1],
            margin_before=before.get(number, (0, 0))[1],
            problems=troubles[number],
        )
        for number, name, category in known
        if number in sold or number in before
    ]
    return {
        "products": [_plain(one) for one in by_product(periods)[:MOST]],
        "categories": [_plain(one) for one in by_category(periods)[:MOST]],
    }


def _plain(one: ProductFigures) -> dict[str, Any]:
    problems = one.problems_per_1000
    return {
        "name": one.name,
        "sold": one.sold,
        "margin": one.margin,
        "growth": one.growth,
        "problems": problems.plain() if problems else None,
    }


def _sold(session: Session, begin: datetime, end: datetime) -> dict[int, tuple[int, int]]:
    """Return how many of each product were sold and with which margin (minor units)."""
    order, line = Transaction, TransactionLine
    margin = line.net - func.coalesce(line.cost, line.net)
    query = (
        select(line.product_id, func.sum(line.quantity), func.sum(margin))
        .join(order, order.id == line.transaction_id)
        .where(order.at > begin, order.at <= end, order.returned_at.is_(None))
        .where(line.product_id.is_not(None))
        .group_by(line.product_id)
    )
    return {int(one or 0): (int(n), int(money)) for one, n, money in session.execute(query)}


def _problems(session: Session, now: datetime) -> Counter[int]:
    order, line, case = Transaction, TransactionLine, Case
    query = (
        select(line.product_id, func.count(case.id.distinct()))
        .select_from(case)
        .join(order, order.order_no == case.order_no)
        .join(line, line.transaction_id == order.id)
        .where(case.kind == "complaint", case.opened_at > now - YEAR, case.opened_at <= now)
        .where(line.product_id.is_not(None))
        .group_by(line.product_id)
    )
    return Counter({int(product or 0): n for product, n in session.execute(query)})
