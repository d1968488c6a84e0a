"""Gathers what the tables D-01 and D-02 ask about one wanted contact."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.calendars.records import BusinessCalendar, Holiday
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.contact_gate.history import History, may_remind
from tasks.contact_gate.hours import local_day, local_time, next_window
from tasks.contact_gate.permission import Permission, permission
from tasks.contact_gate.recipient import Recipient, recipient
from tasks.contact_gate.request import ContactRequest
from tasks.contacts.rests import resting
from tasks.conversations.records import answering
from tasks.customers.permission import no_contact
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.offers.records import Offer
from tasks.permissions.grounds import asked_here
from tasks.policy.records import values
from tasks.segments.records import Segment, SegmentMember

Facts = dict[str, Any]

# a change of one of these between the decision and the reservation means: decide again
DECISIVE = (
    "deceased",
    "erased",
    "do_not_contact",
    "control_member",
    "channels_allowed",
    "open_complaint",
    "intensive_care",
    "touches_7d",
    "touches_30d",
    "contacts_7d",
    "reminder",
    "queued_priority",
)


@service_task(name="contact_gate.gather_facts", retries=5, processes=("contact_gate",))
def gather_facts(
    session: Session,
    now: datetime,
    instance_key: str,
    purpose: str,
    message_ref: str,
    customer_id: int | None = None,
    case_id: int | None = None,
    campaign_id: int | None = None,
    relevance: float | None = None,
    wanted_channel: str | None = None,
    reminder_of: int | None = None,
) -> Facts:
    """Gather what the rules need to know about this customer now.

    Reads ``customer_id``, ``purpose`` (marketing, survey, relationship, service_recovery,
    service_response, case_handling, service_essential), ``message_ref`` (name of a template), and,
    if given, ``case_id`` (then the customer may be missing: somebody unknown who complained),
    ``campaign_id``, ``relevance`` (expected response, a share), ``wanted_channel`` and
    ``reminder_of`` (the contact of the invitation that is reminded of). Answers the
    facts of the tables D-01 and D-02 under their names, the policy values among them, and
    ``facts_mark`` by which the reservation knows whether anything changed since.
    """
    wanted = ContactRequest(
        customer_id,
        purpose,
        message_ref,
        campaign_id,
        relevance,
        wanted_channel,
        instance_key,
        case_id,
        reminder_of,
    )
    return collect(session, wanted, now)


def collect(session: Session, wanted: ContactRequest, now: datetime) -> Facts:
    """Answer all facts; the same for the decision and for the reservation."""
    whom = recipient(session, wanted)
    policy = values(session, "gate")
    campaign = session.get(Campaign, wanted.campaign_id) if wanted.campaign_id else None
    may = permission(session, wanted, whom, campaign, now)
    facts = (
        _person(session, whom.customer, now)
        | _campaign(session, campaign, wanted)
        | _channels(may, wanted)
        | _clock(session, whom, policy, now)
        | History(session, whom.number, wanted.gate_key, now).facts(policy)
        | {"resting": resting(session, whom.number, now)}
        | {"reminder": may_remind(session, wanted)}
        | {"answering": _answering(session, whom.number)}
        | {"asked_here": sorted(asked_here(session, whom.number, wanted.purpose, now))}
        | {"segment_cap": _segment_cap(session, whom.number), "own_limit": may.own_limit}
        | {"cost_per_contact": values(session, "cost")}
    )
    return facts | {"facts_mark": mark(facts)}


def mark(facts: Facts) -> str:
    """Answer a short word that changes when a decisive fact does."""
    decisive = json.dumps([facts[name] for name in DECISIVE], default=str)
    return hashlib.sha256(decisive.encode()).hexdigest()[:16]


def _person(session: Session, customer: Customer | None, now: datetime) -> Facts:
    if customer is None:
        return dict.fromkeys(("deceased", "erased", "do_not_contact", "intensive_care"), False)
    care = customer.intensive_care_until
    return {
        "deceased": customer.deceased,
        "erased": customer.erased_at is not None or customer.merged_into_id is not None,
        "do_not_contact": no_contact(session, customer),
        "intensive_care": care is not None and care > now,
    }


def _campaign(session: Session, campaign: Campaign | None, wanted: ContactRequest) -> Facts:
    if campaign is None:
        return {
            "control_member": False,
            "relevance": wanted.relevance,
            "margin_per_response": None,
        }
    arm = session.scalar(
        select(CampaignMember.arm).where(
            CampaignMember.campaign_id == campaign.id,
            CampaignMember.customer_id == wanted.customer_id,
        )
    )
    relevance = wanted.relevance
    return {
        "control_member": arm == "control",
        "relevance": _relevance(session, campaign) if relevance is None else relevance,
        "margin_per_response": campaign.margin_per_response,
    }


def _relevance(session: Session, campaign: Campaign) -> float:
    """Fall back on what the offer is worth to the campaign's segment, then on the brief."""
    offers = session.scalars(select(Offer).where(Offer.name.in_(campaign.offers))).all()
    known = [offer.relevance_for(campaign.segment) for offer in offers]
    return max((value for value in known if value is not None), default=campaign.expected_response)


def _channels(may: Permission, wanted: ContactRequest) -> Facts:
    return {
        "preferred": may.preferred,
        "channel": wanted.wanted_channel or may.preferred,
        "message_channels": may.message_channels,
        "channels_permitted": may.permitted,
        "bases": may.bases,
        "channels_allowed": may.allowed,
        "ranked": may.ranked,
        "agent_slot_free": may.agent_slot_free,
        "next_agent_slot": iso(may.next_agent_slot),
    }


def _clock(session: Session, whom: Recipient, policy: Facts, now: datetime) -> Facts:
    opens, closes = policy["hours_from"], policy["hours_to"]
    holidays = set(
        session.scalars(
            select(Holiday.day)
            .join(BusinessCalendar, BusinessCalendar.id == Holiday.calendar_id)
            .where(
                BusinessCalendar.name == whom.calendar,
                Holiday.day >= local_day(now, whom.timezone),
            )
        )
    )
    zone = whom.timezone
    return {
        "local_time": local_time(now, zone),
        "hours_from": opens,
        "hours_to": closes,
        "local_holiday": local_day(now, zone) in holidays,
        "next_window": iso(next_window(now, zone, opens, closes)),
        "next_phone_window": iso(next_window(now, zone, opens, closes, holidays)),
    }


def _answering(session: Session, customer_id: int | None) -> list[str]:
    """Return where the customer has just written to us."""
    return [] if customer_id is None else sorted(answering(session, customer_id))


def _segment_cap(session: Session, customer_id: int) -> int | None:
    """Answer the lowest cap of the segments the customer is in; None without one."""
    caps = values(session, "cap_30d")
    if not caps:
        return None
    names = session.scalars(
        select(Segment.name)
        .join(SegmentMember, SegmentMember.segment_id == Segment.id)
        .where(SegmentMember.customer_id == customer_id, Segment.name.in_(caps))
    )
    return min((int(caps[name]) for name in names), default=None)
