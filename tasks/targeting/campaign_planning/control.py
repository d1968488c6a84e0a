"""Draws the control group: who of the audience is left alone, to prove the effect."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.sampling import draw_control as draw
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.scores.records import latest_scores
from tasks.targeting.campaign_planning import approval
from tasks.targeting.campaign_planning.audience import audience

UNKNOWN = "D"


@service_task(name="targeting.draw_control", retries=3, processes=("campaign_planning",))
def draw_control(
    session: Session, now: datetime, instance_key: str, campaign_id: int
) -> dict[str, Any]:
    """Draw the control group by lot, with the same share in every value tier.

    Reads ``campaign_id`` and keeps who approved it. Everybody in the segment becomes a member,
    treated or control; the lot follows from the campaign alone, and a second run changes nothing.
    Answers ``arms``: ``treated``, ``control`` and ``strata`` (tier, treated, control).
    """
    campaign = session.get_one(Campaign, campaign_id)
    approval.keep(session, campaign, int(instance_key))
    if not _drawn(session, campaign_id):
        _draw(session, campaign, now)
    return {"arms": _arms(session, campaign_id)}


def _drawn(session: Session, campaign_id: int) -> bool:
    members = select(CampaignMember.id).where(CampaignMember.campaign_id == campaign_id)
    return session.scalar(members.limit(1)) is not None


def _draw(session: Session, campaign: Campaign, now: datetime) -> None:
    people = audience(session, campaign.segment, campaign.channels, now)
    tier = {score.customer_id: score.tier for score in session.scalars(latest_scores())}
    strata = {person.customer_id: tier.get(person.customer_id, UNKNOWN) for person in people}
    control = draw(strata.items(), campaign.control_share, f"campaign-{campaign.id}")
    rows = [
        {
            "campaign_id": campaign.id,
            "customer_id": customer,
            "stratum": stratum,
            "arm": "control" if customer in control else "treat",
            "state": "planned",
        }
        for customer, stratum in strata.items()
    ]
    if rows:
        session.execute(insert(CampaignMember), rows)


def _arms(session: Session, campaign_id: int) -> dict[str, Any]:
    counted = session.execute(
        select(CampaignMember.stratum, CampaignMember.arm, func.count())
        .where(CampaignMember.campaign_id == campaign_id)
        .group_by(CampaignMember.stratum, CampaignMember.arm)
    )
    n = Counter({(stratum, arm): count for stratum, arm, count in counted})
    strata = sorted({stratum for stratum, _ in n})
    return {
        "treated": sum(n[s, "treat"] for s in strata),
        "control": sum(n[s, "control"] for s in strata),
        "strata": [
            {"tier": s, "treated": n[s, "treat"], "control": n[s, "control"]} for s in strata
        ],
    }
