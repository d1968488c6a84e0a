"""Gathers what the tables D-01 and D-02 ask about one wanted contact."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import Answer, Call, service_task
from tasks.calendars.records import BusinessCalendar, Holiday
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.contact_gate.history import History, may_remind
from tasks.contact_gate.hours import local_day, local_time, next_window
from tasks.contact_gate.lock import hold_ledgers
from tasks.contact_gate.permission import Permission, permission
from tasks.contact_gate.recipient import Recipient, recipient
from tasks.contact_gate.request import CASE_HANDLING, ContactRequest
from tasks.contacts.rests import resting
from tasks.conversations.records import answering
from tasks.customers.permission import no_contact
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.declare.together import each, group_of, once
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


def gather_many(
    calls: Sequence[Call], *, session: Session, now: datetime, **_: Any
) -> list[Answer]:
    """Gather for a set, under the lock of all their ledgers.

    Who shares an address with somebody else, or is asked for twice, goes by himself: what one of
    them gets changes what the other may get.
    """
    asked = Counter(call.inputs["customer_id"] for call in calls)
    once_each = [who for who, times in asked.items() if who is not None and times == 1]
    hold_ledgers(session, once_each)
    return [
        gather_facts(session, now, call.instance_key, **call.inputs)
        if call.inputs["purpose"] != CASE_HANDLING
        and call.inputs["reminder_of"] is None
        and call.inputs["customer_id"] is not None
        and group_of(session, call.inputs["customer_id"])
        else None
        for call in calls
    ]


@service_task(
    name="contact_gate.gather_facts", retries=5, processes=("contact_gate",), many=gather_many
)
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
    campaign = once(session, campaign_of, wanted.campaign_id)
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


def campaign_of(session: Session, campaign_id: int | None) -> Campaign | None:
    """Return the campaign of a contact, if it has one."""
    return session.get(Campaign, campaign_id) if campaign_id else None


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
    arm = each(session, _arm, wanted.customer_id or 0, campaign.id)
    relevance = wanted.relevance
    return {
        "control_member": arm == "control",
        "relevance": _relevance(session, campaign) if relevance is None else relevance,
        "margin_per_response": campaign.margin_per_response,
    }


def _arm(session: Session, ids: Sequence[int], campaign_id: int) -> dict[int, str]:
    query = select(CampaignMember.customer_id, CampaignMember.arm).where(
        CampaignMember.campaign_id == campaign_id, CampaignMember.customer_id.in_(ids)
    )
    return dict(session.execute(query).all())


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
    zone = whom.timezone
    holidays = once(session, _holidays, whom.calendar, local_day(now, zone))
    return {
        "local_time": local_time(now, zone),
        "hours_from": opens,
        "hours_to": closes,
        "local_holiday": local_day(now, zone) in holidays,
        "next_window": iso(next_window(now, zone, opens, closes)),
        "next_phone_window": iso(next_window(now, zone, opens, closes, holidays)),
    }


def _holidays(session: Session, calendar: str | None, since: date) -> set[date]:
    query = (
        select(Holiday.day)
        .join(BusinessCalendar, BusinessCalendar.id == Holiday.calendar_id)
        .where(BusinessCalendar.name == calendar, Holiday.day >= since)
    )
    return set(session.scalars(query))


def _answering(session: Session, customer_id: int | None) -> list[str]:
    """Return where the customer has just written to us."""
    return [] if customer_id is None else sorted(answering(session, customer_id))


def _segment_cap(session: Session, customer_id: int) -> int | None:
    """Answer the lowest cap of the segments the customer is in; None without one."""
    caps = values(session, "cap_30d")
    if not caps:
        return None
    names = each(session, _segments, customer_id, tuple(sorted(caps))) or ()
    return min((int(caps[name]) for name in names), default=None)


def _segments(session: Session, ids: Sequence[int], names: tuple[str, ...]) -> dict[int, list[str]]:
    query = (
        select(SegmentMember.customer_id, Segment.name)
        .join(Segment, SegmentMember.segment_id == Segment.id)
        .where(SegmentMember.customer_id.in_(ids), Segment.name.in_(names))
    )
    found: dict[int, list[str]] = {}
    for customer_id, name in session.execute(query):
        found.setdefault(customer_id, []).append(name)
    return found
