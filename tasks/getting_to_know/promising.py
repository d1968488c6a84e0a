"""Promises are obligations with dates: their makers keep them, or it is known that they did not."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.declare.people import People
from tasks.getting_to_know.whom import CLOSE_TO_CUSTOMERS, find
from tasks.policy.records import value
from tasks.promises.records import Promise

DAY = timedelta(days=1)


@service_task(name="getting_to_know.find_promises_due", retries=5)
def find_promises_due(session: Session, now: datetime) -> dict[str, Any]:
    """Find the promises that are due tomorrow or before and neither kept nor broken.

    Returns ``due`` (promise_id, customer_id), the earliest first, at most the policy value
    promise.per_day.
    """
    open_ones = (
        select(Promise.id, Promise.customer_id)
        .join(Customer, Customer.id == Promise.customer_id)
        .where(
            Promise.due <= (now + DAY).date(),
            Promise.kept_at.is_(None),
            Promise.broken_at.is_(None),
            Customer.merged_into_id.is_(None),
            Customer.erased_at.is_(None),
        )
        .order_by(Promise.due, Promise.id)
        .limit(int(value(session, "promise.per_day")))
    )
    rows = session.execute(open_ones)
    return {"due": [{"promise_id": each, "customer_id": whose} for each, whose in rows]}


@service_task(name="getting_to_know.promise_facts", retries=5)
def promise_facts(session: Session, services: People, promise_id: int) -> dict[str, Any]:
    """Look at a promise that is due; changes nothing.

    Returns ``customer_name``, ``text``, ``due``, ``maker`` (none where he has left), ``due_at``,
    the end of the day, and ``over_at``, a day later: then it is broken.
    """
    promise = _promise(session, promise_id)
    customer = find(session, promise.customer_id)
    people = {each.username for each in services.members(session, CLOSE_TO_CUSTOMERS)}
    maker = next((who for who in (promise.made_by, customer.owner) if who in people), None)
    due = datetime.combine(promise.due or date.max, time(23, 59), UTC)
    return {
        "customer_name": customer.name,
        "text": promise.text,
        "due": promise.due and promise.due.isoformat(),
        "maker": maker,
        "due_at": iso(due),
        "over_at": iso(due + DAY),
    }


@service_task(name="getting_to_know.note_promise", retries=5)
def note_promise(
    session: Session,
    now: datetime,
    promise_id: int,
    kept: str,
    reason: str | None = None,
    new_due: str | None = None,
) -> dict[str, Any]:
    """Note whether a promise was kept.

    Reads ``kept`` (yes, no, moved: the customer agreed to another date), ``reason`` and
    ``new_due``. Returns ``kept``.
    """
    promise = _promise(session, promise_id)
    promise.updated_at = now
    if kept == "yes":
        promise.kept_at = promise.kept_at or now
    elif kept == "moved" and new_due:
        promise.due = date.fromisoformat(new_due)
    else:
        promise.broken_at = promise.broken_at or now
        promise.broken_reason = reason or promise.broken_reason
    return {"kept": kept}


def _promise(session: Session, promise_id: int) -> Promise:
    promise = session.get(Promise, promise_id)
    if promise is None:
        raise NotFound(f"There is no promise {promise_id}.")
    return promise
