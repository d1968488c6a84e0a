"""Partners are looked at every half year: what was kept, what should be better, new goals."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from tasks.declare.people import People
from tasks.getting_to_know.whom import CLOSE_TO_CUSTOMERS
from tasks.partners.records import Partner

HALF_YEAR = timedelta(days=182)


@service_task(name="getting_to_know.find_partners_due", retries=5)
def find_partners_due(session: Session, now: datetime) -> dict[str, Any]:
    """Find the partners whose review is due or was never planned.

    Returns ``due``, their numbers, the most important first.
    """
    due = select(Partner.id).where(Partner.review_on.is_(None) | (Partner.review_on <= now.date()))
    return {"due": list(session.scalars(due.order_by(Partner.importance.desc(), Partner.id)))}


@service_task(name="getting_to_know.partner_facts", retries=5)
def partner_facts(session: Session, services: People, partner_id: int) -> dict[str, Any]:
    """Look at a partner before the review; changes nothing.

    Returns ``partner_name``, ``kind``, ``owner`` (none where he has left) and ``goals``.
    """
    partner = _partner(session, partner_id)
    people = {each.username for each in services.members(session, CLOSE_TO_CUSTOMERS)}
    return {
        "partner_name": partner.name,
        "kind": partner.kind,
        "owner": partner.owner if partner.owner in people else None,
        "goals": [{"goal": str(each)} for each in partner.goals],
    }


@service_task(name="getting_to_know.keep_partner_review", retries=5)
def keep_partner_review(
    session: Session,
    now: datetime,
    partner_id: int,
    goals: list[dict[str, Any]] | None = None,
    next_review: str | None = None,
) -> dict[str, Any]:
    """Keep what came of a review.

    Reads ``goals`` (goal, kept) and ``next_review``, at most half a year away. Returns
    ``next_review``.
    """
    partner = _partner(session, partner_id)
    latest = (now + HALF_YEAR).date()
    wanted = date.fromisoformat(next_review) if next_review else latest
    partner.review_on = min(wanted, latest)
    partner.goals = [each["goal"] for each in goals or () if not each.get("kept")]
    partner.updated_at = now
    return {"next_review": partner.review_on.isoformat()}


def _partner(session: Session, partner_id: int) -> Partner:
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise NotFound(f"There is no partner {partner_id}.")
    return partner
