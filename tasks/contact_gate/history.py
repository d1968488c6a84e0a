"""What happened with a customer lately: contacts, surveys, complaints, what is queued."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from tasks.campaigns.records import Campaign
from tasks.cases.records import Case
from tasks.contact_gate.request import ContactRequest
from tasks.contacts.records import Contact
from tasks.customers.addresses import others_at
from tasks.customers.records import ContactPoint
from tasks.declare.instants import iso
from tasks.declare.together import each, group_of
from tasks.permissions.records import ASKED_ONCE

# what we want from them, or want to tell them, unasked
NONESSENTIAL = ("service_recovery", "survey", "relationship", "marketing")
DAY = timedelta(days=1)
WEEK, MONTH = 7 * DAY, 30 * DAY


class History:
    """The ledger of one customer, without the contact being decided on."""

    def __init__(self, session: Session, customer_id: int, gate_key: str, now: datetime) -> None:
        self._session = session
        self._customer = customer_id
        self._gate = gate_key
        self._now = now
        self._others = others_at(session, ContactPoint, customer_id)

    def facts(self, policy: dict[str, Any]) -> dict[str, Any]:
        """Answer counts, days since, and when there is room again, with the limits beside them."""
        touches = self._touches()
        week = [at for at in touches if at > self._now - WEEK]
        contacts = self._contacts()
        return (
            {
                "touches_7d": len(week),
                "touches_30d": len(touches),
                "cap_7d": policy["cap_7d"],
                "cap_30d": policy["cap_30d"],
                "room_at": iso(_room_at(week, policy["cap_7d"], self._now)),
                "contacts_7d": len(contacts),
                "cap_contacts_7d": policy["cap_contacts_7d"],
                "contacts_room_at": iso(_room_at(contacts, policy["cap_contacts_7d"], self._now)),
                "relevance_threshold": policy["relevance_threshold"],
            }
            | self._queued(policy)
            | self._surveys(policy)
            | self._complaints(policy)
        )

    def _touches(self) -> list[datetime]:
        """List the marketing contacts of the last 30 days, oldest first."""
        if group_of(self._session, self._customer):
            return each(self._session, _touches_of, self._customer, self._now) or []
        return list(
            self._session.scalars(
                select(Contact.decided_at)
                .where(*self._sent("marketing"), Contact.decided_at > self._now - MONTH)
                .order_by(Contact.decided_at)
            )
        )

    def _contacts(self) -> list[datetime]:
        """List the contacts of seven days, of every purpose but what is owed or was asked for."""
        if group_of(self._session, self._customer):
            return each(self._session, _contacts_of, self._customer, self._now) or []
        asked = Contact.basis == ASKED_ONCE
        return list(
            self._session.scalars(
                select(Contact.decided_at)
                .where(*self._sent(*NONESSENTIAL), Contact.decided_at > self._now - WEEK, ~asked)
                .order_by(Contact.decided_at)
            )
        )

    def _queued(self, policy: dict[str, Any]) -> dict[str, Any]:
        """Find the most important marketing contact that waits to go out soon."""
        until = self._now + timedelta(hours=policy["queue_hours"])
        gate = None if group_of(self._session, self._customer) else self._gate
        first = each(self._session, _queued_of, self._customer, self._now, until, gate)
        if first is None:
            return {"queued_priority": None, "behind_at": None}
        priority, not_before = first
        behind = not_before + timedelta(hours=policy["behind_hours"])
        return {"queued_priority": priority, "behind_at": iso(behind)}

    def _surveys(self, policy: dict[str, Any]) -> dict[str, Any]:
        if group_of(self._session, self._customer):
            last = each(self._session, _surveyed, self._customer)
        else:
            last = self._session.scalar(
                select(func.max(Contact.decided_at)).where(
                    *self._sent("survey"), Contact.reminder_of.is_(None)
                )
            )
        return {
            "days_since_survey": self._days_since(last),
            "survey_rest_days": policy["survey_rest_days"],
            "relationship_survey_rest_days": policy["relationship_survey_rest_days"],
        }

    def _complaints(self, policy: dict[str, Any]) -> dict[str, Any]:
        is_open, closed = each(self._session, _complaints_of, self._customer) or (False, None)
        return {
            "open_complaint": is_open,
            "days_since_complaint": self._days_since(closed),
            "complaint_rest_days": policy["complaint_rest_days"],
        }

    def _sent(self, *purposes: str) -> tuple[Any, ...]:
        """Say what reached this customer, or another one at an address of theirs."""
        reached = Contact.customer_id == self._customer
        if self._others:
            there = tuple_(Contact.customer_id, Contact.channel).in_(self._others)
            reached = or_(reached, there)
        return (
            reached,
            Contact.purpose.in_(purposes),
            Contact.decision == "send",
            Contact.gate_key.is_distinct_from(self._gate),
        )

    def _days_since(self, moment: datetime | None) -> float | None:
        return None if moment is None else round((self._now - moment) / DAY, 2)


def may_remind(session: Session, wanted: ContactRequest) -> bool:
    """Return whether this is the one reminder of an invitation they got, on its channel."""
    first = session.get(Contact, wanted.reminder_of) if wanted.reminder_of else None
    if first is None or first.sent_at is None or first.reminder_of is not None:
        return False
    same = (first.customer_id, first.purpose, first.channel) == (
        wanted.customer_id,
        wanted.purpose,
        wanted.wanted_channel,
    )
    before = select(Contact.id).where(
        Contact.reminder_of == first.id,
        Contact.decision == "send",
        Contact.gate_key.is_distinct_from(wanted.gate_key),
    )
    return same and session.scalar(before.limit(1)) is None


def _touches_of(session: Session, ids: Sequence[int], now: datetime) -> dict[int, list[datetime]]:
    """List the same for customers whose addresses nobody shares and whose gates are new."""
    query = select(Contact.customer_id, Contact.decided_at).where(
        Contact.customer_id.in_(ids),
        Contact.purpose == "marketing",
        Contact.decision == "send",
        Contact.decided_at > now - MONTH,
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for customer_id, at in session.execute(query.order_by(Contact.decided_at)):
        if customer_id is not None:
            found[customer_id].append(at)
    return found


def _contacts_of(session: Session, ids: Sequence[int], now: datetime) -> dict[int, list[datetime]]:
    """List what `_contacts` does, for customers whose addresses nobody shares."""
    query = select(Contact.customer_id, Contact.decided_at).where(
        Contact.customer_id.in_(ids),
        Contact.purpose.in_(NONESSENTIAL),
        Contact.decision == "send",
        Contact.decided_at > now - WEEK,
        Contact.basis != ASKED_ONCE,
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for customer_id, at in session.execute(query.order_by(Contact.decided_at)):
        if customer_id is not None:
            found[customer_id].append(at)
    return found


def _queued_of(
    session: Session, ids: Sequence[int], now: datetime, until: datetime, gate: str | None
) -> dict[int, tuple[int, datetime]]:
    """Find of each what `_queued` asks for; `gate` is the one that is deciding."""
    query = (
        select(Contact.customer_id, Contact.priority, Contact.not_before)
        .outerjoin(Campaign, Campaign.id == Contact.campaign_id)
        .where(
            or_(Campaign.id.is_(None), Campaign.status.in_(("running", "paused"))),
            Contact.customer_id.in_(ids),
            Contact.purpose == "marketing",
            Contact.decision == "defer",
            Contact.not_before >= now,
            Contact.not_before <= until,
            Contact.gate_key.is_distinct_from(gate),
        )
        .order_by(Contact.priority, Contact.not_before)  # the last one of a customer stays
    )
    rows = session.execute(query)
    return {who: (priority, at) for who, priority, at in rows if who is not None and at}


def _surveyed(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """Return when customers whose addresses nobody shares were last asked."""
    query = select(Contact.customer_id, func.max(Contact.decided_at)).where(
        Contact.customer_id.in_(ids),
        Contact.purpose == "survey",
        Contact.decision == "send",
        Contact.reminder_of.is_(None),
    )
    return {who: at for who, at in session.execute(query.group_by(Contact.customer_id)) if who}


def _complaints_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[bool, datetime | None]]:
    """Return whether a complaint is open, and when the last one was closed."""
    query = select(
        Case.customer_id, func.count() - func.count(Case.closed_at), func.max(Case.closed_at)
    ).where(Case.customer_id.in_(ids), Case.kind == "complaint")
    rows = session.execute(query.group_by(Case.customer_id))
    return {who: (still_open > 0, closed) for who, still_open, closed in rows if who}


def _room_at(week: list[datetime], cap: int, now: datetime) -> datetime:
    """Answer when enough of this week's contacts are older than seven days ("day 8")."""
    if len(week) < cap:
        return now
    if cap <= 0:
        return now + WEEK
    return week[len(week) - cap] + WEEK
