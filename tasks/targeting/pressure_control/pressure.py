"""The pressure of our messages on customers, and who is left in peace for a while."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.contacting.overlaps import Planned, overlaps
from tasks.analytics.pressure import Touch, pressure, tired, touches_within
from tasks.campaigns.records import Campaign
from tasks.consents.records import Consent
from tasks.contacts.records import Contact
from tasks.contacts.rests import Rest
from tasks.customers.permission import permitted
from tasks.offers.records import OfferChoice
from tasks.policy.records import values
from tasks.segments.records import Segment
from tasks.targeting.campaign_planning.preflight import LIVE, Caps, addressed
from tasks.targeting.units import percent

AHEAD = timedelta(days=28)
MONTH, WEEK = timedelta(days=30), timedelta(days=7)
REACTIONS = timedelta(days=180)  # how far back reactions are compared
MOST_CONFLICTS = 20
SAVED = ("week_is_full", "month_is_full", "behind_another", "resting", "not_relevant", "answered")


@service_task(name="targeting.work_out_pressure", retries=5, processes=("pressure_control",))
def work_out_pressure(session: Session, now: datetime) -> dict[str, Any]:
    """Work out how much customers hear from us, and leave in peace whoever is tired of it.

    Tired is whose reactions fell three times in a row, or who opted out of a topic in the last 30
    days; they rest for the policy values pressure.rest_tired and pressure.rest_topic. Answers
    ``figures``: ``contacted`` (customers with marketing in 30 days), ``mean_pressure`` (A9),
    ``over_cap``, ``resting``; ``sent``, ``saved``, ``opt_out_percent`` and ``individual_percent``
    (chosen for one person, R-38) of the last 7 days,
    ``permitted`` (who may be written to at all), and ``segments`` (label, value) for the caps.
    """
    policy = values(session, "pressure")
    caps, week_cap = Caps(session), int(values(session, "gate")["cap_7d"])
    over, total, n = 0, 0.0, 0
    for customer_id, own in _contacts(session, now - REACTIONS):
        if tired([_reaction(each) for each in own]):
            _rest(session, now, customer_id, "tired", int(policy["rest_tired"]))
        touches = [Touch(c.sent_at or c.decided_at, c.channel or "", c.purpose) for c in own]
        month = touches_within(touches, MONTH.days, now)
        if month:
            n, total = n + 1, total + pressure(touches, now)
        if month > caps.of(customer_id) or touches_within(touches, WEEK.days, now) > week_cap:
            over += 1
    for customer_id in _left_a_topic(session, now - MONTH):
        _rest(session, now, customer_id, "opted_out_of_topic", int(policy["rest_topic"]))
    session.flush()
    figures = _week(session, now) | {
        "contacted": n,
        "mean_pressure": round(total / n, 2) if n else 0.0,
        "over_cap": over,
        "resting": _count(session, Rest.customer_id, Rest.until > now),
        "permitted": len({who for who, _ in session.execute(permitted("marketing"))}),
        "opt_out_limit": percent(policy["opt_out_limit"]),
    }
    named = session.execute(select(Segment.title, Segment.name).order_by(Segment.title))
    return {
        "figures": figures,
        "segments": [{"label": title, "value": name} for title, name in named],
    }


@service_task(name="targeting.find_overlaps", retries=5, processes=("pressure_control",))
def find_overlaps(session: Session, now: datetime) -> dict[str, Any]:
    """Find campaigns of the next four weeks that address the same people at the same time.

    Answers ``overlaps`` (first, second: numbers of campaigns, n_customers; the greatest first, at
    most 20) and ``conflicts``, a row each for the form: ``what`` in words, ``keep`` (both).
    """
    today = now.date()
    live = session.scalars(
        select(Campaign).where(
            Campaign.status.in_(LIVE),
            Campaign.starts <= (now + AHEAD).date(),
            Campaign.ends >= today,
        )
    ).all()
    known = {campaign.id: campaign for campaign in live}
    planned = [
        Planned(c.id, _at(c.starts, now), _at(c.ends, now), addressed(session, c)) for c in live
    ]
    found = overlaps(planned)[:MOST_CONFLICTS]
    pairs = [(known[each.first], known[each.second], each.customers) for each in found]
    return {
        "overlaps": [{"first": a.id, "second": b.id, "n_customers": n} for a, b, n in pairs],
        "conflicts": [{"what": _words(a, b, n), "keep": "both"} for a, b, n in pairs],
    }


def _words(a: Campaign, b: Campaign, n: int) -> str:
    return sentence(
        "1: “{1}” ({2} – {3}); 2: “{4}” ({5} – {6}); {7} people in both",
        a.name,
        a.starts,
        a.ends,
        b.name,
        b.starts,
        b.ends,
        n,
    )


def _at(day: Any, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def _contacts(session: Session, since: datetime) -> Iterator[tuple[int, list[Contact]]]:
    rows = session.scalars(
        select(Contact)
        .where(
            Contact.decision == "send",
            Contact.purpose.in_(("marketing", "survey")),
            Contact.decided_at > since,
            Contact.customer_id.is_not(None),
        )
        .order_by(Contact.customer_id, Contact.decided_at)
    ).all()
    for customer_id, own in groupby(rows, key=attrgetter("customer_id")):
        yield int(customer_id), list(own)


def _reaction(contact: Contact) -> float:
    """Return how a message was taken: 3 answered, 2 clicked, 1 opened, 0 nothing."""
    ways = ((contact.replied_at, 3.0), (contact.clicked_at, 2.0), (contact.opened_at, 1.0))
    return next((score for at, score in ways if at is not None), 0.0)


def _left_a_topic(session: Session, since: datetime) -> list[int]:
    query = select(Consent.customer_id).where(
        Consent.purpose == "marketing",
        Consent.topic.is_not(None),
        Consent.state == "denied",
        Consent.heard_at > since,
    )
    return list(session.scalars(query.distinct()))


def _rest(session: Session, now: datetime, customer_id: int, reason: str, days: int) -> None:
    """Leave a customer in peace, once for each time they got tired."""
    lately = select(Rest.id).where(
        Rest.customer_id == customer_id,
        Rest.reason == reason,
        Rest.until > now - MONTH,
    )
    if session.scalar(lately.limit(1)) is None:
        rest = Rest(customer_id=customer_id, until=now + timedelta(days=days), reason=reason)
        rest.created_at = now
        session.add(rest)


def _week(session: Session, now: datetime) -> dict[str, Any]:
    lately = Contact.decided_at > now - WEEK, Contact.purpose == "marketing"
    sent = _count(session, Contact.id, *lately, Contact.decision == "send")
    out = _count(
        session, Contact.id, Contact.opted_out_at > now - WEEK, Contact.purpose == "marketing"
    )
    saved = _count(session, Contact.id, *lately, Contact.rule.in_(SAVED))
    own = select(OfferChoice.contact_id).where(OfferChoice.contact_id.is_not(None))
    chosen = _count(session, Contact.id, *lately, Contact.decision == "send", Contact.id.in_(own))
    return {
        "sent": sent,
        "saved": saved,
        "opt_outs": out,
        "opt_out_percent": percent(out / sent) if sent else 0.0,
        "individual_percent": percent(chosen / sent) if sent else 0.0,
    }


def _count(session: Session, column: Any, *where: Any) -> int:
    return session.scalar(select(func.count(column.distinct())).where(*where)) or 0
