"""Orders: kept as transactions, counted as responses of campaigns whose window is open."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.events.happening import Happening
from tasks.records.campaigns import Campaign, CampaignMember
from tasks.records.customers import Customer
from tasks.records.policy import value
from tasks.records.purchases import Product, Transaction, TransactionLine

REACHED = ("sent", "clicked", "released")


def placed(session: Session, happening: Happening) -> dict[str, Any]:
    """Keep the order; for members of a campaign in its window it is a response."""
    payload = happening.payload
    if _order(session, payload["order_id"]) is not None:
        return {"order": payload["order_id"], "known": True}
    order = Transaction(
        customer_id=happening.customer_id,
        order_no=payload["order_id"],
        at=happening.at,
        channel=payload["channel"],
        amount=payload["amount"],
        margin=payload["margin"],
        currency=payload["currency"] or value(session, "company.currency"),
        promised_at=payload["promised_at"],
        created_at=happening.now,
        created_by=f"event:{happening.event.source}",
    )
    order.lines = _lines(session, payload["lines"])
    if order.margin is None:
        order.margin = _margin(order)
    session.add(order)
    _welcome_back(session, happening)
    return {"order": order.order_no, "responses": _count(session, order, 1, happening)}


def delivered(session: Session, happening: Happening) -> dict[str, Any]:
    """Note when the order arrived."""
    order = _order(session, happening.payload["order_id"])
    if order is None:
        return {"order": happening.payload["order_id"], "known": False}
    order.delivered_at = happening.payload["delivered_at"] or happening.at
    return {"order": order.order_no, "known": True}


def returned(session: Session, happening: Happening) -> dict[str, Any]:
    """Note the return and take its revenue out of the campaigns again."""
    order = _order(session, happening.payload["order_id"])
    if order is None:
        return {"order": happening.payload["order_id"], "known": False}
    if order.returned_at is None:
        order.returned_at = happening.at
        order.return_reason = happening.payload["reason"]
        _count(session, order, -1, happening)
    return {"order": order.order_no, "known": True}


def _order(session: Session, number: str) -> Transaction | None:
    return session.scalar(select(Transaction).where(Transaction.order_no == number))


def _lines(session: Session, lines: list[dict[str, Any]]) -> list[TransactionLine]:
    skus = {line.get("sku") for line in lines}
    products = {p.sku: p for p in session.scalars(select(Product).where(Product.sku.in_(skus)))}
    result = []
    for line in lines:
        product = products.get(line.get("sku", ""))
        cost = line.get("cost")
        if cost is None and product is not None:
            cost = product.unit_cost * line["quantity"]
        result.append(
            TransactionLine(
                product_id=product.id if product else None,
                quantity=line["quantity"],
                net=line["net"],
                cost=cost,
            )
        )
    return result


def _margin(order: Transaction) -> int | None:
    costs = [line.cost for line in order.lines]
    if not costs or None in costs:
        return None
    return order.amount - sum(cost for cost in costs if cost is not None)


def _welcome_back(session: Session, happening: Happening) -> None:
    customer = session.get_one(Customer, happening.customer_id)
    if customer.relationship_since is None:
        customer.relationship_since = happening.at.date()
    if customer.lifecycle_stage in {"prospect", "lapsed"}:
        customer.lifecycle_stage = "active"
        customer.updated_at = happening.now


def _count(session: Session, order: Transaction, sign: int, happening: Happening) -> int:
    """Add the order to (or take it from) every open campaign of the customer, in both arms."""
    rows = session.execute(
        select(CampaignMember, Campaign)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(
            CampaignMember.customer_id == order.customer_id,
            Campaign.status.in_(("running", "paused")),
            Campaign.starts <= order.at.date(),
        )
    ).all()
    counted = 0
    for member, campaign in rows:
        if order.at.date() > campaign.ends + timedelta(days=campaign.response_window_days):
            continue
        member.revenue += sign * order.amount
        member.margin += sign * (order.margin or 0)
        if sign > 0:
            member.response_at = member.response_at or happening.at
            if member.arm == "treat" and member.state in REACHED:
                member.state = "responded"
        counted += 1
    return counted
