"""Whose tier changed since it was told last; a drawing tells the processes that wait for it."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.policy.records import value
from tasks.scores.records import CurrentScore

MOST = "scores.changes_per_night"  # a policy value


@service_task(name="scores.find_changes", retries=3)
def find_changes(session: Session) -> dict[str, Any]:
    """Find whose value tier is another than it was told last, changed by night or by day.

    At most the policy value scores.changes_per_night, those with most margin first; the rest waits
    for the next night. A first score is a baseline and no change. Answers ``moved`` (customer_id,
    tier, before).
    """
    score = CurrentScore
    query = (
        select(score.customer_id, score.tier, score.told_tier)
        .where(score.tier != score.told_tier)
        .order_by(score.margin_rank)
        .limit(int(value(session, MOST)))
    )
    moved = [
        {"customer_id": customer, "tier": tier, "before": before}
        for customer, tier, before in session.execute(query)
    ]
    if moved:
        told = [{"customer_id": one["customer_id"], "told_tier": one["tier"]} for one in moved]
        session.execute(update(score), told)
    return {"moved": moved}
