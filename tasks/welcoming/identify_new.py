"""Identifying new customers: who it is, merging records, and what the welcome depends on."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.errors import NotFound
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import GONE, STRANGERS, move
from tasks.customers.records import Customer
from tasks.duplicates.merge import merge
from tasks.duplicates.records import Different
from tasks.duplicates.similar import CERTAIN, Match, similar_customers
from tasks.invoices.records import Invoice
from tasks.policy.records import value, values
from tasks.purchases.records import Transaction
from tasks.scores.records import latest_scores
from tasks.welcomes.records import WelcomePlan
from tasks.welcoming.calls import calls_free

PEERS = 1_000  # first orders that a new one is compared with
FIRST = sentence("Bought or signed for the first time.")


@service_task(name="welcoming.compare_customer", retries=5)
def compare_customer(session: Session, customer_id: int, event_type: str) -> dict[str, Any]:
    """Compare a customer with everybody we know; changes nothing.

    Reads ``customer_id`` and ``event_type`` (what happened). Returns ``customer_name``,
    ``matches`` (id, name, why, score: the most similar first) and ``facts``, what the table
    D-05 asks. Raises NotFound for a customer who does not exist.
    """
    customer = find(session, customer_id)
    matches = similar_customers(session, customer)
    welcomed = select(WelcomePlan.id).where(WelcomePlan.customer_id == customer.id)
    certain = [match for match in matches if match.score >= CERTAIN]
    facts = {
        # who left is welcomed back, also where a first welcome is on record
        "identified": customer.lifecycle_stage not in GONE
        and session.execute(welcomed).first() is not None,
        "improved": event_type == "relationship.improved",
        "suspicious": _wrote_off(session, [customer.id, *(m.customer.id for m in certain)]),
        "internal": _internal(session, customer),
        "has_bought": _has_bought(session, customer.id),
        "same_as_lapsed": customer.lifecycle_stage in GONE
        or any(match.customer.lifecycle_stage == "lapsed" for match in certain),
        "known_account": customer.parent_id is not None,
        "best_match": matches[0].score if matches else 0,
        "similar_enough": value(session, "match.similar"),
    }
    shown = [_shown(match) for match in matches]
    return {"customer_name": customer.name, "matches": shown, "facts": facts}


@service_task(name="welcoming.connect_records", retries=5)
def connect_records(
    session: Session,
    engine: Engine,
    now: datetime,
    instance_key: str,
    customer_id: int,
    verdict: str,
    keep: int | None = None,
) -> dict[str, Any]:
    """Merge or connect two records, as the data steward decided.

    Reads ``verdict`` (same, household, same_company, different) and ``keep``, the number of the
    other record. Same: the customer becomes part of ``keep``, which can be undone, and whatever
    runs about it goes on about ``keep`` (that is not undone). Household or company: ``keep`` is the
    parent. Different: noted, and not asked about again. Returns ``customer_id`` (the one to go on
    with) and ``merged``.
    """
    customer = find(session, customer_id)
    if verdict == "same" and keep is not None and keep != customer_id:
        if customer.merged_into_id is None:
            merge(session, customer_id, keep, now, by="")
        session.commit()  # no transaction of ours is open while the engine has its own
        engine.by("welcoming.connect_records").instances.move_to_customer(
            str(customer_id), str(keep), but=int(instance_key)
        )
        return {"customer_id": keep, "merged": True}
    if verdict in ("household", "same_company") and keep is not None:
        customer.parent_id, customer.updated_at = keep, now
    if verdict == "different":
        for match in similar_customers(session, customer):
            pair = sorted((customer_id, match.customer.id))
            session.add(Different(customer_id=pair[0], other_id=pair[1], created_at=now))
    return {"customer_id": customer_id, "merged": False}


@service_task(name="welcoming.note_identified", retries=5)
def note_identified(
    session: Session, now: datetime, customer_id: int, identity: str
) -> dict[str, Any]:
    """Note who it is, and look up what the level of the welcome depends on.

    Reads ``identity`` (new, stakeholder, improved, maybe_known, suspicious: the latter two were
    decided by a person). Who was a stranger is a new customer from now on. Returns
    ``level_facts``, what the table D-27 asks: money in minor units, ``order_rank`` the share of
    recent first orders that were larger.
    """
    customer = find(session, customer_id)
    if customer.lifecycle_stage in STRANGERS:
        move(session, customer, "new", now, "identify_new", FIRST)
    customer.relationship_since = customer.relationship_since or now.date()
    customer.updated_at = now
    contract = select(func.sum(Contract.value)).where(
        Contract.customer_id == customer_id, Contract.ended_at.is_(None)
    )
    score = session.scalar(
        latest_scores().where(latest_scores().selected_columns.customer_id == customer_id)
    )
    limits = values(session, "welcome")
    facts = {
        "contract_value": session.scalar(contract) or 0,
        "visit_from": limits["visit_from"],
        "expected_tier": score.tier if score is not None else None,
        "order_rank": _rank_of_first_order(session, customer_id),
        "calls_free": calls_free(session, now),
    }
    return {"level_facts": facts, "identity": identity}


def find(session: Session, customer_id: int) -> Customer:
    """Return the customer; raises NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return customer


def _shown(match: Match) -> dict[str, Any]:
    customer = match.customer
    return {"id": customer.id, "name": customer.name, "why": match.why, "score": match.score}


def _has_bought(session: Session, customer_id: int) -> bool:
    bought = select(Transaction.id).where(Transaction.customer_id == customer_id)
    signed = select(Contract.id).where(Contract.customer_id == customer_id)
    return any(session.execute(query.limit(1)).first() for query in (bought, signed))


def _wrote_off(session: Session, numbers: list[int]) -> bool:
    """Whether an invoice of one of these was written off: finance looks before a welcome."""
    found = select(Invoice.id).where(
        Invoice.customer_id.in_(numbers), Invoice.written_off_at.is_not(None)
    )
    return session.execute(found.limit(1)).first() is not None


def _internal(session: Session, customer: Customer) -> bool:
    """Whether an address belongs to us: employees and tests are not welcomed."""
    domains = tuple(f"@{each}" for each in value(session, "company.own_domains"))
    return any(
        point.value.lower().endswith(domains) for point in customer.contact_points if domains
    )


def _rank_of_first_order(session: Session, customer_id: int) -> float | None:
    """Return the share of recent first orders that were larger; None without an order."""
    first = (
        select(func.min(Transaction.id).label("id")).group_by(Transaction.customer_id).subquery()
    )
    amounts = select(Transaction.customer_id, func.coalesce(Transaction.margin, Transaction.amount))
    recent = amounts.join(first, first.c.id == Transaction.id).order_by(Transaction.at.desc())
    own = session.execute(
        amounts.where(Transaction.customer_id == customer_id).order_by(Transaction.at)
    ).first()
    if own is None:
        return None
    others = [row[1] for row in session.execute(recent.limit(PEERS)) if row[0] != customer_id]
    larger = sum(amount > own[1] for amount in others)
    return round(larger / len(others), 4) if others else 0.0
