"""One customer in a win-back programme: what is known, the next channel, and the outcome."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.customers.permission import allowed_channels
from tasks.customers.records import ContactPoint
from tasks.declare.instants import iso
from tasks.declare.people import People
from tasks.lapsed.records import LapsedRecord, WinbackAttempt
from tasks.policy.records import value
from tasks.templates.records import Template
from tasks.win_back.history import history_of
from tasks.win_back.records import (
    entered,
    find,
    keep_interaction,
    newest_reason,
    open_attempts,
    what_is_fixed,
)

REST = timedelta(days=30)  # after the lapse nobody is written to
SELLERS = ("sales_rep", "account_manager")


@service_task(name="win_back.programme_facts", retries=5)
def programme_facts(
    session: Session,
    now: datetime,
    services: People,
    customer_id: int,
    cohort: str = "personal",
    arm: str = "treat",
) -> dict[str, Any]:
    """Look up what the approach to a lapsed customer depends on, and note that it begins.

    Reads ``cohort`` and ``arm`` (treat, control). Returns ``customer_name``; ``facts`` of the table
    D-24 (reason, repeat); ``owner``, ``owner_name``; ``fixed`` (what was fixed, in a sentence) and
    ``begin_at``, thirty days after the lapse or now.
    """
    customer = find(session, customer_id)
    record = entered(session, now, customer_id, "in_programme")
    _begin(session, now, record, cohort, arm)
    reason = newest_reason(session, customer_id)
    names = {each.username: each.name for each in services.members(session, SELLERS)}
    owner = customer.owner if customer.owner in names else None
    return {
        "customer_name": customer.name,
        "facts": {
            "reason": ((reason.stated or reason.inferred) if reason else None) or "unknown",
            "repeat": history_of(session, record.since, customer_id)["complaints"] > 1,
        },
        "owner": owner,
        "owner_name": names[owner] if owner else value(session, "company.name"),
        "fixed": what_is_fixed(session, reason.cause if reason else None),
        "begin_at": iso(max(now, record.since + REST)),
    }


@service_task(name="win_back.other_channel", retries=3)
def other_channel(
    session: Session, customer_id: int, message_ref: str, used: str | None = None
) -> dict[str, Any]:
    """Find a channel for the second approach that is permitted, reachable and not used yet.

    Reads ``message_ref`` (it must be written for the channel) and ``used``. Returns
    ``second_channel``; where there is no other, the one used.
    """
    permitted = allowed_channels(session, customer_id, "marketing")
    written = set(session.scalars(select(Template.channel).where(Template.name == message_ref)))
    valid = select(ContactPoint.channel).where(
        ContactPoint.customer_id == customer_id, ContactPoint.valid
    )
    reachable = set(session.scalars(valid))
    free = [each for each in permitted if each in written & reachable and each != used]
    return {"second_channel": free[0] if free else used}


@service_task(name="win_back.keep_reaction", retries=5)
def keep_reaction(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    reaction: str | None = None,
    said: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep how a customer took it that the owner approached him.

    Reads ``reaction`` (back, maybe, no, angry; None when not reached), ``said`` and ``owner``. Who
    is angry is never approached again. Returns ``reaction``.
    """
    if reaction is not None:
        keep_interaction(session, now, job_key, customer_id, said or reaction, owner)
    reason = newest_reason(session, customer_id)
    if reaction == "angry" and reason is not None:
        reason.may_contact, reason.updated_at = False, now
    for attempt in open_attempts(session, customer_id)[:1]:
        attempt.approaches, attempt.updated_at = 1, now
    return {"reaction": reaction}


@service_task(name="win_back.note_attempt", retries=5)
def note_attempt(session: Session, now: datetime, customer_id: int, outcome: str) -> dict[str, Any]:
    """Note how an attempt to win a customer back ended.

    Reads ``outcome`` (regained, dormant). Returns ``outcome``. What was noted first stays.
    """
    for attempt in open_attempts(session, customer_id)[:1]:
        attempt.outcome, attempt.outcome_at, attempt.updated_at = outcome, now, now
        record = session.get_one(LapsedRecord, attempt.lapsed_id)
        if record.state == "in_programme":
            record.state, record.updated_at = outcome, now
    return {"outcome": outcome}


def _begin(
    session: Session, now: datetime, record: LapsedRecord, cohort: str, arm: str
) -> WinbackAttempt:
    attempt = session.scalar(
        select(WinbackAttempt).where(
            WinbackAttempt.lapsed_id == record.id, WinbackAttempt.cohort == cohort
        )
    )
    if attempt is None:
        attempt = WinbackAttempt(lapsed_id=record.id, cohort=cohort, arm=arm, created_at=now)
        session.add(attempt)
        session.flush()
    return attempt
