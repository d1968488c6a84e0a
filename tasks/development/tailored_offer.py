"""Tailored offers: what is offered, what it earns, who approved it, and what became of it."""

import hashlib
import json
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.lifetime.contracts import contract_value
from tasks.approvals import keeping
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import develop
from tasks.customers.records import Customer
from tasks.policy.amounts import to_major, to_minor
from tasks.policy.records import value, values
from tasks.products.records import Product
from tasks.promises.keeping import keep_promises
from tasks.purchases.delivery_times import usual_days
from tasks.purchases.records import Transaction
from tasks.quotes.records import Opportunity, Quote

WHAT, TASK = "quote", "approve_offer"
YEAR = timedelta(days=365)
TOOK_IT = sentence("Took an offer made for them.")
MONTHS = 12
SPECIAL = "special"
APPROVED = (
    "lines", "amount", "discount", "margin", "give_get", "promises", "terms", "months",
    "valid_until",
)  # fmt: skip


@service_task(name="development.open_offer", retries=5)
def open_offer(
    session: Session,
    now: datetime,
    instance_key: str,
    customer_id: int,
    need: str | None = None,
    product: str | None = None,
    opportunity_id: int | None = None,
    began_by: str | None = None,
) -> dict[str, Any]:
    """Open the opportunity an offer hangs on, and gather what its owner chooses from.

    Reads ``need`` (in the customer's words), ``product`` (SKU), ``opportunity_id`` (null: a new
    one) and ``began_by``. Returns ``customer_name``, ``owner``, ``opportunity_id``, ``needs``,
    ``lines``, ``choices`` (products, as a form lists them) and ``limits``: floor and discounts in
    percent, ``currency``. Repeating it opens nothing twice. Raises NotFound.
    """
    customer = customer_of(session, customer_id)
    products = session.scalars(select(Product).order_by(Product.name)).all()
    opportunity = _opportunity(session, now, customer, instance_key, opportunity_id)
    if product:
        opportunity.product = product
    opportunity.began_by = opportunity.began_by or began_by or "asked"
    session.flush()
    known = {each.sku for each in products}
    return {
        "customer_name": customer.name,
        "owner": customer.owner,
        "opportunity_id": opportunity.id,
        "needs": need,
        "lines": [{"product": product, "quantity": 1}] if product in known else None,
        "choices": [
            {"value": each.sku, "label": f"{each.name}: {to_major(session, each.price):g}"}
            for each in products
        ],
        "limits": _limits(session),
    }


@service_task(name="development.price_offer", retries=5)
def price_offer(
    session: Session,
    now: datetime,
    customer_id: int,
    opportunity_id: int,
    needs: str,
    lines: list[dict[str, Any]],
    discount: float,
    valid_until: str,
    give_get: str | None = None,
    promises: list[dict[str, Any]] | None = None,
    terms: str = "standard",
    months: int | None = None,
    made_by: str | None = None,
) -> dict[str, Any]:
    """Keep a new version of the offer and work out what it earns.

    Reads the fields of the form: ``lines`` (product, quantity, price of one: the list price where
    it is empty), ``discount`` (percent of the prices), ``promises`` (text, due), ``terms``
    (standard, special), ``months`` (of the contract, 0: none). Returns ``quote_id``, ``offered``
    (the lines as the customer reads them) and ``figures``: version, list, amount, margin (money),
    margin_percent, discount_percent (against the list, whatever the prices), value_before and
    value_after (lifetime value of the relation) and ``infeasible``, the promises due sooner than
    the 80th percentile of what we deliver. Raises Invalid where a product is not ours.
    """
    priced = [_line(session, row) for row in lines]
    listed = sum(each["list"] * each["quantity"] for each in priced)
    gross = sum(each["price"] * each["quantity"] for each in priced)
    cost = sum(each["cost"] * each["quantity"] for each in priced)
    amount = round(gross * (1 - discount / 100))
    quote = Quote(
        opportunity_id=opportunity_id,
        number=_versions(session, opportunity_id) + 1,
        needs=needs,
        lines=[{name: each[name] for name in ("product", "name", "quantity", "price")}
               for each in priced],
        amount=amount,
        discount=round(max(0.0, 1 - amount / listed), 4) if listed else 0.0,
        margin=amount - cost,
        give_get=give_get or "",
        promises=promises or [],
        terms=terms,
        months=months or 0,
        made_by=made_by or "",
        valid_until=date.fromisoformat(valid_until),
        created_at=now,
        created_by=made_by or "",
    )  # fmt: skip
    session.add(quote)
    opportunity = session.get_one(Opportunity, opportunity_id)
    opportunity.stage, opportunity.amount, opportunity.updated_at = "quoted", amount, now
    opportunity.closes_on = quote.valid_until
    session.flush()
    return {
        "quote_id": quote.id,
        "offered": [_shown(session, each, discount) for each in priced],
        "figures": _figures(session, now, customer_id, quote, listed),
    }


@service_task(name="development.seal_offer", retries=5, processes=("tailored_offer",))
def seal_offer(session: Session, now: datetime, instance_key: str, quote_id: int) -> dict[str, Any]:
    """Bind the approvals to exactly what was approved; nothing below the floor passes.

    Reads ``quote_id``. Returns ``digest``. Raises Invalid for an offer whose margin is below the
    policy value offer.floor, whatever a drawing says.
    """
    quote = session.get_one(Quote, quote_id)
    floor = float(value(session, "offer.floor"))
    if not quote.amount or quote.margin / quote.amount < floor:
        raise Invalid(f"Offer {quote_id} earns less than the floor of {floor:.0%}.")
    digest = digest_of(session, quote)
    keeping.keep(
        session,
        WHAT,
        quote.id,
        digest,
        instance_key=int(instance_key),
        element=TASK,
        since=quote.created_at,
    )
    quote.status, quote.approved_hash, quote.updated_at = "sent", digest, now
    return {"digest": digest}


@service_task(name="development.accept_offer", retries=5, processes=("tailored_offer",))
def accept_offer(
    session: Session, now: datetime, job_key: str, customer_id: int, quote_id: int
) -> dict[str, Any]:
    """The customer has accepted: contract, dated promises, opportunity won.

    Reads ``quote_id``. What is accepted is what was approved, else it raises Invalid. Returns
    ``contract`` (its number, null without one) and ``promises``, how many were recorded.
    """
    quote = session.get_one(Quote, quote_id)
    if quote.approved_hash != digest_of(session, quote):
        raise Invalid(f"Offer {quote_id} is no longer what was approved.")
    keeping.insist(session, WHAT, quote.id, quote.approved_hash or "")
    quote.status, quote.updated_at = "accepted", now
    opportunity = session.get_one(Opportunity, quote.opportunity_id)
    opportunity.stage, opportunity.amount = "won", quote.amount
    opportunity.closed_at, opportunity.updated_at = now, now
    develop(session, customer_of(session, customer_id), now, "tailored_offer", TOOK_IT)
    count = keep_promises(session, now, job_key, customer_id, quote.promises, quote.made_by)
    return {"contract": _contract(session, now, customer_id, quote), "promises": count}


@service_task(name="development.close_offer", retries=5)
def close_offer(
    session: Session,
    now: datetime,
    opportunity_id: int,
    how: str,
    quote_id: int | None = None,
    why_not: str | None = None,
    competitor: str | None = None,
) -> dict[str, Any]:
    """The offer was refused or ran out: the opportunity is lost, with the reason.

    Reads ``how`` (refused, expired), ``why_not`` (price, product, time, competitor, no_need, other)
    and ``competitor``. Nothing is offered for a while: after a "no" for the policy value
    next_sale.rest_after_no (days), after silence for next_sale.rest_after_silence.
    """
    opportunity = session.get_one(Opportunity, opportunity_id)
    opportunity.stage, opportunity.closed_at, opportunity.updated_at = "lost", now, now
    opportunity.lost_reason = why_not or ("silence" if how == "expired" else "other")
    opportunity.competitor = competitor or opportunity.competitor
    rest = "next_sale.rest_after_no" if how == "refused" else "next_sale.rest_after_silence"
    opportunity.rest_until = now.date() + timedelta(days=int(value(session, rest)))
    if quote_id is not None:
        quote = session.get_one(Quote, quote_id)
        quote.status, quote.updated_at = how, now
    return {"lost_reason": opportunity.lost_reason}


def customer_of(session: Session, customer_id: int) -> Customer:
    """Return the customer; raises NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return customer


def digest_of(session: Session, quote: Quote) -> str:
    """Return the fingerprint of everything the customer would accept."""
    opportunity = session.get_one(Opportunity, quote.opportunity_id)
    content = {name: getattr(quote, name) for name in APPROVED}
    content["customer"] = opportunity.customer_id
    text = json.dumps(content, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _opportunity(
    session: Session, now: datetime, customer: Customer, origin: str, number: int | None
) -> Opportunity:
    """Return the opportunity; one per process instance where none was handed over."""
    if number is not None:
        found = session.get(Opportunity, number)
        if found is None or found.customer_id != customer.id:
            raise NotFound(f"Customer {customer.id} has no opportunity {number}.")
        return found
    mark = f"offer:{origin}"
    known = session.scalar(select(Opportunity).where(Opportunity.created_by == mark))
    if known is None:
        known = Opportunity(
            customer_id=customer.id, owner=customer.owner, created_at=now, created_by=mark
        )
        session.add(known)
        session.flush()
    return known


def _limits(session: Session) -> dict[str, Any]:
    offer = values(session, "offer")
    return {
        "floor": round(float(offer["floor"]) * 100, 2),
        "owner_discount": round(float(offer["owner_discount"]) * 100, 2),
        "discount": round(float(value(session, "limit.discount")) * 100, 2),
        "currency": value(session, "company.currency"),
    }


def _line(session: Session, row: Mapping[str, Any]) -> dict[str, Any]:
    product = session.scalar(select(Product).where(Product.sku == row["product"]))
    if product is None:
        raise Invalid(f"There is no product “{row['product']}”.")
    price = to_minor(session, row.get("price"))
    return {
        "product": product.sku,
        "name": product.name,
        "quantity": int(row["quantity"]),
        "price": product.price if price is None else price,
        "list": product.price,
        "cost": product.unit_cost,
    }


def _shown(session: Session, line: Mapping[str, Any], discount: float) -> dict[str, Any]:
    """Return a line as forms show it: the price of one after the discount."""
    return {
        "product": line["product"],
        "name": line["name"],
        "quantity": line["quantity"],
        "price": round(to_major(session, line["price"]) * (1 - discount / 100), 2),
    }


def _versions(session: Session, opportunity_id: int) -> int:
    count = select(func.max(Quote.number)).where(Quote.opportunity_id == opportunity_id)
    return session.scalar(count) or 0


def _figures(
    session: Session, now: datetime, customer_id: int, quote: Quote, listed: int
) -> dict[str, Any]:
    earned = _margin(session, customer_id, now)
    added = quote.margin * MONTHS // quote.months if quote.months else quote.margin
    return {
        "version": quote.number,
        "list": to_major(session, listed),
        "amount": to_major(session, quote.amount),
        "margin": to_major(session, quote.margin),
        "margin_percent": round(100 * quote.margin / quote.amount, 2) if quote.amount else -100,
        "discount_percent": round(quote.discount * 100, 2),
        "value_before": _lifetime_value(session, earned),
        "value_after": _lifetime_value(session, earned + added),
        "infeasible": _infeasible(session, now, quote.promises),
    }


def _margin(session: Session, customer_id: int, now: datetime) -> int:
    """Return the margin of the last 12 months, minor units."""
    earned = select(func.sum(func.coalesce(Transaction.margin, 0))).where(
        Transaction.customer_id == customer_id,
        Transaction.at > now - YEAR,
        Transaction.returned_at.is_(None),
    )
    return session.scalar(earned) or 0


def _lifetime_value(session: Session, yearly: int) -> float:
    """Return what a relation with this yearly margin is worth: this year and renewals."""
    offer = values(session, "offer")
    renewals = contract_value(yearly, float(offer["kept_a_year"]), float(offer["interest"]))
    return to_major(session, round(yearly + renewals))


def _infeasible(
    session: Session, now: datetime, promises: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    usual = usual_days(session)
    if usual is None:
        return []
    earliest = now.date() + timedelta(days=usual)
    return [
        {"text": each["text"], "usual_days": usual}
        for each in promises
        if each.get("due") and date.fromisoformat(each["due"]) < earliest
    ]


def _contract(session: Session, now: datetime, customer_id: int, quote: Quote) -> str | None:
    """Record the contract of an accepted offer, once."""
    if not quote.months:
        return None
    number = f"Q-{quote.id:06d}"
    if session.scalar(select(Contract.id).where(Contract.number == number)) is None:
        starts = now.date()
        session.add(
            Contract(
                customer_id=customer_id,
                number=number,
                starts_on=starts,
                ends_on=_months_later(starts, quote.months),
                value=quote.amount * MONTHS // quote.months,
                currency=value(session, "company.currency"),
                terms=quote.terms,
                created_at=now,
                created_by=quote.made_by,
            )
        )
    return number


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or the last one that month has."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
