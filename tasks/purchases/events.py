"""Orders: kept as transactions, counted as responses of campaigns whose window is open."""

from datetime import timedelta
from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.campaigns.records import Campaign, CampaignMember
from tasks.customers.records import Customer
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.instants import Instant
from tasks.declare.payload import ID, MONEY, TEXT, Payload
from tasks.permissions.grounds import soft_opt_in
from tasks.policy.records import value
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine

REACHED = ("sent", "clicked", "released")
MOST_LINES = 1_000


class Line(Payload):
    """One line of an order, money in minor units."""

    sku = fields.String(validate=ID)
    quantity = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 10**6))
    net = fields.Integer(strict=True, required=True, validate=MONEY)
    cost = fields.Integer(strict=True, validate=MONEY)


class OrderPlaced(Payload):
    """An order."""

    order_id = fields.String(required=True, validate=ID)
    amount = fields.Integer(strict=True, required=True, validate=MONEY)
    currency = fields.String(load_default=None, validate=validate.Length(equal=3))
    margin = fields.Integer(strict=True, load_default=None, validate=MONEY)
    lines = fields.List(
        fields.Nested(Line),
        load_default=list,
        validate=validate.Length(max=MOST_LINES),
    )
    promised_at = Instant(load_default=None)
    channel = fields.String(load_default="shop", validate=ID)
    # the e-mail address came from this sale, and refusing news was offered then
    refusal_offered = fields.Boolean(load_default=False)


class OrderDelivered(Payload):
    """An order arrived."""

    order_id = fields.String(required=True, validate=ID)
    delivered_at = Instant(load_default=None)


class OrderReturned(Payload):
    """An order came back."""

    order_id = fields.String(required=True, validate=ID)
    reason = fields.String(load_default="", validate=TEXT)


def placed(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep the order; for members of a campaign in its window it is a response."""
    payload = event.payload
    if _order(session, payload["order_id"]) is not None:
        return {"order": payload["order_id"], "known": True}
    order = Transaction(
        customer_id=event.customer_id,
        order_no=payload["order_id"],
        at=event.at,
        channel=payload["channel"],
        amount=payload["amount"],
        margin=payload["margin"],
        currency=payload["currency"] or value(session, "company.currency"),
        promised_at=payload["promised_at"],
        created_at=event.now,
        created_by=event.origin,
    )
    order.lines = _lines(session, payload["lines"])
    if order.margin is None:
        order.margin = _margin(order)
    session.add(order)
    if payload["refusal_offered"]:
        proof = f"order:{order.order_no}"
        soft_opt_in(session, event.customer_id, proof, event.at, event.now)
    _welcome_back(session, event)
    return {"order": order.order_no, "responses": _count(session, order, 1, event)}


def delivered(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note when the order arrived."""
    order = _order(session, event.payload["order_id"])
    if order is None:
        return {"order": event.payload["order_id"], "known": False}
    order.delivered_at = event.payload["delivered_at"] or event.at
    return {"order": order.order_no, "known": True}


def returned(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note the return and take its revenue out of the campaigns again."""
    order = _order(session, event.payload["order_id"])
    if order is None:
        return {"order": event.payload["order_id"], "known": False}
    if order.returned_at is None:
        order.returned_at = event.at
        order.return_reason = event.payload["reason"]
        _count(session, order, -1, event)
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


def _welcome_back(session: Session, event: InboundEvent) -> None:
    customer = session.get_one(Customer, event.customer_id)
    if customer.relationship_since is None:
        customer.relationship_since = event.at.date()


def _count(session: Session, order: Transaction, sign: int, event: InboundEvent) -> int:
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
            member.response_at = member.response_at or event.at
            if member.arm == "treat" and member.state in REACHED:
                member.state = "responded"
        counted += 1
    return counted


TYPES: Final = (
    EventType("order.placed", OrderPlaced, placed, about_somebody=True),
    EventType("order.delivered", OrderDelivered, delivered),
    EventType("order.returned", OrderReturned, returned),
)
