"""What happened before somebody left: the facts of the tables D-22 and likely reason."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.risk.hiatus import longest_usual_gap
from tasks.cases.causes import Cause, Recurrence
from tasks.cases.records import Case
from tasks.invoices.records import Invoice
from tasks.moments.records import MomentOfTruth
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.quotes.records import Opportunity
from tasks.win_back.records import find, open_record
from tasks.win_back.silence import (
    LEAST_DAYS,
    gaps,
    has_contract,
    in_season,
    purchase_days,
    usual_gap,
)

LATELY = timedelta(days=180)


@service_task(name="win_back.pack_history", retries=3)
def pack_history(
    session: Session, now: datetime, customer_id: int, event: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Gather what is known about somebody who may have left; changes nothing.

    Reads ``event`` (contract.cancelled, account.closed, customer.silent). Returns
    ``customer_name``; ``facts`` of the table D-22 (ended, in_season, silent_weeks, limit_weeks);
    ``history`` of the last 180 days (complaints, broken_promises, late_deliveries,
    negative_moments, disputes, lost_for, parted); and ``cause``, the cause of the newest bad
    encounter, if one is known. Raises NotFound for a customer who does not exist.
    """
    customer = find(session, customer_id)
    kind = (event or {}).get("type", "")
    bought = purchase_days(session, customer_id)
    limits = (LEAST_DAYS, longest_usual_gap(gaps(bought)) or 0.0, usual_gap(session) or 0.0)
    gone = kind == "contract.cancelled" and not has_contract(session, customer_id, now)
    facts = {
        "ended": gone or kind == "account.closed",
        "in_season": in_season(bought, now),
        "silent_weeks": round((now - bought[-1]).days / 7, 1) if bought else 0,
        "limit_weeks": round(max(limits) / 7, 1),
    }
    return {
        "customer_name": customer.name,
        "facts": facts,
        "history": history_of(session, now, customer_id),
        "cause": newest_cause(session, customer_id),
    }


def history_of(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Return what went wrong for a customer in the last 180 days."""
    since = now - LATELY
    record = open_record(session, customer_id)
    return {
        "complaints": _count(
            session,
            select(func.count()).where(
                Case.customer_id == customer_id, Case.kind == "complaint", Case.opened_at > since
            ),
        ),
        "broken_promises": _count(
            session,
            select(func.count()).where(
                Promise.customer_id == customer_id, Promise.broken_at > since
            ),
        ),
        "late_deliveries": _count(
            session,
            select(func.count()).where(
                Transaction.customer_id == customer_id,
                Transaction.at > since,
                Transaction.delivered_at > Transaction.promised_at,
            ),
        ),
        "negative_moments": _count(
            session,
            select(func.count()).where(
                MomentOfTruth.customer_id == customer_id,
                MomentOfTruth.polarity == "negative",
                MomentOfTruth.at > since,
            ),
        ),
        "disputes": _count(
            session,
            select(func.count()).where(
                Invoice.customer_id == customer_id, Invoice.disputed_at > since
            ),
        ),
        "lost_for": _lost_for(session, customer_id, since),
        "parted": record is not None and record.state == "excluded",
    }


def newest_cause(session: Session, customer_id: int) -> str | None:
    """Return the name of the cause that hit the customer last, in a complaint or an encounter."""
    complained = session.scalar(
        select(Cause.name)
        .join(Recurrence, Recurrence.cause_id == Cause.id)
        .where(Recurrence.customer_id == customer_id)
        .order_by(Recurrence.at.desc(), Recurrence.id.desc())
        .limit(1)
    )
    if complained is not None:
        return complained
    return session.scalar(
        select(MomentOfTruth.cause)
        .where(
            MomentOfTruth.customer_id == customer_id,
            MomentOfTruth.polarity == "negative",
            MomentOfTruth.cause.is_not(None),
        )
        .order_by(MomentOfTruth.at.desc())
        .limit(1)
    )


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0


def _lost_for(session: Session, customer_id: int, since: datetime) -> str:
    """Return what the newest lost sale was lost for: price, competitor, or nothing known."""
    lost = session.scalar(
        select(Opportunity)
        .where(
            Opportunity.customer_id == customer_id,
            Opportunity.stage == "lost",
            Opportunity.closed_at > since,
        )
        .order_by(Opportunity.closed_at.desc())
        .limit(1)
    )
    if lost is None:
        return ""
    return "price" if lost.lost_reason == "price" else "competitor" if lost.competitor else ""
