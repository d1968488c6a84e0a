"""A21, whom we may reach: the permitted base by channel and purpose, what came and what went.

Gained and lost compare who is permitted now with who was a month ago; the curve has the ends of
the last 12 months. Never a target for collecting consents.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.contacting.channels import individual_share
from tasks.analytics.proportion import proportion
from tasks.campaigns.records import Campaign
from tasks.contacts.records import Contact
from tasks.customers.permission import permitted
from tasks.declare.words import CHANNELS
from tasks.figures.plain import told

PURPOSES = ("marketing", "survey", "relationship")
MONTH = timedelta(days=30)
MONTHS = 12


def permission(session: Session, now: datetime) -> dict[str, Any]:
    """Return the permitted base of each purpose and channel, its growth, and the response."""
    return {
        "bases": list(_bases(session, now)),
        "months": list(_months(session, now)),
        "response": list(_response(session, now)),
        "individual": _individual(session, now),
    }


def _bases(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    for purpose in PURPOSES:
        today = permitted(purpose).subquery()
        before = permitted(purpose, heard_until=now - MONTH).subquery()
        same = (before.c.customer_id == today.c.customer_id) & (before.c.channel == today.c.channel)
        came = select(today.c.channel, func.count(), func.count(before.c.customer_id))
        now_ = session.execute(came.outerjoin(before, same).group_by(today.c.channel)).all()
        went = (
            select(before.c.channel, func.count())
            .outerjoin(today, same)
            .where(today.c.customer_id.is_(None))
            .group_by(before.c.channel)
        )
        lost = {channel: count for channel, count in session.execute(went)}  # noqa: C416
        counts = {channel: (n, n - kept) for channel, n, kept in now_}
        for channel in CHANNELS:
            if channel in counts or channel in lost:
                n, gained = counts.get(channel, (0, 0))
                yield {
                    "purpose": purpose, "channel": channel, "permitted": n, "gained": gained,
                    "lost": lost.get(channel, 0),
                }  # fmt: skip


def _months(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield how many permitted offers at the end of each of the last 12 months, by channel."""
    for back in range(MONTHS, -1, -1):
        day = now - back * MONTH
        base = permitted("marketing", heard_until=day).subquery()
        rows = session.execute(select(base.c.channel, func.count()).group_by(base.c.channel))
        yield {"day": day.date().isoformat(), "channels": {channel: n for channel, n in rows}}  # noqa: C416


def _response(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield how many contacts of 12 months were clicked or answered, by channel."""
    contact = Contact
    reacted = contact.clicked_at.is_not(None) | contact.replied_at.is_not(None)
    rows = session.execute(
        select(contact.channel, func.count(), func.count().filter(reacted))
        .where(contact.sent_at > now - MONTHS * MONTH, contact.channel.is_not(None))
        .group_by(contact.channel)
    )
    found = {channel: (n, yes) for channel, n, yes in rows}
    for channel in CHANNELS:
        if channel in found:
            n, yes = found[channel]
            yield {"channel": channel, "contacts": n, "response": told(proportion(yes, n))}


def _individual(session: Session, now: datetime) -> dict[str, Any] | None:
    """Return the share of marketing contacts of 30 days whose content was chosen for one person."""
    contact = Contact
    own = contact.campaign_id.is_(None) | Campaign.personal
    row = session.execute(
        select(func.count(), func.count().filter(own))
        .select_from(contact)
        .outerjoin(Campaign, Campaign.id == contact.campaign_id)
        .where(contact.sent_at > now - MONTH, contact.purpose == "marketing")
        .where(contact.gate_key.is_not(None))  # of what was taken over nobody knows it
    ).one()
    return told(individual_share(row[1], row[0]))
