"""7.6: a change becomes business as usual (R-24), and those it hurt are told."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.service_task import service_task
from tasks.improvements.records import Improvement
from tasks.moments.records import MomentOfTruth
from tasks.moments_of_truth.turn import standard_of_turn, turn
from tasks.policy.records import value

LINKS = ("process_version", "template", "standard", "training", "partner_agreement")
HALF_YEAR = timedelta(days=180)


@service_task(name="improvements.embed", retries=5)
def embed(
    session: Session,
    now: datetime,
    improvement_id: int,
    embed_owner: str,
    *,
    old_way_withdrawn: bool,
    deployment: str | None = None,
    process_version: str | None = None,
    template: str | None = None,
    standard: str | None = None,
    training: str | None = None,
    partner_agreement: str | None = None,
) -> dict[str, Any]:
    """Keep what became business as usual, who owns it, and that the old way is gone.

    Reads the form; ``deployment`` is what adopting a candidate answered. Answers ``links``. From
    now on the effect is watched. Raises ``BpmnError("not_usual")`` without any link or while the
    old way is still walked (R-24).
    """
    said = (process_version or deployment, template, standard, training, partner_agreement)
    links = [
        {"kind": kind, "what": what.strip(), "owner": embed_owner}
        for kind, what in zip(LINKS, said, strict=True)
        if what and what.strip()
    ]
    if not links or not old_way_withdrawn:
        raise BpmnError("not_usual", "Link what changed, and withdraw the old way.")
    found = turn(session, improvement_id, now, "amend")
    found.links, found.embedded_at = links, now
    if standard:
        standard_of_turn(session, found).improvement_id = found.id
    return {"links": links}


@service_task(name="improvements.whom_to_tell", retries=5)
def whom_to_tell(session: Session, now: datetime, improvement_id: int) -> dict[str, Any]:
    """List the customers who told us of it or were hit by it in the last 180 days.

    Answers ``told_customers`` (numbers), the latest first, at most as many as the policy value
    improvement.tell_at_most says. The contact gate decides whether each is written to.
    """
    found = session.get_one(Improvement, improvement_id)
    rows = session.scalars(
        select(MomentOfTruth.customer_id)
        .where(
            MomentOfTruth.touchpoint_id == found.touchpoint_id,
            MomentOfTruth.polarity == "negative",
            MomentOfTruth.customer_id.is_not(None),
            MomentOfTruth.at > now - HALF_YEAR,
        )
        .order_by(MomentOfTruth.at.desc())
    )
    most = int(value(session, "improvement.tell_at_most"))
    return {"told_customers": list(dict.fromkeys(rows))[:most]}
