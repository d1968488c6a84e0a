"""The next sale: what to offer whom and how, and what the customer said to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.sampling import draw_control
from tasks.analytics.selling.next_offer import Offer, naive_bayes, next_offers, popularity
from tasks.cases.records import Case
from tasks.consents.records import Preference
from tasks.customers.permission import allowed_channels, no_contact
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.declare.people import People
from tasks.development.ownership import CARERS, SELLERS
from tasks.development.tailored_offer import customer_of
from tasks.invoices.records import Invoice
from tasks.moments.records import MomentOfTruth
from tasks.policy.records import value, values
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.purchases.together import baskets, count_together, owned_by
from tasks.quotes.records import Opportunity
from tasks.scores.records import CustomerScore
from tasks.touchpoints.records import Touchpoint
from tasks.welcomes.records import WelcomePlan

TOUCHPOINT = "offer talk"
HEAVY = 3  # weight of a bad moment against a good one
NO_OFFER_DAYS = timedelta(days=30)  # of a welcome
QUARTER = 3  # months
NO_ANSWER = ("silence", "later", "not ordered")  # are no refusal
RESTS = {
    "no": "rest_after_no",
    "silence": "rest_after_silence",
    "irritated": "rest_after_irritation",
    "later": "rest_after_silence",
    "not ordered": "rest_after_silence",
}


@service_task(name="development.count_together", retries=3)
def count_products_together(session: Session, now: datetime) -> dict[str, Any]:
    """Count which products customers have together, for the next best offer.

    Returns ``customers``, how many have bought anything.
    """
    return {"customers": count_together(session, now)}


@service_task(name="development.next_sale_facts", retries=3)
def next_sale_facts(
    session: Session,
    now: datetime,
    services: People,
    customer_id: int,
    reason: str,
    product: str | None = None,
) -> dict[str, Any]:
    """Look at the customer and work out the next best offer; records nothing.

    Reads ``reason`` (growth, hot, good moment, order) and ``product`` (SKU somebody has in mind).
    The offer is the product with the greatest probability x margin - contact cost, by naive Bayes
    over what customers have together; what the customer has and cannot use twice, refused within
    the rest, or never wants to hear of is left out. Returns ``customer_name``, ``owner``,
    ``owner_name`` (ours, where there is none), ``offer`` (product, name, probability and
    popularity in percent, expected margin in minor units; null: nothing is worth its contact),
    ``facts`` for the table D-14, and ``wait_until``.
    """
    customer = customer_of(session, customer_id)
    channels = allowed_channels(session, customer_id, "marketing")
    if no_contact(session, customer):
        channels = []
    offer = _best(session, now, customer_id, product)
    rest = values(session, "next_sale")
    return {
        "customer_name": customer.name,
        "owner": customer.owner,
        "owner_name": name_of(session, services, customer.owner),
        "offer": offer,
        "wait_until": iso(now + timedelta(days=int(rest["rest_after_silence"]))),
        "facts": {
            "reason": reason,
            "wrong": _is_wrong(session, now, customer),
            "resting": _rests(session, now, customer_id),
            "owes": _wrote_off(session, customer_id),
            "refuses": not channels,
            "may_call": "phone" in channels,
            "new": _is_new(session, now, customer_id),
            "worth_it": offer is not None,
            "left_alone": _left_alone(now, customer_id, float(rest["control_share"])),
            "tier": session.scalar(
                select(CustomerScore.tier)
                .where(CustomerScore.customer_id == customer_id)
                .order_by(CustomerScore.id.desc())
                .limit(1)
            ),
        },
    }


@service_task(name="development.note_sale", retries=5)
def note_sale(
    session: Session,
    now: datetime,
    instance_key: str,
    customer_id: int,
    product: str,
    reason: str,
    owner: str | None = None,
) -> dict[str, Any]:
    """Note what was offered as an opportunity, once per instance.

    Reads ``product`` (SKU), ``reason`` and ``owner``. Returns ``opportunity_id``. The amount is the
    list price; it closes when silence counts as an answer.
    """
    mark = f"sale:{instance_key}"
    known = session.scalar(select(Opportunity).where(Opportunity.created_by == mark))
    if known is None:
        sold = session.scalar(select(Product).where(Product.sku == product))
        days = int(value(session, "next_sale.rest_after_silence"))
        known = Opportunity(
            customer_id=customer_id,
            product=product,
            category=sold.category if sold else "",
            began_by=reason,
            amount=sold.price if sold else None,
            closes_on=now.date() + timedelta(days=days),
            owner=owner,
            created_at=now,
            created_by=mark,
        )
        session.add(known)
        session.flush()
    return {"opportunity_id": known.id}


@service_task(name="development.was_bought", retries=3)
def was_bought(
    session: Session, customer_id: int, product: str, event: dict[str, Any]
) -> dict[str, Any]:
    """Look whether an order holds what was offered.

    Reads ``product`` (SKU) and ``event`` (the order). Returns ``bought``.
    """
    number = (event.get("payload") or {}).get("order_id")
    found = (
        select(TransactionLine.id)
        .join(Transaction, Transaction.id == TransactionLine.transaction_id)
        .join(Product, Product.id == TransactionLine.product_id)
        .where(
            Transaction.customer_id == customer_id,
            Transaction.order_no == number,
            Product.sku == product,
        )
    )
    return {"bought": session.execute(found.limit(1)).first() is not None}


@service_task(name="development.close_sale", retries=5)
def close_sale(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    opportunity_id: int,
    how: str,
    why_not: str | None = None,
) -> dict[str, Any]:
    """Keep what came of an offer, and until when nothing else is offered.

    Reads ``how`` (bought, no, later, irritated, silence, not ordered) and ``why_not``. After a
    "no" nothing is offered for the policy value next_sale.rest_after_no; somebody irritated rests
    too, and the talk is a bad moment. Returns ``rest_until``.
    """
    opportunity = session.get_one(Opportunity, opportunity_id)
    opportunity.closed_at = opportunity.updated_at = now
    opportunity.stage = "won" if how == "bought" else "lost"
    if how != "bought":
        opportunity.lost_reason = why_not or how
        days = int(value(session, f"next_sale.{RESTS[how]}"))
        opportunity.rest_until = now.date() + timedelta(days=days)
    if how == "irritated":
        _bad_moment(session, now, customer_id, f"job:{job_key}")
    rest = opportunity.rest_until
    return {"rest_until": rest.isoformat() if rest else None}


def name_of(session: Session, services: People, username: str | None) -> str:
    """Return a colleague as customers read the name; the company where there is nobody."""
    people = {each.username: each.name for each in services.members(session, (*SELLERS, *CARERS))}
    return people.get(username or "") or str(value(session, "company.name"))


def _best(
    session: Session, now: datetime, customer_id: int, wished: str | None
) -> dict[str, Any] | None:
    """Return the next best offer; what somebody has in mind wins if it may be offered at all."""
    products = {each.id: each for each in session.scalars(select(Product))}
    has = owned_by(session, customer_id)
    counts = baskets(session, has)
    if not counts.n:
        return None
    margins = {number: each.price - each.unit_cost for number, each in products.items()}
    cost = int(value(session, "cost.email"))
    excluded = _never(session, now, customer_id, products)
    popular = popularity(counts, ())
    chances = naive_bayes(counts, has)
    for number in has:  # what can be used twice is offered again, as often as it is bought at all
        if number in products and products[number].repeatable:
            chances[number] = popular.get(number, 0.0)
    found = next_offers(chances, margins, cost, excluded)
    chosen = next((each for each in found if products[each.product].sku == wished), None)
    chosen = chosen or (found[0] if found else None)
    return None if chosen is None else _shown(products[chosen.product], chosen, popular)


def _shown(product: Product, offer: Offer[int], popular: Mapping[int, float]) -> dict[str, Any]:
    return {
        "product": product.sku,
        "name": product.name,
        "probability": round(offer.probability * 100, 1),
        "popularity": round(popular.get(product.id, 0.0) * 100, 1),
        "expected": round(offer.expected),
    }


def _never(
    session: Session, now: datetime, customer_id: int, products: Mapping[int, Product]
) -> set[int]:
    """Return what the customer refused not long ago, or never wants to hear of."""
    since = now - timedelta(days=int(value(session, "next_sale.rest_after_no")))
    refused = set(
        session.scalars(
            select(Opportunity.product).where(
                Opportunity.customer_id == customer_id,
                Opportunity.stage == "lost",
                Opportunity.lost_reason.not_in(NO_ANSWER),
                Opportunity.closed_at > since,
            )
        )
    )
    wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
    unwanted = refused | set(wish.never_topics if wish else ())
    return {
        number for number, each in products.items() if {each.sku, each.category} & unwanted
    }  # fmt: skip


def _is_wrong(session: Session, now: datetime, customer: Customer) -> bool:
    """Whether something is wrong, or was until lately: then nothing is sold."""
    if customer.intensive_care_until is not None and customer.intensive_care_until > now:
        return True
    lately = now - timedelta(days=int(value(session, "gate.complaint_rest_days")))
    found = select(Case.id).where(
        Case.customer_id == customer.id,
        Case.kind.in_(("complaint", "care", "risk")),
        (Case.state != "closed") | (Case.closed_at > lately),
    )
    return session.execute(found.limit(1)).first() is not None


def _rests(session: Session, now: datetime, customer_id: int) -> bool:
    found = select(Opportunity.id).where(
        Opportunity.customer_id == customer_id, Opportunity.rest_until > now.date()
    )
    return session.execute(found.limit(1)).first() is not None


def _wrote_off(session: Session, customer_id: int) -> bool:
    found = select(Invoice.id).where(
        Invoice.customer_id == customer_id, Invoice.written_off_at.is_not(None)
    )
    return session.execute(found.limit(1)).first() is not None


def _is_new(session: Session, now: datetime, customer_id: int) -> bool:
    found = select(WelcomePlan.id).where(
        WelcomePlan.customer_id == customer_id, WelcomePlan.began_on > (now - NO_OFFER_DAYS).date()
    )
    return session.execute(found.limit(1)).first() is not None


def _left_alone(now: datetime, customer_id: int, share: float) -> bool:
    """Whether the customer is in the control group of this quarter, by lot."""
    hundred = [(number, "all") for number in range(100)]
    seed = f"next-sale-{now.year}-{(now.month - 1) // QUARTER}-{customer_id // 100}"
    return customer_id % 100 in draw_control(hundred, share, seed)


def _bad_moment(session: Session, now: datetime, customer_id: int, origin: str) -> None:
    known = select(MomentOfTruth.id).where(MomentOfTruth.origin == origin)
    if session.execute(known).first() is not None:
        return
    touchpoint = session.scalar(select(Touchpoint).where(Touchpoint.name == TOUCHPOINT))
    if touchpoint is None:
        touchpoint = Touchpoint(name=TOUCHPOINT, created_at=now)
        session.add(touchpoint)
        session.flush()
    session.add(
        MomentOfTruth(
            customer_id=customer_id,
            touchpoint_id=touchpoint.id,
            at=now,
            source="agent",
            polarity="negative",
            weight=HEAVY,
            reason="irritated by an offer",
            origin=origin,
            created_at=now,
        )
    )
