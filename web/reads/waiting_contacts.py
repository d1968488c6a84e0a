"""Who of a campaign waits at the contact gate, until when and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.contacts.records import Contact

MOST = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many people are contacted at this time at the earliest."""

    until: datetime
    reason: str
    n: int


def waiting_contacts(session: Session, campaign_id: int, now: datetime) -> list[Waiting]:
    """Return the deferred contacts of a campaign by time, the first ones first."""
    until = Contact.not_before
    query = (
        select(until, Contact.reason, func.count())
        .where(Contact.campaign_id == campaign_id, Contact.decision == "defer", until > now)
        .group_by(until, Contact.reason)
        .order_by(until, func.count().desc())
        .limit(MOST)
    )
    return [Waiting(at, reason or "", n) for at, reason, n in session.execute(query) if at]
