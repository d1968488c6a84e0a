"""Which channels a customer permits, can be reached on, and answered on before."""

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
    wish = session.scalar(select(Preference).where(Preference.customer_id == whom.number))
    written = _written(session, wanted, campaign)
    bases = with_basis(session, whom.number, wanted.purpose, now)
    permitted = list(bases)
    if paused(session, whom.number, wanted.purpose, now):
        permitted = []
    working = reachable().where(ContactPoint.customer_id == whom.number)
    there = {channel for _, channel in session.execute(working)}
    allowed = [c for c in permitted if c in there and c in written]
    slot, next_slot = _agent_slot(session, now) if "phone" in allowed else (True, now)
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
    templates = session.scalars(
        select(Template).where(
            Template.name == wanted.message_ref, Template.purpose == wanted.purpose
        )
    )
    found = {template.channel for template in templates if template.ready()}
    if campaign is not None and campaign.channels:
        found &= set(campaign.channels)
    return [channel for channel in CHANNELS if channel in found]


def _ranked(session: Session, customer_id: int, allowed: list[str]) -> list[str]:
    """Put the channels first on which the customer reacted most often, as far as we know."""
    if len(allowed) < 2:
        return allowed
    reacted = or_(Contact.clicked_at.is_not(None), Contact.replied_at.is_not(None))
    rows = session.execute(
        select(Contact.channel, func.count(), func.count().filter(reacted))
        .where(Contact.customer_id == customer_id, Contact.sent_at.is_not(None))
        .group_by(Contact.channel)
    )
    seen = {channel: (reactions + 1) / (sent + 2) for channel, sent, reactions in rows}
    return sorted(allowed, key=lambda c: (-seen.get(c, 0.5), CHANNELS.index(c)))


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
