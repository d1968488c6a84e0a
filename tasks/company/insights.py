"""Remarks become work: who acts on one, and what was decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.customers.records import Customer
from tasks.insights.records import Insight
from tasks.moments.records import Kudos, MomentOfTruth
from tasks.partners.records import Partner

A_MORNING = 500  # remarks handed over at once; the rest waits for the next morning
CHANGED = "changed"


@service_task(name="company.find_insights", retries=5)
def find_insights(session: Session) -> dict[str, Any]:
    """Find the remarks nobody was asked to act on yet.

    Returns ``remarks``, their numbers, the oldest first. A remark that was written down for several
    departments at once is one remark.
    """
    query = (
        select(func.min(Insight.id))
        .where(Insight.passed_at.is_(None), Insight.done_at.is_(None))
        .group_by(Insight.created_by, Insight.kind, Insight.customer_id, Insight.text)
        .order_by(func.min(Insight.id))
        .limit(A_MORNING)
    )
    return {"remarks": list(session.scalars(query))}


@service_task(name="company.read_insight", retries=5)
def read_insight(session: Session, now: datetime, insight_id: int) -> dict[str, Any]:
    """Read a remark and note that it was handed over.

    Returns ``insight``: kind, text, customer_id and customer_name (empty where nobody known said
    it), to_department, partner_id (a supplier with an address), and for praise of a colleague
    employee and kudos_id.
    """
    found = session.get_one(Insight, insight_id)
    for each in session.scalars(_same(found)):
        each.passed_at, each.updated_at = each.passed_at or now, now
    customer = session.get(Customer, found.customer_id) if found.customer_id else None
    kudos = _kudos(session, found)
    partner = session.get(Partner, found.partner_id) if found.partner_id else None
    return {
        "insight": {
            "kind": found.kind,
            "text": found.text,
            "customer_id": found.customer_id,
            "customer_name": customer.name if customer else "",
            "to_department": found.to_department,
            "partner_id": partner.id if partner and partner.contact else None,
            "employee": kudos.employee if kudos else None,
            "kudos_id": kudos.id if kudos else None,
        }
    }


@service_task(name="company.note_passed", retries=5)
def note_passed(session: Session, now: datetime, insight_id: int) -> dict[str, Any]:
    """Note that a remark needed nothing but being passed on. Returns ``passed`` (when)."""
    for each in session.scalars(_same(session.get_one(Insight, insight_id))):
        each.done_at, each.updated_at = each.done_at or now, now
    return {"passed": now.isoformat()}


@service_task(name="company.keep_insight", retries=5)
def keep_insight(
    session: Session, now: datetime, insight_id: int, decision: str, what: str | None = None
) -> dict[str, Any]:
    """Keep what was decided about a remark.

    Reads ``decision`` (keep, redesign, changed, planned, no, answered) and ``what``. Returns
    ``tell``: something changed, and a customer said it.
    """
    found = session.get_one(Insight, insight_id)
    for each in session.scalars(_same(found)):
        each.done_at, each.updated_at = now, now
        each.decision = f"{decision}: {what}" if what else decision
    return {"tell": decision == CHANGED and found.customer_id is not None}


def _same(found: Insight) -> Select[Insight]:
    """Select a remark, and the same one as it was written down for other departments."""
    return select(Insight).where(
        Insight.created_by == found.created_by,
        Insight.kind == found.kind,
        Insight.text == found.text,
        Insight.customer_id == found.customer_id
        if found.customer_id is not None
        else Insight.customer_id.is_(None),
    )


def _kudos(session: Session, found: Insight) -> Kudos | None:
    """Return the praise of a colleague that was kept together with the remark."""
    if found.kind != "praise":
        return None
    return session.scalar(
        select(Kudos)
        .join(MomentOfTruth, MomentOfTruth.id == Kudos.moment_id)
        .where(MomentOfTruth.origin == found.created_by)
        .limit(1)
    )
