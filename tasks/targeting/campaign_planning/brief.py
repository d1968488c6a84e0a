"""The brief becomes a campaign; a refused one ends before it began."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.campaigns.records import Campaign
from tasks.campaigns.status import announce, set_status
from tasks.declare.instants import iso
from tasks.offers.records import Offer
from tasks.policy.records import value
from tasks.segments.records import Segment
from tasks.targeting.units import minor
from tasks.templates.records import Template

DAY = timedelta(days=1)
Objective = Literal["acquire", "retain", "develop", "win_back", "inform"]


@service_task(name="targeting.save_brief", retries=3, processes=("campaign_planning",))
def save_brief(
    session: Session,
    now: datetime,
    instance_key: str,
    name: str,
    objective: Objective,
    hypothesis: str,
    segment: str,
    offers: list[str],
    channels: list[str],
    template: str,
    starts: date,
    ends: date,
    budget: Decimal,
    expected_response: float,
    margin_per_response: Decimal,
    success_measure: str,
    priority: int,
    control_share: float = 10.0,
    personal: bool = False,  # noqa: FBT001, FBT002 - a field of a form
) -> dict[str, Any]:
    """Save the brief as the campaign of this process instance; saving again changes it.

    Reads the fields of the brief. Answers ``campaign_id``, and as instants ``starts_at`` (the
    first minute of the first day), ``ends_at`` (the last of the last) and ``measure_at`` (when the
    response window is over). Raises ``BpmnError("brief_contradicts")`` with ``problem`` when the
    brief contradicts itself.
    """
    currency = value(session, "company.currency")
    window = int(value(session, "campaign.response_window_days"))
    problems = [*_dates(starts, ends, now), *_names(session, segment, offers)]
    problems += _words(session, template, channels)
    if problems:
        text = " ".join(problems)
        raise BpmnError("brief_contradicts", text, {"problem": text})
    campaign = _of_instance(session, int(instance_key), now)
    campaign.name, campaign.objective, campaign.hypothesis = name, objective, hypothesis
    campaign.segment, campaign.offers, campaign.channels = segment, offers, channels
    campaign.starts, campaign.ends, campaign.template_name = starts, ends, template
    campaign.budget = minor(budget, currency)
    campaign.margin_per_response = minor(margin_per_response, currency)
    campaign.currency, campaign.response_window_days = currency, window
    campaign.expected_response = expected_response / 100
    campaign.control_share = control_share / 100
    campaign.success_measure, campaign.priority = success_measure, priority
    campaign.personal = personal
    new = campaign.id is None
    session.flush()
    if new:
        announce(session, campaign, "planned", now)
    ends_at = _midnight(ends + DAY)
    return {
        "campaign_id": campaign.id,
        "starts_at": iso(_midnight(starts)),
        "ends_at": iso(ends_at),
        "measure_at": iso(ends_at + window * DAY),
    }


@service_task(name="targeting.close_refused", retries=3, processes=("campaign_planning",))
def close_refused(
    session: Session, now: datetime, campaign_id: int, answers: list[dict[str, Any] | None]
) -> None:
    """Record the refusal: the campaign ends before it began.

    Reads ``campaign_id`` and ``answers`` (approver, decision, comment) and keeps them with it.
    """
    campaign = session.get_one(Campaign, campaign_id)
    set_status(session, campaign, "stopped", now)
    campaign.result = {"refused": [answer for answer in answers if answer]}


def _dates(starts: date, ends: date, now: datetime) -> Iterator[str]:
    if ends < starts:
        yield sentence("The campaign ends before it starts.")
    if ends < now.date():
        yield sentence("The campaign ends in the past.")


def _names(session: Session, segment: str, offers: list[str]) -> Iterator[str]:
    if session.scalar(select(Segment.id).where(Segment.name == segment)) is None:
        yield sentence("There is no segment “{1}”.", segment)
    known = set(session.scalars(select(Offer.name).where(Offer.name.in_(offers))))
    for offer in offers:
        if offer not in known:
            yield sentence("There is no offer “{1}”.", offer)


def _words(session: Session, template: str, channels: list[str]) -> Iterator[str]:
    if not channels:
        yield sentence("The campaign needs a channel.")
    marketing = (Template.name == template, Template.purpose == "marketing")
    ready = {t.channel for t in session.scalars(select(Template).where(*marketing)) if t.ready()}
    for channel in channels:
        if channel not in ready:
            yield sentence("The template “{1}” has no words ready for {2}.", template, channel)


def _of_instance(session: Session, instance_key: int, now: datetime) -> Campaign:
    found = session.scalar(select(Campaign).where(Campaign.instance_key == instance_key))
    if found is not None:
        found.updated_at = now
        return found
    campaign = Campaign(instance_key=instance_key, created_at=now, created_by="", status="planned")
    campaign.result = {}
    session.add(campaign)
    return campaign


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
