"""What the planner decided about overlapping campaigns, and the caps of segments."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.policy.records import PolicyValue
from tasks.targeting.campaign_planning.preflight import addressed


@service_task(name="targeting.resolve_overlaps", retries=5, processes=("pressure_control",))
def resolve_overlaps(
    session: Session,
    now: datetime,
    overlaps: list[dict[str, Any]],
    conflicts: list[dict[str, Any]],
) -> dict[str, Any]:
    """Do what was decided about each overlap.

    Reads ``overlaps`` (first, second) and, in the same order, ``conflicts`` (keep: both, first,
    second; move_to; drop). Where the other campaign is dropped for those in both, they are left out
    of it. Where it is moved, its brief goes back to its writer with the new days, because days are
    a part of what was approved; that is possible until it begins. Answers ``left_out`` (people) and
    ``moved`` (campaign_id, starts, ends, reason).
    """
    left_out, moved = 0, []
    for pair, decided in zip(overlaps, conflicts, strict=False):
        if decided.get("keep") in (None, "both"):
            continue
        kept, other = _both(session, pair, str(decided["keep"]))
        if decided.get("drop"):
            left_out += _leave_out(session, other, addressed(session, kept))
        elif decided.get("move_to") and other.status == "planned":
            starts = date.fromisoformat(str(decided["move_to"]))
            moved.append(_move(other, kept, starts))
    return {"left_out": left_out, "moved": moved}


@service_task(name="targeting.set_caps", retries=5, processes=("pressure_control",))
def set_caps(
    session: Session,
    now: datetime,
    segment: str,
    per_30d: int,
    reason: str,
    by: str | None = None,
) -> dict[str, Any]:
    """Set how many marketing contacts the members of a segment get in 30 days.

    Reads ``segment``, ``per_30d`` and ``reason``, which stays with the policy value. Answers
    ``before``, the cap there was (none: that of everybody).
    """
    key = f"cap_30d.{segment}"
    cap = session.scalar(select(PolicyValue).where(PolicyValue.key == key))
    before = cap.value if cap is not None else None
    if cap is None:
        cap = PolicyValue(key=key, default=per_30d, owner="marketing_head", unit="contacts")
        cap.title = f"Marketing contacts in 30 days: {segment}"
        cap.created_at, cap.created_by = now, by or ""
        session.add(cap)
    cap.value, cap.description, cap.updated_at = per_30d, reason, now
    session.flush()
    return {"before": before}


def _both(session: Session, pair: dict[str, Any], keep: str) -> tuple[Campaign, Campaign]:
    first, second = (session.get_one(Campaign, pair[name]) for name in ("first", "second"))
    return (first, second) if keep == "first" else (second, first)


def _leave_out(session: Session, other: Campaign, theirs: set[int]) -> int:
    waiting: Sequence[int] = session.scalars(
        select(CampaignMember.id).where(
            CampaignMember.campaign_id == other.id,
            CampaignMember.state == "planned",
            CampaignMember.arm == "treat",
            CampaignMember.customer_id.in_(theirs),
        )
    ).all()
    session.execute(
        update(CampaignMember)
        .where(CampaignMember.id.in_(waiting))
        .values(state="skipped", reason=sentence("In another campaign at the same time."))
    )
    return len(waiting)


def _move(other: Campaign, kept: Campaign, starts: date) -> dict[str, Any]:
    ends = starts + (other.ends - other.starts)
    why = sentence("Moved to other days, because it met “{1}” at the same people.", kept.name)
    return {
        "campaign_id": other.id,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "reason": why,
    }
