"""Which channels a customer permits, can be reached on, and answered on before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tasks.calendars.due import working_week
from tasks.campaigns.records import Campaign
from tasks.consents.records import Preference
from tasks.contact_gate.recipient import Recipient
from tasks.contact_gate.request import ContactRequest
from tasks.contacts.records import Contact
from tasks.customers.permission import paused, with_basis
from tasks.customers.records import ContactPoint, reachable
from tasks.declare.together import each, once
from tasks.declare.words import CHANNELS
from tasks.permissions.records import ASKED_ONCE
from tasks.policy.records import value
from tasks.templates.records import Template

CALLERS = "care_agent"  # the team that makes the calls


@dataclass(frozen=True, slots=True)
class Permission:
    """The channels of one customer for one message."""

    preferred: str | None
    own_limit: int | None
    message_channels: list[str]  # a ready message is written for
    permitted: list[str]  # the customer allows
    bases: dict[str, str]  # on which basis, by channel
    allowed: list[str]  # both, and there is a working address
    ranked: list[str]  # the allowed ones, best past response first
    agent_slot_free: bool
    next_agent_slot: datetime


def permission(
    session: Session,
    wanted: ContactRequest,
    whom: Recipient,
    campaign: Campaign | None,
    now: datetime,
) -> Permission:
    """Answer what this customer allows for this message."""
    if whom.case is not None:
        return _of_case(session, wanted, whom, now)
    wish = each(session, _wish, whom.number)
    written = _written(session, wanted, campaign)
    bases = with_basis(session, whom.number, wanted.purpose, now)
    permitted = list(bases)
    if paused(session, whom.number, wanted.purpose, now):
        permitted = []
    there = each(session, _there, whom.number) or ()
    allowed = [c for c in permitted if c in there and c in written]
    slot, next_slot = once(session, _agent_slot, now) if "phone" in allowed else (True, now)
    return Permission(
        preferred=wish.preferred_channel if wish else None,
        own_limit=wish.max_per_30d if wish else None,
        message_channels=written,
        permitted=permitted,
        bases=bases,
        allowed=allowed,
        ranked=_ranked(session, whom.number, allowed),
        agent_slot_free=slot,
        next_agent_slot=next_slot,
    )


def _wish(session: Session, ids: Sequence[int]) -> dict[int, Preference]:
    query = select(Preference).where(Preference.customer_id.in_(ids))
    return {each.customer_id: each for each in session.scalars(query)}


def _there(session: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    """Return the channels on which customers have a working address."""
    found: dict[int, set[str]] = {}
    for customer_id, channel in session.execute(
        reachable().where(ContactPoint.customer_id.in_(ids))
    ):
        found.setdefault(customer_id, set()).add(channel)
    return found


def _of_case(
    session: Session, wanted: ContactRequest, whom: Recipient, now: datetime
) -> Permission:
    """Answer for the handling of a case: the channel its sender named, and no other."""
    written = _written(session, wanted, None)
    named = whom.case_channels
    allowed = [channel for channel in named if channel in written]
    slot, next_slot = _agent_slot(session, now) if "phone" in allowed else (True, now)
    return Permission(
        preferred=named[0] if named else None,
        own_limit=None,
        message_channels=written,
        permitted=named,
        bases=dict.fromkeys(named, ASKED_ONCE),
        allowed=allowed,
        ranked=allowed,
        agent_slot_free=slot,
        next_agent_slot=next_slot,
    )


def _written(session: Session, wanted: ContactRequest, campaign: Campaign | None) -> list[str]:
    """Find the channels with a ready message of this name, written for this purpose."""
    found = set(once(session, _ready, wanted.message_ref, wanted.purpose))
    if campaign is not None and campaign.channels:
        found &= set(campaign.channels)
    return [channel for channel in CHANNELS if channel in found]


def _ready(session: Session, name: str, purpose: str) -> set[str]:
    templates = select(Template).where(Template.name == name, Template.purpose == purpose)
    return {template.channel for template in session.scalars(templates) if template.ready()}


def _ranked(session: Session, customer_id: int, allowed: list[str]) -> list[str]:
    """Put the channels first on which the customer reacted most often, as far as we know."""
    if len(allowed) < 2:
        return allowed
    seen = each(session, _reacted, customer_id) or {}
    return sorted(allowed, key=lambda c: (-seen.get(c, 0.5), CHANNELS.index(c)))


def _reacted(session: Session, ids: Sequence[int]) -> dict[int, dict[str, float]]:
    """Return the share of contacts that each customer reacted to, by channel."""
    reacted = or_(Contact.clicked_at.is_not(None), Contact.replied_at.is_not(None))
    rows = session.execute(
        select(Contact.customer_id, Contact.channel, func.count(), func.count().filter(reacted))
        .where(Contact.customer_id.in_(ids), Contact.sent_at.is_not(None))
        .group_by(Contact.customer_id, Contact.channel)
    )
    found: dict[int, dict[str, float]] = {}
    for customer_id, channel, sent, reactions in rows:
        if customer_id is None or channel is None:
            continue
        found.setdefault(customer_id, {})[channel] = (reactions + 1) / (sent + 2)
    return found


def _agent_slot(session: Session, now: datetime) -> tuple[bool, datetime]:
    """Tell whether an agent can still call today, and when the next working day begins."""
    week = working_week(session, CALLERS)
    today = now.astimezone(week.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = today + timedelta(days=1)
    calls = session.scalar(
        select(func.count()).where(
            Contact.channel == "phone",
            Contact.decision == "send",
            Contact.decided_at >= today,
            Contact.decided_at < tomorrow,
        )
    )
    spans = week.spans(today.date())
    free = bool(spans) and now < spans[-1][1] and (calls or 0) < value(session, "capacity.phone")
    return free, week.opens_after(tomorrow)
