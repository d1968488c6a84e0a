"""How people react to a campaign, and what pausing and stopping mean for its members."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.service_task import service_task
from tasks.analytics.proportion import lower_limit
from tasks.analytics.reaction import Reactions
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.campaigns.status import set_status
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.declare.instants import iso
from tasks.targeting.campaign_planning import gate_instances
from tasks.targeting.units import percent

UNDECIDED = ("planned", "released", "deferred")


@service_task(name="targeting.campaign_health", retries=5, processes=("campaign_planning",))
def campaign_health(session: Session, campaign_id: int, watch_from: datetime) -> dict[str, Any]:
    """Count the reactions to what was sent since the release was (last) opened.

    Reads ``campaign_id`` and ``watch_from``. Answers ``health``: ``sent``, ``opt_outs``,
    ``complaints``, ``bounces``, each also in percent of sent (``opt_out_percent`` …) and what it
    is at least with 95 % confidence (``opt_outs_at_least`` …, percent), and ``members_left``, how
    many of the treated arm are not released yet.
    """
    seen = reactions(session, campaign_id, watch_from)
    return {
        "health": {
            "sent": seen.sent,
            "opt_outs": seen.opt_outs,
            "complaints": seen.complaints,
            "bounces": seen.bounces,
            "opt_out_percent": percent(seen.share(seen.opt_outs)),
            "complaint_percent": percent(seen.share(seen.complaints)),
            "bounce_percent": percent(seen.share(seen.bounces)),
            "opt_outs_at_least": _at_least(seen.opt_outs, seen.sent),
            "complaints_at_least": _at_least(seen.complaints, seen.sent),
            "bounces_at_least": _at_least(seen.bounces, seen.sent),
            "members_left": _left(session, campaign_id),
        }
    }


@service_task(name="targeting.pause_campaign", retries=5, processes=("campaign_planning",))
def pause_campaign(
    session: Session, engine: Engine, now: datetime, campaign_id: int, reason: str
) -> None:
    """Pause the campaign: no wave goes out, and who is on the way through the gate is held.

    Reads ``campaign_id`` and ``reason``, which is shown with the campaign.
    """
    campaign = session.get_one(Campaign, campaign_id)
    set_status(session, campaign, "paused", now, reason)
    session.commit()
    gate_instances.hold(engine, campaign_id)


@service_task(name="targeting.stop_campaign", retries=5, processes=("campaign_planning",))
def stop_campaign(
    session: Session, engine: Engine, now: datetime, campaign_id: int, reason: str
) -> dict[str, Any]:
    """Stop the campaign for good; who was not contacted yet is left alone.

    Reads ``campaign_id`` and ``reason``. Answers ``ends_at`` (now) and ``measure_at`` (when the
    response window after it is over), for what was sent is measured all the same.
    """
    campaign = session.get_one(Campaign, campaign_id)
    set_status(session, campaign, "stopped", now, reason)
    window = timedelta(days=campaign.response_window_days)
    session.commit()
    gate_instances.end(engine, campaign_id)
    leave_alone(session, campaign_id, "The campaign was stopped.", UNDECIDED)
    _forget_deferred(session, campaign_id)
    return {"ends_at": iso(now), "measure_at": iso(now + window)}


def _at_least(count: int, sent: int) -> float:
    """Return the lower limit of a rate in percent; 0 where nothing was sent."""
    return percent(lower_limit(min(count, sent), sent), 3) if sent else 0.0


def reactions(session: Session, campaign_id: int, since: datetime | None = None) -> Reactions:
    """Count what was sent for a campaign (since a moment) and how it was taken."""
    sent = [
        Contact.campaign_id == campaign_id,
        Contact.decision == "send",
        Contact.sent_at.is_not(None),
    ]
    if since is not None:
        sent.append(Contact.sent_at >= since)
    counted = session.execute(
        select(
            func.count(),
            func.count(Contact.clicked_at),
            func.count(Contact.replied_at),
            func.count(Contact.opted_out_at),
            func.count(Contact.bounced_at),
        ).where(*sent)
    ).one()
    return Reactions(
        sent=counted[0],
        clicks=counted[1],
        positive_replies=counted[2],
        opt_outs=counted[3],
        bounces=counted[4],
        complaints=_complaints(session, sent),
    )


def leave_alone(
    session: Session, campaign_id: int, reason: str, states: Sequence[str] = ("planned",)
) -> None:
    """Mark members of the treated arm that were never released as skipped."""
    session.execute(
        update(CampaignMember)
        .where(
            CampaignMember.campaign_id == campaign_id,
            CampaignMember.arm == "treat",
            CampaignMember.state.in_(states),
        )
        .values(state="skipped", reason=reason)
    )


def _forget_deferred(session: Session, campaign_id: int) -> None:
    """Close deferred contacts in the ledger, so that other campaigns need not wait behind them."""
    session.execute(
        update(Contact)
        .where(Contact.campaign_id == campaign_id, Contact.decision == "defer")
        .values(
            decision="skip",
            rule="campaign_stopped",
            reason="The campaign was stopped.",
            not_before=None,
        )
    )


def _complaints(session: Session, sent: list[ColumnElement[bool]]) -> int:
    """Count who reported the message as spam or complained after it."""
    complained = (
        select(Case.id)
        .where(
            Case.customer_id == Contact.customer_id,
            Case.kind == "complaint",
            Case.opened_at >= Contact.sent_at,
        )
        .exists()
    )
    query = select(func.count()).select_from(Contact)
    return session.scalar(query.where(*sent, Contact.spam_at.is_not(None) | complained)) or 0


def _left(session: Session, campaign_id: int) -> int:
    query = select(func.count()).select_from(CampaignMember)
    return (
        session.scalar(
            query.where(
                CampaignMember.campaign_id == campaign_id,
                CampaignMember.arm == "treat",
                CampaignMember.state == "planned",
            )
        )
        or 0
    )
