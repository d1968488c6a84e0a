"""The intent of a customer in a category: what was noticed, what was said, how it ended."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.timing import Window
from tasks.contracts.records import Contract
from tasks.customers.permission import allowed_channels, no_contact
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.declare.people import People
from tasks.intents.records import ANYTHING, CONTRACT, Intent, IntentSignal
from tasks.interactions.records import Interaction
from tasks.policy.records import values
from tasks.products.records import Product
from tasks.targeting.purchase_timing.windows import bought_since, window_of

SELLERS = ("sales_rep", "account_manager")
LOOKED_AT = timedelta(days=7)  # page views older than this say nothing
NO_ONE: dict[str, Any] = {"known": False, "wants_offers": False}
Outcome = Literal["hit", "miss", "lost"]


@service_task(name="targeting.gather_signals", retries=5, processes=("purchase_timing",))
def gather_signals(
    session: Session,
    now: datetime,
    services: People,
    customer_id: int | None = None,
    category: str = ANYTHING,
) -> dict[str, Any]:
    """Gather what says that a customer is about to buy in a category, and begin to watch it.

    Reads ``customer_id`` (none: somebody unknown) and ``category``. Answers ``customer_name``,
    ``owner`` (who of sales, none where nobody is named), ``intent_id``, ``window`` (from, to as
    dates, n_gaps, method; none where nothing tells it), ``until`` (watched so long),
    ``categories`` (label, value: what we sell) and ``signals``, what the tables D-04 ask.
    """
    customer = session.get(Customer, customer_id) if customer_id is not None else None
    if customer is None:
        return {"customer_name": None, "owner": None, "signals": NO_ONE}
    policy = values(session, "purchase")
    window = window_of(session, customer.id, category)
    intent = _watched(session, now, customer.id, category, window, policy)
    return {
        "customer_name": customer.name,
        "owner": _owner(session, services, customer),
        "intent_id": intent.id,
        "window": _shown(window),
        "until": iso(intent.until),
        "categories": _categories(session),
        "signals": _signals(session, now, customer, category, window, policy),
    }


@service_task(name="targeting.note_intent", retries=5, processes=("purchase_timing",))
def note_intent(
    session: Session,
    now: datetime,
    points: int,
    heat: str,
    reason: str,
    intent_id: int | None = None,
) -> None:
    """Keep how likely the purchase is; a warm one is found by segments and campaigns.

    Reads ``intent_id`` (none: somebody unknown), ``points``, ``heat`` (hot, renewal, warm, cold)
    and ``reason``. What was never more than cold is not kept: nothing was expected, so it is
    neither a hit nor a miss.
    """
    intent = session.get(Intent, intent_id) if intent_id is not None else None
    if intent is None:
        return
    if heat == "cold" and intent.heat == "cold":
        session.delete(intent)
        return
    intent.points, intent.heat, intent.reason, intent.updated_at = points, heat, reason, now
    if heat == "hot":
        intent.hot_at = intent.hot_at or now
    if heat == "cold":
        intent.state, intent.closed_at = "miss", now


@service_task(name="targeting.keep_contact", retries=5, processes=("purchase_timing",))
def keep_contact(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    intent_id: int,
    reached: bool,  # noqa: FBT001 - a field of a form
    next_step: str | None = None,
    need_confirmed: bool | None = None,  # noqa: FBT001 - a field of a form
    decision_date: date | None = None,
    budget_band: str | None = None,
    deciders: str | None = None,
    competitor: str | None = None,
    follow_up: date | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep what was said when the customer was contacted.

    Reads the fields of the form. Answers ``follow_up_at``: nine o'clock of the customer's day that
    was agreed, else of the next day.
    """
    intent = session.get_one(Intent, intent_id)
    customer = session.get_one(Customer, customer_id)
    if reached:
        intent.contacted_at = intent.contacted_at or now
        intent.need_confirmed, intent.decision_on = need_confirmed, decision_date
        intent.budget_band, intent.deciders = budget_band or "", deciders or ""
        intent.competitor, intent.updated_at = competitor or "", now
        _keep_talk(session, now, job_key, intent, next_step or "", owner)
    tomorrow = (now + timedelta(days=1)).date()
    day = max(follow_up or tomorrow, tomorrow)
    morning = datetime.combine(day, time(9), ZoneInfo(customer.timezone))
    return {"follow_up_at": iso(morning)}


@service_task(name="targeting.read_purchase_news", retries=5, processes=("purchase_timing",))
def read_purchase_news(session: Session, category: str, event: dict[str, Any]) -> dict[str, Any]:
    """Read what happened in terms of the table that says whether it decides a purchase.

    Reads ``category`` and ``event`` (type, payload, effect). Answers ``seen``: ``type``,
    ``same_category`` (an order whose products we do not know counts as one) and ``order_no``.
    """
    payload, effect = event.get("payload") or {}, event.get("effect") or {}
    of_event = {effect["category"]} if "category" in effect else _of_lines(session, payload)
    same = category == ANYTHING or not of_event or category in of_event
    if event["type"].startswith("contract."):
        same = category in (CONTRACT, ANYTHING)
    seen = {"type": event["type"], "same_category": same, "order_no": payload.get("order_id")}
    return {"seen": seen}


@service_task(name="targeting.close_intent", retries=5, processes=("purchase_timing",))
def close_intent(
    session: Session,
    now: datetime,
    intent_id: int,
    outcome: Outcome,
    order_no: str | None = None,
) -> None:
    """Note how it ended: hit (bought while it was expected), miss (not), lost (will not buy).

    Reads ``intent_id``, ``outcome`` and ``order_no`` of the order that decided it.
    """
    intent = session.get_one(Intent, intent_id)
    intent.state, intent.closed_at, intent.updated_at = outcome, now, now
    intent.order_no = order_no


def _watched(
    session: Session,
    now: datetime,
    customer_id: int,
    category: str,
    window: Window | None,
    policy: dict[str, Any],
) -> Intent:
    """Return the open intent of the customer in the category; one begins if there is none."""
    intent = session.scalar(
        select(Intent).where(
            Intent.customer_id == customer_id, Intent.category == category, Intent.state == "open"
        )
    )
    if intent is None:
        intent = Intent(customer_id=customer_id, category=category, created_at=now, until=now)
        session.add(intent)
    least = now + timedelta(days=int(policy["wait_days"]))
    intent.until = max(intent.until, least)
    if window is not None:
        intent.window_from, intent.window_to = window.opens, window.closes
        intent.n_gaps, intent.method = window.n_gaps, window.method
        if window.opens <= now.date() <= window.closes:
            after = timedelta(days=int(policy["after_window_days"]) + 1)
            intent.until = datetime.combine(window.closes, time(), now.tzinfo) + after
    session.flush()
    return intent


def _owner(session: Session, services: People, customer: Customer) -> str | None:
    here = {each.username for each in services.members(session, SELLERS)}
    return next((who for who in (customer.owner, customer.deputy) if who in here), None)


def _shown(window: Window | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {
        "from": window.opens.isoformat(),
        "to": window.closes.isoformat(),
        "n_gaps": window.n_gaps,
        "method": window.method,
    }


def _categories(session: Session) -> list[dict[str, str]]:
    found = session.scalars(select(Product.category).distinct().order_by(Product.category)).all()
    return [{"label": name, "value": name} for name in (*found, CONTRACT, ANYTHING)]


def _signals(
    session: Session,
    now: datetime,
    customer: Customer,
    category: str,
    window: Window | None,
    policy: dict[str, Any],
) -> dict[str, Any]:
    counted = _count(session, now, customer.id, category, int(policy["signal_days"]))
    recent = now - timedelta(days=int(policy["recent_days"]))
    silent = no_contact(session, customer)
    return {
        "known": True,
        "wants_offers": not silent and bool(allowed_channels(session, customer.id, "marketing")),
        "quotes": counted["quote"],
        "call_backs": counted["call_back"],
        "pages_7d": counted["page"],
        "downloads": counted["download"],
        "questions": counted["question"] + counted["enquiry"],
        "contract_days": _contract_days(session, now, customer.id, category),
        "window_open": window is not None and window.opens <= now.date() <= window.closes,
        "bought_lately": bought_since(session, customer.id, category, recent),
        "hot_from": policy["hot_from"],
        "warm_from": policy["warm_from"],
    }


def _count(
    session: Session, now: datetime, customer_id: int, category: str, days: int
) -> Counter[str]:
    """Count the signals of a category by their kind; page views of the last seven days only."""
    query = select(IntentSignal.kind, IntentSignal.n, IntentSignal.at).where(
        IntentSignal.customer_id == customer_id, IntentSignal.at > now - timedelta(days=days)
    )
    if category != ANYTHING:
        query = query.where(IntentSignal.category == category)
    counted: Counter[str] = Counter()
    for kind, n, at in session.execute(query):
        if kind != "page" or at > now - LOOKED_AT:
            counted[kind] += n
    return counted


def _contract_days(session: Session, now: datetime, customer_id: int, category: str) -> int | None:
    """Return the days until the next contract ends; None where none does, or it is not asked."""
    if category not in (CONTRACT, ANYTHING):
        return None
    ends = session.scalar(
        select(Contract.ends_on)
        .where(
            Contract.customer_id == customer_id,
            Contract.ended_at.is_(None),
            Contract.ends_on >= now.date(),
        )
        .order_by(Contract.ends_on)
        .limit(1)
    )
    return (ends - now.date()).days if ends is not None else None


def _of_lines(session: Session, payload: dict[str, Any]) -> set[str]:
    if "category" in payload:
        return {payload["category"]}
    skus = {line.get("sku") for line in payload.get("lines") or ()}
    return set(session.scalars(select(Product.category).where(Product.sku.in_(skus))))


def _keep_talk(
    session: Session, now: datetime, job_key: str, intent: Intent, said: str, owner: str | None
) -> None:
    known = select(Interaction.id).where(
        Interaction.source == "process", Interaction.external_id == job_key
    )
    if session.execute(known).first() is not None:
        return
    talk = Interaction(
        customer_id=intent.customer_id,
        source="process",
        external_id=job_key,
        direction="out",
        channel="phone",
        at=now,
        text=said,
        agent=owner,
        created_at=now,
        created_by=owner or "",
    )
    session.add(talk)
