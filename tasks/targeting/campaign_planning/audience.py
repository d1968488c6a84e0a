"""Whom a campaign addresses, whom each channel reaches, and who is left out for which reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.cases.records import Case
from tasks.consents.records import Preference
from tasks.customers.permission import permitted
from tasks.customers.records import Customer, reachable
from tasks.segments.records import Segment, SegmentMember
from tasks.targeting.units import percent


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the audience: where he can be reached, or why nowhere."""

    customer_id: int
    channels: tuple[str, ...]  # of the campaign, permitted and with a working address
    preferred: str | None
    blocked: str = ""

    @property
    def channel(self) -> str | None:
        """Answer the channel the gate will most likely take."""
        if self.blocked:
            return None
        return self.preferred if self.preferred in self.channels else self.channels[0]


@service_task(name="targeting.estimate_audience", retries=3, processes=("campaign_planning",))
def estimate_audience(
    session: Session, now: datetime, segment: str, channels: list[str]
) -> dict[str, Any]:
    """Count whom a campaign can reach.

    Reads ``segment`` and ``channels``. Answers ``audience``: ``n`` people, ``percent_of_base``,
    ``reachable`` in all, ``reachable_by_channel`` (channel, n) and ``blocked_by_reason`` (reason,
    n; one reason each, the gravest). Raises ``BpmnError("unknown_segment")`` and, when nobody can
    be reached, ``BpmnError("empty_audience")`` with ``problem``.
    """
    people = audience(session, segment, channels, now)
    free = [person for person in people if not person.blocked]
    if not free:
        text = sentence("Nobody in “{1}” can be reached on {2}.", segment, ", ".join(channels))
        raise BpmnError("empty_audience", text, {"problem": text})
    by_channel = Counter(channel for person in free for channel in person.channels)
    reasons = Counter(person.blocked for person in people if person.blocked)
    return {
        "audience": {
            "n": len(people),
            "percent_of_base": percent(len(people) / base(session)),
            "reachable": len(free),
            "reachable_by_channel": [{"channel": c, "n": by_channel[c]} for c in channels],
            "blocked_by_reason": [{"reason": r, "n": n} for r, n in reasons.most_common()],
        }
    }


def audience(
    session: Session, segment: str, channels: Iterable[str], now: datetime
) -> list[Person]:
    """Answer everybody in the segment who still is a customer, in the order of their ids."""
    segment_id = session.scalar(select(Segment.id).where(Segment.name == segment))
    if segment_id is None:
        raise BpmnError("unknown_segment", sentence("There is no segment “{1}”.", segment))
    wanted = tuple(channels)
    permitted, working = _permitted(session), _working(session)
    preferred = dict(
        session.execute(select(Preference.customer_id, Preference.preferred_channel)).all()
    )
    complaining = set(
        session.scalars(
            select(Case.customer_id).where(Case.kind == "complaint", Case.closed_at.is_(None))
        )
    )
    result = []
    for customer in session.scalars(_members(segment_id)):
        allowed = [c for c in wanted if (customer.id, c) in permitted]
        open_to = tuple(c for c in allowed if (customer.id, c) in working)
        blocked = _why_not(customer, now, complains=customer.id in complaining)
        blocked = blocked or _unreachable(allowed, open_to)
        result.append(Person(customer.id, open_to, preferred.get(customer.id), blocked))
    return result


def base(session: Session) -> int:
    """Count all customers."""
    query = select(func.count()).select_from(Customer)
    return session.scalar(query.where(*_IS_CUSTOMER)) or 1


_IS_CUSTOMER = (
    Customer.erased_at.is_(None),
    Customer.merged_into_id.is_(None),
    Customer.lifecycle_stage.not_in(("lapsed", "lost")),  # written to by win-back alone
)


def _members(segment_id: int) -> Any:
    return (
        select(Customer)
        .join(SegmentMember, SegmentMember.customer_id == Customer.id)
        .where(SegmentMember.segment_id == segment_id, *_IS_CUSTOMER)
        .order_by(Customer.id)
    )


def _permitted(session: Session) -> set[tuple[int, str]]:
    return set(session.execute(permitted("marketing")))


def _working(session: Session) -> set[tuple[int, str]]:
    return set(session.execute(reachable()))


def _unreachable(allowed: Sequence[str], open_to: Sequence[str]) -> str:
    if not allowed:
        return sentence("not permitted")
    return "" if open_to else sentence("no address")


def _why_not(customer: Customer, now: datetime, *, complains: bool) -> str:
    if customer.deceased:
        return sentence("deceased")
    if customer.do_not_contact:
        return sentence("wishes no contact")
    in_care = customer.intensive_care_until is not None and customer.intensive_care_until > now
    return sentence("something is wrong") if complains or in_care else ""
