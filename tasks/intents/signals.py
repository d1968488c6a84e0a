"""Signals as events tell them: with the category of the product they are about."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.intents.records import ANYTHING, IntentSignal
from tasks.products.records import Product


def category_of(session: Session, sku: str | None) -> str:
    """Return the category of a product; `all` for none, or one we do not know."""
    if not sku:
        return ANYTHING
    found = session.scalar(select(Product.category).where(Product.sku == sku))
    return found or ANYTHING


def note_signal(
    session: Session,
    customer_id: int | None,
    kind: str,
    sku: str | None,
    *,
    at: datetime,
    now: datetime,
    n: int = 1,
) -> dict[str, Any]:
    """Keep a signal of a customer, if we know whose it is; return its category as ``category``."""
    category = category_of(session, sku)
    if customer_id is not None:
        signal = IntentSignal(customer_id=customer_id, category=category, kind=kind, n=n, at=at)
        signal.created_at = now
        session.add(signal)
    return {"category": category, "signal": kind}
