"""How many calls the staff can still make today."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.contacts.records import Contact
from tasks.policy.records import value
from tasks.welcomes.records import WelcomePlan

IN_WRITING = 3  # the level without a call


def calls_free(session: Session, now: datetime) -> int:
    """Return how many calls are left of the day's capacity, at least 0."""
    since = now - timedelta(days=1)
    phoned = select(func.count()).where(
        Contact.channel == "phone", Contact.decision == "send", Contact.decided_at > since
    )
    planned = select(func.count()).where(
        WelcomePlan.level < IN_WRITING, WelcomePlan.created_at > since
    )
    taken = sum(session.scalar(count) or 0 for count in (phoned, planned))
    return max(0, int(value(session, "capacity.phone")) - taken)
