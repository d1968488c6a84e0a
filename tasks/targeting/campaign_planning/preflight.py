"""Before take-off: pressure, conflicts, capacity, break-even, and people needed for a proof."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.effect import break_even_response, needed_per_arm
from tasks.calendars.due import working_week
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.consents.records import Preference
from tasks.contacts.records import Contact
from tasks.offers.records import Offer
from tasks.policy.records import values
from tasks.purchases.records import Transaction
from tasks.segments.records import Segment, SegmentMember
from tasks.targeting.campaign_planning import approval
from tasks.targeting.campaign_planning.audience import Person, audience
from tasks.targeting.units import major, percent

DAY = timedelta(days=1)
CALLING = ("phone", "visit")  # what staff have to make themselves
LIVE = ("planned", "running", "paused")
CALLERS = "care_agent"


@service_task(name="targeting.preflight", retries=3, processes=("campaign_planning",))
def preflight(session: Session, now: datetime, campaign_id: int) -> dict[str, Any]:
    """Check limits, conflicts and break-even before anybody approves.

    Reads ``campaign_id``. Answers ``preflight``: ``over_cap_n`` and ``over_cap_percent`` (people
    who would hear more from us than their cap), ``conflicts`` (other campaigns at the same time
    with the same people), ``calls_per_day`` against ``call_capacity``, ``cost_per_contact``,
    ``cost``, ``break_even_response`` (percent), ``usual_response`` (percent who buy in such a time
    anyway), ``n_needed`` people per arm to prove the expected response, ``n_control``,
    ``discount_percent`` (the highest of the offers) and ``remarks`` in words.
    """
    campaign = session.get_one(Campaign, campaign_id)
    approval.put_forward(session, campaign, now)
    people = audience(session, campaign.segment, campaign.channels, now)
    figures = (
        _pressure(session, people, now)
        | {"conflicts": _conflicts(session, campaign, people)}
        | _calls(session, campaign, people)
        | _money(session, campaign, people)
        | _proof(session, campaign, people, now)
        | {"discount_percent": percent(_highest_discount(session, campaign.offers))}
    )
    return {"preflight": figures | {"remarks": list(_remarks(campaign, figures))}}


def _pressure(session: Session, people: Sequence[Person], now: datetime) -> dict[str, Any]:
    caps = Caps(session)
    heard = _heard(session, now - 30 * DAY)
    reached = [person.customer_id for person in people if not person.blocked]
    over = sum(1 for customer in reached if heard[customer] + 1 > caps.of(customer))
    share = over / len(people) if people else 0.0
    return {"over_cap_n": over, "over_cap_percent": percent(share)}


class Caps:
    """How many marketing contacts in 30 days each customer may get: the lowest that applies."""

    def __init__(self, session: Session) -> None:
        self._default = int(values(session, "gate")["cap_30d"])
        of_segments = values(session, "cap_30d")
        members = session.execute(
            select(SegmentMember.customer_id, Segment.name)
            .join(Segment, Segment.id == SegmentMember.segment_id)
            .where(Segment.name.in_(of_segments))
        )
        own = select(Preference.customer_id, Preference.max_per_30d)
        self._lower: dict[int, int] = {}
        for customer, name in members:
            self._lower_to(customer, int(of_segments[name]))
        for customer, limit in session.execute(own):
            if limit is not None:
                self._lower_to(customer, limit)

    def of(self, customer: int) -> int:
        """Answer the cap of a customer."""
        return min(self._default, self._lower.get(customer, self._default))

    def _lower_to(self, customer: int, limit: int) -> None:
        self._lower[customer] = min(limit, self._lower.get(customer, limit))


def _heard(session: Session, since: datetime) -> Counter[int]:
    rows = session.execute(
        select(Contact.customer_id, func.count())
        .where(
            Contact.decision == "send", Contact.purpose == "marketing", Contact.decided_at > since
        )
        .group_by(Contact.customer_id)
    )
    return Counter({number: count for number, count in rows if number is not None})


def _conflicts(
    session: Session, campaign: Campaign, people: Sequence[Person]
) -> list[dict[str, Any]]:
    """Find campaigns in the same days that address the same people, drawn or still planned."""
    ours = {person.customer_id for person in people}
    found = []
    for other in session.scalars(select(Campaign).where(*_same_days(campaign))):
        theirs = addressed(session, other)
        both = len(ours & theirs)
        if both:
            found.append({"campaign": other.name, "campaign_id": other.id, "n_customers": both})
    return sorted(found, key=lambda conflict: -conflict["n_customers"])


def _same_days(campaign: Campaign) -> tuple[ColumnElement[bool], ...]:
    return (
        Campaign.id != campaign.id,
        Campaign.status.in_(LIVE),
        Campaign.starts <= campaign.ends,
        Campaign.ends >= campaign.starts,
    )


def addressed(session: Session, other: Campaign) -> set[int]:
    """Return whom a campaign addresses: its treated arm, else everybody of its segment."""
    treated = select(CampaignMember.customer_id).where(
        CampaignMember.campaign_id == other.id, CampaignMember.arm == "treat"
    )
    drawn = set(session.scalars(treated))
    if drawn:
        return drawn
    of_segment = (
        select(SegmentMember.customer_id)
        .join(Segment, Segment.id == SegmentMember.segment_id)
        .where(Segment.name == other.segment)
    )
    return set(session.scalars(of_segment))


def _calls(session: Session, campaign: Campaign, people: Sequence[Person]) -> dict[str, Any]:
    made_by_people = Counter(p.channel for p in people if p.channel in CALLING)
    if not made_by_people:
        return {"calls_per_day": None, "call_capacity": None}
    capacity = values(session, "capacity")
    days = _working_days(session, campaign)
    return {
        "calls_per_day": round(made_by_people.total() / days, 1),
        "call_capacity": sum(int(capacity.get(str(channel), 0)) for channel in made_by_people),
    }


def _working_days(session: Session, campaign: Campaign) -> int:
    week = working_week(session, CALLERS)
    length = (campaign.ends - campaign.starts).days + 1
    return sum(week.works_on(campaign.starts + n * DAY) for n in range(length)) or 1


def _money(session: Session, campaign: Campaign, people: Sequence[Person]) -> dict[str, Any]:
    cost_of = values(session, "cost")
    costs = [int(cost_of.get(p.channel, 0)) for p in people if p.channel is not None]
    each = sum(costs) / len(costs) if costs else 0.0
    share = break_even_response(each, campaign.margin_per_response)
    treated = round(sum(costs) * (1 - campaign.control_share))
    return {
        "cost_per_contact": round(major(each, campaign.currency), 2),
        "cost": major(treated, campaign.currency),
        "break_even_response": percent(share, 3),
    }


def _proof(
    session: Session, campaign: Campaign, people: Sequence[Person], now: datetime
) -> dict[str, Any]:
    days = (campaign.ends - campaign.starts).days + 1 + campaign.response_window_days
    usual = _usual_response(session, {p.customer_id for p in people}, now - days * DAY)
    middle = min(usual + campaign.expected_response / 2, 1.0)  # mean of both arms
    return {
        "usual_response": percent(usual),
        "n_needed": needed_per_arm(middle, campaign.expected_response),
        "n_control": round(len(people) * campaign.control_share),
    }


def _usual_response(session: Session, people: set[int], since: datetime) -> float:
    """Answer the share of these people who bought in the last such stretch of time."""
    bought = session.scalars(
        select(Transaction.customer_id).where(Transaction.at > since).distinct()
    )
    return len(people & set(bought)) / len(people) if people else 0.0


def _highest_discount(session: Session, offers: Sequence[str]) -> float:
    found = session.scalar(select(func.max(Offer.discount)).where(Offer.name.in_(offers)))
    return float(found or 0.0)


def _remarks(campaign: Campaign, figures: dict[str, Any]) -> Iterator[str]:
    needed = figures["n_needed"]
    if needed is None or figures["n_control"] < needed:
        yield sentence("The control group is too small to prove the expected response.")
    if figures["cost"] > major(campaign.budget, campaign.currency):
        yield sentence("The contacts cost more than the budget.")
    calls, capacity = figures["calls_per_day"], figures["call_capacity"]
    if calls is not None and calls > capacity:
        yield sentence(
            "{1} calls a day are more than the {2} our people can make.", calls, capacity
        )
