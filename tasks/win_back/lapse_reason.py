"""A lapse: noted, what sells is stopped, and the reason is kept, said and suggested apart."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.service_task import service_task
from tasks.customers.lifecycle import move
from tasks.customers.permission import refuse_contact
from tasks.lapsed.records import LapseReason
from tasks.win_back.records import entered, find
from tasks.win_back.register import LEFT


@service_task(name="win_back.note_lapse", retries=5)
def note_lapse(session: Session, now: datetime, customer_id: int, state: str) -> dict[str, Any]:
    """Note that a customer has lapsed, or is dormant.

    Reads ``state`` (lapsed, dormant). The dormant stay customers; who lapsed is one no more.
    Returns ``since``, when it was noted for the first time.
    """
    customer = find(session, customer_id)
    record = entered(session, now, customer_id, state)
    if state == "lapsed":
        move(session, customer, "lapsed", now, "lapse_reason", LEFT)
        if record.state == "dormant":
            record.state, record.since, record.updated_at = "lapsed", now, now
    return {"since": record.since.isoformat()}


@service_task(name="win_back.stop_selling", retries=5)
def stop_selling(engine: Engine, customer_id: int, because: str = "") -> dict[str, Any]:
    """End every process about the customer that says it ends when a customer has lapsed.

    Reads ``because``, which stands in the history of what is ended. Returns ``stopped``, how many
    ended. Repeating it ends nothing twice.
    """
    by = engine.by("win_back.stop_selling")
    stopped = by.instances.stop_about(str(customer_id), "lapsed", because=because)
    return {"stopped": len(stopped)}


@service_task(name="win_back.keep_lapse_reason", retries=5)
def keep_lapse_reason(
    session: Session,
    now: datetime,
    customer_id: int,
    reason: str,
    told: bool = True,  # noqa: FBT001, FBT002 - a field of a form
    inferred: str | None = None,
    detail: str | None = None,
    competitor: str | None = None,
    preventable: str | None = None,
    may_contact: bool | None = None,  # noqa: FBT001 - a field of a form
    bring_back: str | None = None,
    cause: str | None = None,
) -> dict[str, Any]:
    """Keep why a customer left; what was said and what the history suggests stay apart.

    Reads ``reason`` and ``told``: a reason that was told is the stated one, another takes the
    place of ``inferred``. ``may_contact`` false, when told, is kept as a wish not to be contacted
    any more. Returns ``reason_id``. A second answer of the same lapse replaces the first.
    """
    customer = find(session, customer_id)
    record = entered(session, now, customer_id, "lapsed")
    kept = session.scalar(
        select(LapseReason)
        .where(LapseReason.customer_id == customer_id, LapseReason.at >= record.since)
        .limit(1)
    )
    if kept is None:
        kept = LapseReason(customer_id=customer_id, at=now, created_at=now)
        session.add(kept)
    kept.stated, kept.inferred = (reason, inferred) if told else (None, reason)
    kept.detail, kept.competitor = detail or "", competitor or ""
    kept.preventable, kept.bring_back = preventable or "", bring_back or ""
    kept.may_contact, kept.cause = may_contact is not False, cause or None
    kept.updated_at = now
    if may_contact is False and told:
        refuse_contact(customer, now)
    session.flush()
    return {"reason_id": kept.id}
