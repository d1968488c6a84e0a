"""What a brief can choose from, and the policy values a campaign goes by."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.offers.records import Offer
from tasks.policy.records import value, values
from tasks.segments.records import Segment, SegmentMember
from tasks.targeting.units import major, percent
from tasks.templates.records import Template

Choice = dict[str, Any]


@service_task(name="targeting.gather_choices", retries=3, processes=("campaign_planning",))
def gather_choices(session: Session) -> dict[str, Any]:
    """Gather what can be chosen.

    Answers ``choices`` (segments with their size, offers, marketing templates that have all five
    ticks; each with ``label`` and ``value``) and ``limits``: the policy values of campaigns, the
    kill switch and the release, money in the currency and shares in percent.
    """
    found = {
        "segments": _segments(session),
        "offers": [
            {
                "label": sentence("{1} ({2} %)", offer.title, f"{percent(offer.discount):g}"),
                "value": offer.name,
            }
            for offer in session.scalars(select(Offer).order_by(Offer.title))
        ],
        "templates": _templates(session),
    }
    return {"choices": found, "limits": _limits(session)}


def _segments(session: Session) -> list[Choice]:
    size = func.count(SegmentMember.customer_id)
    rows = session.execute(
        select(Segment.name, Segment.title, size)
        .outerjoin(SegmentMember, SegmentMember.segment_id == Segment.id)
        .group_by(Segment.name, Segment.title)
        .order_by(Segment.title)
    )
    return [{"label": sentence("{1} ({2})", title, n), "value": name} for name, title, n in rows]


def _templates(session: Session) -> list[Choice]:
    ready: dict[str, set[str]] = {}
    for template in session.scalars(select(Template).where(Template.purpose == "marketing")):
        if template.ready():
            ready.setdefault(template.name, set()).add(template.channel)
    return [
        {"label": sentence("{1} ({2})", name, ", ".join(sorted(channels))), "value": name}
        for name, channels in sorted(ready.items())
    ]


def _limits(session: Session) -> dict[str, Any]:
    limit, switch = values(session, "limit"), values(session, "kill_switch")
    release, campaign = values(session, "release"), values(session, "campaign")
    currency = value(session, "company.currency")
    return {
        "currency": currency,
        "discount_percent": percent(limit["discount"]),
        "audience_percent": percent(limit["audience_share"]),
        "over_cap_percent": percent(limit["over_cap_share"]),
        "budget": major(limit["budget"], currency),
        "first_check_after": switch["first_check_after"],
        "check_every": switch["check_every"],
        "opt_out_percent": percent(switch["opt_out"]),
        "complaint_percent": percent(switch["complaint"]),
        "bounce_percent": percent(switch["bounce"]),
        "fewest_complaints": switch["fewest_complaints"],
        "fewest_others": switch["fewest_others"],
        "first_wave": switch["first_check_after"],
        "wave_size": release["wave_size"],
        "wave_pause": release["wave_pause"],
        "brief_time": campaign["brief_time"],
        "approval_time": campaign["approval_time"],
        "review_time": campaign["review_time"],
        "pause_time": campaign["pause_time"],
    }
