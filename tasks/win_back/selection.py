"""Choosing whom to win back: the facts of the table D-23, and what follows from each choice."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.customers.permission import no_contact
from tasks.customers.records import Customer
from tasks.invoices.records import Invoice
from tasks.lapsed.records import FixedCause, LapsedRecord, LapseReason
from tasks.policy.records import value
from tasks.purchases.records import Transaction
from tasks.scores.records import latest_scores
from tasks.win_back.records import is_fixed, newest_reason, open_record
from tasks.win_back.register import MONTH, NO_PERMISSION, SEPARATED
from tasks.win_back.second_value import Worth, worth

UNPAID = timedelta(days=90)
STATES = {"no": "excluded", "hold": "hold_until_fixed", "programme": "candidate"}
NOT_CHOSEN = "Not chosen by the person who decides."
OURS = ("pushed_away_unintended", "pushed_away_intended")


@service_task(name="win_back.find_lapsed", retries=5)
def find_lapsed(
    session: Session, now: datetime, cause: str | None = None, fixed: str | None = None
) -> dict[str, Any]:
    """Find who has lapsed and nobody has chosen about, with the facts of the table D-23.

    Reads ``cause`` and ``fixed`` (the sentence that tells customers of the fix) when a cause was
    fixed: then everybody whom it drove away is found, also who was held or who we parted from.
    Returns ``lapsed``, a list of facts; at most the policy value winback.per_week, money in minor
    units. ``second_value`` is None where fewer than 30 customers alike are known.
    """
    if cause is not None and not is_fixed(session, cause):
        session.add(FixedCause(cause=cause, said=fixed or "", at=now, created_at=now))
        session.flush()
    most, values = int(value(session, "winback.per_week")), worth(session, now)
    found = session.execute(_to_choose(cause).limit(most)).all()
    return {"lapsed": [_facts(session, now, values, *row) for row in found]}


@service_task(name="win_back.keep_choices", retries=5)
def keep_choices(session: Session, now: datetime, choices: list[dict[str, Any]]) -> dict[str, Any]:
    """Keep what the table chose for each, with the reason.

    Reads ``choices`` (customer_id, name, cause, value, choice, reason). Returns ``personal`` (the
    most valuable) and ``parted`` (whom we parted from), about whom a person decides, each with
    customer_id, name and reason; and ``counted``, how many of each choice.
    """
    for each in choices:
        record = open_record(session, each["customer_id"])
        if record is None:
            continue
        record.second_value, record.updated_at = each.get("value"), now
        record.state = STATES.get(each["choice"], record.state)
        record.excluded_reason = _why_excluded(record, each)
        record.hold_cause = each.get("cause") if each["choice"] == "hold" else None
    return {
        "personal": [_shown(each) for each in choices if each["choice"] == "person"],
        "parted": [_shown(each) for each in choices if each["choice"] == "ask_head"],
        "counted": dict(Counter(each["choice"] for each in choices)),
    }


@service_task(name="win_back.keep_decisions", retries=5)
def keep_decisions(
    session: Session,
    now: datetime,
    personal: list[dict[str, Any]],
    approved: list[str],
    parted: list[dict[str, Any]],
    recalled: list[str],
) -> dict[str, Any]:
    """Keep what people decided: who is approached in person, and whom we recall.

    Reads ``personal`` and ``parted`` with ``approved`` and ``recalled``, the numbers of those
    chosen. Returns ``entered``, the customers to approach in person now; the recalled go into the
    next cohort, the others are not won back.
    """
    entered = _decide(session, now, personal, approved, "in_programme")
    _decide(session, now, parted, recalled, "candidate")
    return {"entered": entered}


def _decide(
    session: Session,
    now: datetime,
    people: Iterable[Mapping[str, Any]],
    chosen: Iterable[str],
    state: str,
) -> list[int]:
    wanted, taken = set(chosen), []
    for each in people:
        number = int(each["customer_id"])
        record = open_record(session, number)
        if record is None:
            continue
        if str(number) in wanted:
            record.state, record.excluded_reason = state, ""
            taken.append(number)
        elif record.excluded_reason != SEPARATED:
            record.state, record.excluded_reason = "excluded", NOT_CHOSEN
        record.updated_at = now
    return taken


def _why_excluded(record: LapsedRecord, choice: Mapping[str, Any]) -> str:
    """Return the reason of a no; that we parted is never overwritten."""
    if record.excluded_reason == SEPARATED:
        return SEPARATED
    return str(choice["reason"]) if choice["choice"] == "no" else ""


def _shown(choice: Mapping[str, Any]) -> dict[str, Any]:
    return {name: choice[name] for name in ("customer_id", "name", "reason")}


def _to_choose(cause: str | None) -> Any:
    query = (
        select(LapsedRecord, Customer)
        .join(Customer, Customer.id == LapsedRecord.customer_id)
        .where(Customer.merged_into_id.is_(None), Customer.erased_at.is_(None))
        .order_by(LapsedRecord.since.desc(), LapsedRecord.id)
    )
    if cause is None:
        fixed = select(FixedCause.cause)
        held = (LapsedRecord.state == "hold_until_fixed") & LapsedRecord.hold_cause.in_(fixed)
        return query.where((LapsedRecord.state == "lapsed") | held)
    victims = select(LapseReason.customer_id).where(LapseReason.cause == cause)
    return query.where(
        Customer.id.in_(victims),
        LapsedRecord.state.in_(("lapsed", "hold_until_fixed"))
        | (LapsedRecord.excluded_reason == SEPARATED),
    )


def _facts(
    session: Session, now: datetime, values: Worth, record: LapsedRecord, customer: Customer
) -> dict[str, Any]:
    reason = newest_reason(session, customer.id)
    why = (reason.stated or reason.inferred) if reason else None
    cause = reason.cause if reason else None
    fixed = is_fixed(session, cause)
    return {
        "customer_id": customer.id,
        "name": customer.name,
        "cause": cause,
        "never_contact": no_contact(session, customer)
        or customer.deceased
        or record.excluded_reason == NO_PERMISSION
        or (reason is not None and not reason.may_contact),
        "bad": _is_bad(session, now, customer.id),
        "own_cause_fixed": fixed,
        "parted": record.excluded_reason == SEPARATED or why == "pushed_away_intended",
        "months_since": round((now - record.since) / MONTH, 1),
        "window_months": int(value(session, "winback.window_months")),
        "need_ended": why in ("moved_away", "need_ended"),
        "cause_open": why in OURS and not fixed,
        "second_value": values.of(session, customer.id),
        "tier": _tier(session, customer.id),
    }


def _is_bad(session: Session, now: datetime, customer_id: int) -> bool:
    """Return whether bills stay unpaid, or the customer never earned us anything."""
    unpaid = select(Invoice.id).where(
        Invoice.customer_id == customer_id,
        Invoice.written_off_at.is_not(None)
        | (Invoice.paid_at.is_(None) & (Invoice.due_on < (now - UNPAID).date())),
    )
    margin = session.scalar(
        select(func.sum(Transaction.margin)).where(Transaction.customer_id == customer_id)
    )
    loss = margin is not None and margin <= 0
    return loss or session.scalar(unpaid.limit(1)) is not None


def _tier(session: Session, customer_id: int) -> str | None:
    newest = latest_scores()
    score = session.scalar(newest.where(newest.selected_columns.customer_id == customer_id))
    return score.tier if score is not None else None
