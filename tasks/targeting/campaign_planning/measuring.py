"""Measures what a campaign did beyond its control group, and keeps the lesson."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Float, cast, func, select, update
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.effect import (
    Effect,
    Spent,
    incremental_margin,
    margin_beyond_control,
    return_on,
    uplift,
)
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.campaigns.status import announce
from tasks.contacts.records import Contact
from tasks.conversations.records import Conversation
from tasks.purchases.records import Transaction
from tasks.targeting.campaign_planning.health import leave_alone, reactions
from tasks.targeting.units import major, percent

ANSWERED = ("released", "sent", "deferred", "clicked", "bounced")


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: how many there are and how many of them bought."""

    n: int
    responded: int
    revenue: int
    margin: Spent


@service_task(name="targeting.measure", retries=3, processes=("campaign_planning",))
def measure(
    session: Session, now: datetime, campaign_id: int, starts_at: datetime, measure_at: datetime
) -> dict[str, Any]:
    """Measure the effect: the treated arm against the control.

    Reads ``campaign_id``, ``starts_at`` and ``measure_at``. Who bought between the release and
    ``measure_at`` responded; everybody drawn counts, contacted or not, so that the arms stay
    comparable. Answers ``effect`` (percent, and money in the currency): response of both arms,
    uplift with its 95 % interval, whether it is ``proven``, ``incremental_margin`` (responses
    beyond the control times the planned margin), ``margin_beyond`` (what was really earned beyond
    the control, with ``margin_low`` and ``margin_high``; none below 10 people in an arm), ``cost``,
    ``return_percent``, how many were contacted, opted out, complained or bounced, and
    how many ``conversations`` answered it.
    """
    campaign = session.get_one(Campaign, campaign_id)
    leave_alone(session, campaign_id, "The campaign was over before this wave.")
    released = campaign.result.get("released_at")
    begin = max(starts_at, datetime.fromisoformat(released)) if released else starts_at
    _note_responses(session, campaign_id, begin, min(measure_at, now))
    session.flush()
    treated, control = _arm(session, campaign_id, "treat"), _arm(session, campaign_id, "control")
    effect = uplift(treated.n, treated.responded, control.n, control.responded)
    figures = _figures(session, campaign, treated, control, effect)
    first = "effect" not in campaign.result
    campaign.result = campaign.result | {"effect": figures}
    if campaign.status != "stopped":
        campaign.status = "measured"
    if first:
        announce(session, campaign, "measured", now)
    return {"effect": figures}


@service_task(name="targeting.store_lesson", retries=3, processes=("campaign_planning",))
def store_lesson(
    session: Session,
    campaign_id: int,
    verdict: Literal["keep", "change", "stop"],
    lesson: str,
) -> None:
    """Store verdict and lesson with the campaign, where the next brief can find them.

    Reads ``campaign_id``, ``verdict`` and ``lesson``.
    """
    campaign = session.get_one(Campaign, campaign_id)
    campaign.verdict, campaign.lesson = verdict, lesson


def _note_responses(session: Session, campaign_id: int, begin: datetime, end: datetime) -> None:
    """Write first response, revenue and margin onto the members of both arms."""
    bought = session.execute(
        select(
            CampaignMember.id,
            func.min(Transaction.at, type_=Transaction.at.type),
            func.sum(Transaction.amount),
            func.sum(func.coalesce(Transaction.margin, 0)),
        )
        .join(Transaction, Transaction.customer_id == CampaignMember.customer_id)
        .where(
            CampaignMember.campaign_id == campaign_id,
            Transaction.at >= begin,
            Transaction.at <= end,
            Transaction.returned_at.is_(None),
        )
        .group_by(CampaignMember.id)
    ).all()
    of_campaign = CampaignMember.campaign_id == campaign_id
    cleared = {"response_at": None, "revenue": 0, "margin": 0}
    session.execute(update(CampaignMember).where(of_campaign).values(**cleared))
    session.execute(
        update(CampaignMember),
        [
            {"id": member, "response_at": at, "revenue": int(amount), "margin": int(margin)}
            for member, at, amount, margin in bought
        ],
    )
    session.execute(
        update(CampaignMember)
        .where(
            of_campaign,
            CampaignMember.arm == "treat",
            CampaignMember.response_at.is_not(None),
            CampaignMember.state.in_(ANSWERED),
        )
        .values(state="responded")
    )


def _arm(session: Session, campaign_id: int, arm: str) -> Arm:
    margin = cast(CampaignMember.margin, Float)  # squares of minor units outgrow whole numbers
    row = session.execute(
        select(
            func.count(),
            func.count(CampaignMember.response_at),
            func.coalesce(func.sum(CampaignMember.revenue), 0),
            func.coalesce(func.sum(CampaignMember.margin), 0),
            func.coalesce(func.sum(margin * margin), 0.0),
        ).where(CampaignMember.campaign_id == campaign_id, CampaignMember.arm == arm)
    ).one()
    return Arm(row[0], row[1], int(row[2]), Spent(row[0], float(row[3]), float(row[4])))


def _conversations(session: Session, campaign_id: int) -> int:
    """Count the conversations that began as an answer to the campaign."""
    query = select(func.count(Conversation.id)).where(Conversation.campaign_id == campaign_id)
    return session.scalar(query) or 0


def _figures(
    session: Session, campaign: Campaign, treated: Arm, control: Arm, effect: Effect
) -> dict[str, Any]:
    cost = session.scalar(
        select(func.coalesce(func.sum(Contact.cost), 0)).where(
            Contact.campaign_id == campaign.id, Contact.sent_at.is_not(None)
        )
    )
    cost = int(cost or 0)
    margin = incremental_margin(effect, treated.n, campaign.margin_per_response)
    gain = return_on(margin, cost)
    beyond = margin_beyond_control(treated.margin, control.margin)
    seen = reactions(session, campaign.id)
    currency = campaign.currency
    return {
        "n_treated": treated.n,
        "n_control": control.n,
        "responded_treated": treated.responded,
        "responded_control": control.responded,
        "response_treated_percent": percent(effect.response_treated),
        "response_control_percent": percent(effect.response_control),
        "uplift_percent": percent(effect.uplift),
        "uplift_low_percent": percent(effect.low),
        "uplift_high_percent": percent(effect.high),
        "proven": effect.proven,
        "revenue_treated": major(treated.revenue, currency),
        "revenue_control": major(control.revenue, currency),
        "incremental_margin": major(margin, currency),
        "margin_treated": major(treated.margin.total, currency),
        "margin_control": major(control.margin.total, currency),
        "margin_beyond": major(beyond.value, currency) if beyond else None,
        "margin_low": major(beyond.low, currency) if beyond else None,
        "margin_high": major(beyond.high, currency) if beyond else None,
        "cost": major(cost, currency),
        "return_percent": None if gain is None else percent(gain),
        "contacted": seen.sent,
        "conversations": _conversations(session, campaign.id),
        "opt_outs": seen.opt_outs,
        "complaints": seen.complaints,
        "bounces": seen.bounces,
    }
