"""The service tasks of enquiries: who asks, how promising, what was done, how it ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.selling.leads import conversion_bands, predicted
from tasks.customers.lifecycle import GONE, OURS, move
from tasks.customers.records import Customer, reachable
from tasks.declare.instants import iso
from tasks.intents.records import IntentSignal
from tasks.interactions.records import Interaction
from tasks.leads.records import Lead
from tasks.policy.records import value
from tasks.products.records import Product

MONTH = timedelta(days=30)
BANDS = (0.0, 25.0, 50.0, 75.0)  # scores from which a band of leads begins
WISHES = {"quote.requested": "quote", "lead.created": "enquiry"}
CLOSED = ("won", "lost", "refused")
ASKED = sentence("Asked us for the first time.")


@service_task(name="enquiry.find_leads", retries=5)
def find_leads(session: Session) -> dict[str, Any]:
    """Find leads of lists that nobody has begun, the oldest first.

    Returns ``found`` (numbers of customers, at most the policy value enquiry.per_day).
    """
    most = int(value(session, "enquiry.per_day"))
    rows = session.scalars(
        select(Lead.customer_id).where(Lead.stage == "new").order_by(Lead.id).limit(most)
    )
    return {"found": list(dict.fromkeys(rows))}


@service_task(name="enquiry.open_lead", retries=5)
def open_lead(
    session: Session, now: datetime, customer_id: int, event: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Look who asks, and open the lead if there is none.

    Reads ``event`` (type, payload; none for a lead of a list). Whoever asked us has given the
    reason why we may answer. Returns ``customer_name``, ``lead`` (its number; None for a customer)
    and ``facts``, what the tables about list and score ask.
    """
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    told = (event or {}).get("payload") or {}
    known = customer.lifecycle_stage in (*OURS, *GONE)
    lead = None if known else _lead(session, now, customer_id, event)
    if lead is not None and customer.lifecycle_stage == "provisional":
        move(session, customer, "prospect", now, "enquiry", ASKED)
    return {
        "customer_name": customer.name,
        "lead": lead.id if lead is not None else None,
        "facts": {
            "customer": known,
            "asked": event is not None,
            "has_basis": lead is not None and bool(lead.basis),
            "source": lead.source if lead is not None else "",
            "wish": _wish(event, told),
            "need": lead.need if lead is not None else "",
            "need_told": lead is not None and bool(lead.need),
            "product_known": lead is not None and lead.product_id is not None,
            "signals": _signals(session, customer_id, now),
            "kind": customer.kind,
            "reachable": _reachable(session, customer_id),
        },
    }


@service_task(name="enquiry.predict", retries=5)
def predict(session: Session, now: datetime, lead: int, score: float) -> dict[str, Any]:
    """Keep the score of a lead and what share of leads like it became customers.

    Reads ``lead`` and ``score``. Returns ``expected`` (percent, n), None with fewer than ten
    outcomes of leads with a score like this.
    """
    kept = session.get_one(Lead, lead)
    rows = session.execute(
        select(Lead.score, Lead.stage).where(Lead.stage.in_(("won", "lost")), Lead.id != lead)
    )
    outcomes = ((points, stage == "won") for points, stage in rows if points is not None)
    bands = conversion_bands(outcomes, BANDS)
    share = predicted(bands, score)
    kept.score, kept.p_convert = score, share.value if share is not None else None
    kept.stage = "listed" if kept.stage == "new" else kept.stage
    kept.updated_at = now
    expected = {"percent": round(100 * share.value), "n": share.n} if share is not None else None
    return {"expected": expected}


@service_task(name="enquiry.keep_qualified", retries=5)
def keep_qualified(
    session: Session,
    now: datetime,
    lead: int,
    answer: str,
    need: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep what a lead needs, and whether it is a prospect.

    Reads ``answer`` (prospect, no), ``need`` and ``owner``. Returns ``stage``.
    """
    kept = session.get_one(Lead, lead)
    kept.stage = "prospect" if answer == "prospect" else "qualified"
    kept.need, kept.owner, kept.updated_at = need or kept.need, owner, now
    return {"stage": kept.stage}


@service_task(name="enquiry.keep_activity", retries=5)
def keep_activity(
    session: Session,
    now: datetime,
    job_key: str,
    lead: int,
    done: str,
    owner: str | None = None,
    next: str | None = None,  # noqa: A002 - the name of the field
    next_on: str | None = None,
) -> dict[str, Any]:
    """Keep what was done for a lead, as an interaction of the customer, once.

    Reads ``done``, ``owner``, ``next`` and ``next_on`` (what comes next, and when). Returns
    ``kept_at``.
    """
    kept = session.get_one(Lead, lead)
    known = select(Interaction.id).where(
        Interaction.source == "process", Interaction.external_id == job_key
    )
    if session.scalar(known) is None:
        said = Interaction(source="process", external_id=job_key, customer_id=kept.customer_id)
        said.direction, said.channel, said.at, said.text = "out", "phone", now, done
        said.subject = " · ".join(each for each in (next, next_on) if each)
        said.agent, said.created_at, said.created_by = owner, now, owner or ""
        session.add(said)
    kept.updated_at = now
    return {"kept_at": iso(now)}


@service_task(name="enquiry.note_stage", retries=5)
def note_stage(
    session: Session, now: datetime, lead: int, stage: str, reason: str | None = None
) -> dict[str, Any]:
    """Note how a lead ended.

    Reads ``stage`` (won, lost, refused) and ``reason`` (for lost: price, product, time, competitor,
    no_need, other). Who is refused has been told that we hold the data. Returns ``stage``.
    """
    kept = session.get_one(Lead, lead)
    kept.stage, kept.lost_reason = stage, "" if stage == "won" else reason or "other"
    kept.closed_at, kept.updated_at = kept.closed_at or now, now
    if stage == "refused":
        kept.noticed_at = kept.noticed_at or now
    return {"stage": stage}


def _lead(session: Session, now: datetime, customer_id: int, event: dict[str, Any] | None) -> Lead:
    """Return the open lead of somebody, made where there is none."""
    found = session.scalar(
        select(Lead)
        .where(Lead.customer_id == customer_id, Lead.stage.not_in(CLOSED))
        .order_by(Lead.id.desc())
        .limit(1)
    )
    told = (event or {}).get("payload") or {}
    if found is None:
        found = Lead(customer_id=customer_id, source=told.get("source") or "asked", created_at=now)
        session.add(found)
    if event is not None:
        found.basis = found.basis or "asked"
        found.need = told.get("need") or found.need or ""
        found.product_id = _product(session, told.get("product")) or found.product_id
    found.updated_at = now
    session.flush()
    return found


def _product(session: Session, sku: str | None) -> int | None:
    return session.scalar(select(Product.id).where(Product.sku == sku)) if sku else None


def _wish(event: dict[str, Any] | None, told: dict[str, Any]) -> str:
    if event is None:
        return "list"
    return "call_back" if told.get("call_back") else WISHES.get(str(event.get("type")), "enquiry")


def _signals(session: Session, customer_id: int, now: datetime) -> int:
    counted = select(func.coalesce(func.sum(IntentSignal.n), 0)).where(
        IntentSignal.customer_id == customer_id, IntentSignal.at > now - MONTH
    )
    return int(session.scalar(counted) or 0)


def _reachable(session: Session, customer_id: int) -> bool:
    ways = reachable().subquery()
    found = select(ways.c.channel).where(ways.c.customer_id == customer_id)
    return session.execute(found.limit(1)).first() is not None
