"""How much a customer trusts us: promises kept, what they say, openness, and the owner's view."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.relationship.promises import Promise as Due
from tasks.analytics.relationship.promises import keeping
from tasks.analytics.relationship.trust import Evidence, trust
from tasks.customers.records import Customer
from tasks.declare.people import People
from tasks.getting_to_know.favours import favours_left
from tasks.getting_to_know.relation import (
    LATELY,
    answered_share,
    keep_index,
    newest_mark,
    value_of,
)
from tasks.getting_to_know.whom import active_owner, find, is_key, tier
from tasks.policy.records import value, values
from tasks.promises.keeping import keep_promises
from tasks.promises.records import Promise
from tasks.scores.records import CustomerScore, RelationScore, latest_relation

STATED = ("trust_promises", "trust_competence", "trust_honesty", "trust_data")
OVERLOOKED = timedelta(days=14)  # a broken promise that nobody has repaired for so long
VALUABLE = ("A", "B")


@service_task(name="getting_to_know.trust_facts", retries=5)
def trust_facts(
    session: Session, now: datetime, services: People, customer_id: int
) -> dict[str, Any]:
    """Look at a customer before trust is worked out; records nothing.

    Returns ``customer_name``, ``owner`` and ``view_wanted``: a key customer whose owner has not
    said for 90 days how much we are trusted.
    """
    customer = find(session, customer_id)
    view = latest_relation(session, customer_id, "owner_view")
    return {
        "customer_name": customer.name,
        "owner": active_owner(session, services, customer),
        "view_wanted": is_key(session, now, customer_id)
        and (view is None or view.at <= now - LATELY),
    }


@service_task(name="getting_to_know.work_out_trust", retries=5)
def work_out_trust(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    promise_id: int | None = None,
    view: int | None = None,
    evidence: str | None = None,
) -> dict[str, Any]:
    """Work out how much a customer trusts us, and keep it.

    Reads ``promise_id`` (the promise that was broken, where that was the reason), ``view`` (1-5)
    and ``evidence`` of the owner. Returns ``trust`` (value 0-100, parts, unknown, fell),
    ``promise`` (id, text, due, reason of the broken one that is not repaired; none without one) and
    ``facts``, what the table D-09 asks. Missing parts are left out and named. Openness can only
    raise it.
    """
    if view is not None:
        _keep_view(session, now, job_key, customer_id, view, evidence or "")
    found = trust(_evidence(session, now, customer_id))
    index = keep_index(session, now, job_key, customer_id, "trust", found)
    broken = _unrepaired(session, now, customer_id, promise_id)
    nps = newest_mark(session, now, customer_id, "nps")
    limits = values(session, "trust")
    return {
        "trust": index,
        "promise": broken and _shown(broken),
        "facts": {
            "broken": broken is not None,
            "index": index["value"],
            "fell": index["fell"],
            "tier": tier(session, customer_id),
            "promoter": nps is not None and nps >= value(session, "survey.promoter_nps"),
            "favours_left": favours_left(session, now, customer_id),
            "low": limits["low"],
            "high": limits["high"],
            "fall": limits["fall"],
        },
    }


@service_task(name="getting_to_know.find_trust_due", retries=5)
def find_trust_due(session: Session) -> dict[str, Any]:
    """Find the customers of tiers A and B, whose trust is worked out each quarter.

    Returns ``due``, their numbers.
    """
    newest = (
        select(CustomerScore.customer_id, CustomerScore.tier)
        .order_by(CustomerScore.customer_id, CustomerScore.id)
        .execution_options(yield_per=5_000)
    )
    tiers = {row.customer_id: row.tier for row in session.execute(newest)}
    valuable = [number for number, word in tiers.items() if word in VALUABLE]
    here = select(Customer.id).where(
        Customer.id.in_(valuable), Customer.merged_into_id.is_(None), Customer.erased_at.is_(None)
    )
    return {"due": sorted(session.scalars(here))}


@service_task(name="getting_to_know.keep_repair", retries=5)
def keep_repair(
    session: Session,
    now: datetime,
    job_key: str,
    promise_id: int,
    how: str,
    what: str,
    new_due: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep how a broken promise was repaired.

    Reads ``how`` (done: what was promised is done now; new_date: the customer agreed to another
    date; given_up: it cannot be kept, and the customer knows), ``what`` was done and ``new_due``,
    which makes a new promise. Returns ``repaired``, whether the promise counts as repaired.
    """
    promise = session.get_one(Promise, promise_id)
    promise.updated_at = now
    if how != "given_up":
        promise.repaired_at = promise.repaired_at or now
    if how == "new_date" and new_due:
        _promise_again(session, now, job_key, promise, what, new_due, owner)
    session.flush()
    return {"repaired": promise.repaired_at is not None}


def _evidence(session: Session, now: datetime, customer_id: int) -> Evidence:
    promises = session.scalars(
        select(Promise).where(Promise.customer_id == customer_id, Promise.due.is_not(None))
    )
    due = [Due(_end_of(each), each.kept_at) for each in promises]
    kept = keeping(due, now).on_time
    stated = [newest_mark(session, now, customer_id, each) for each in STATED]
    view = value_of(session, customer_id, "owner_view")
    return Evidence(
        promises_kept=None if kept is None else kept.value,
        stated=[int(mark) for mark in stated if mark is not None and 1 <= mark <= 7],
        openness=answered_share(session, now, customer_id),
        owner=None if view is None else int(view),
    )


def _end_of(promise: Promise) -> datetime:
    """Return the end of the day a promise is due; whoever was told it is broken need not wait."""
    if promise.due is None:
        raise ValueError("a promise without a date is never due")
    end = datetime.combine(promise.due, time.max, UTC)
    return min(end, promise.broken_at) if promise.broken_at else end


def _unrepaired(
    session: Session, now: datetime, customer_id: int, promise_id: int | None
) -> Promise | None:
    """Return the promise this is about, else one that was overlooked."""
    broken = select(Promise).where(
        Promise.customer_id == customer_id,
        Promise.broken_at.is_not(None),
        Promise.repaired_at.is_(None),
    )
    if promise_id is not None:
        broken = broken.where(Promise.id == promise_id)
    else:
        broken = broken.where(Promise.broken_at < now - OVERLOOKED)
    return session.scalar(broken.order_by(Promise.id).limit(1))


def _shown(promise: Promise) -> dict[str, Any]:
    return {
        "id": promise.id,
        "text": promise.text,
        "due": promise.due and promise.due.isoformat(),
        "reason": promise.broken_reason,
    }


def _keep_view(
    session: Session, now: datetime, job_key: str, customer_id: int, view: int, evidence: str
) -> None:
    by = f"view:{job_key}"
    if session.scalar(select(RelationScore.id).where(RelationScore.created_by == by)) is None:
        made = RelationScore(customer_id=customer_id, kind="owner_view", value=view, at=now)
        made.note, made.created_at, made.created_by = evidence, now, by
        session.add(made)
        session.flush()


def _promise_again(
    session: Session,
    now: datetime,
    job_key: str,
    broken: Promise,
    what: str,
    due: str,
    owner: str | None,
) -> None:
    made = [{"text": what or broken.text, "due": due}]
    keep_promises(session, now, job_key, broken.customer_id, made, owner or broken.made_by)
