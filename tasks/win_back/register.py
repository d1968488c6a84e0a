"""The register of the lapsed: entered, parted from properly, looked at once a year, closed."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.customers.lifecycle import move
from tasks.customers.permission import allowed_channels
from tasks.declare.instants import iso
from tasks.policy.records import value
from tasks.win_back.records import entered, find, open_record

SEPARATED = "separated"
PARTED = sentence("We parted with dignity.")
LEFT = sentence("The contract or account has ended.")
NO_PERMISSION = "No permission to write is left."
MONTH = timedelta(days=365.25 / 12)


@service_task(name="win_back.open_record", retries=5)
def open_lapsed_record(
    session: Session, now: datetime, customer_id: int, why: str = "left"
) -> dict[str, Any]:
    """Enter somebody into the register of the lapsed; who we parted from is not won back.

    Reads ``why`` (left, separated). Returns ``customer_name`` and ``keep_until``: the data are kept
    for as many months as the policy value lapse.keep_months says.
    """
    customer = find(session, customer_id)
    record = entered(session, now, customer_id, "lapsed")
    if why == SEPARATED:
        record.state, record.excluded_reason = "excluded", SEPARATED
    move(session, customer, "lapsed", now, "lapsed_register", PARTED if why == SEPARATED else LEFT)
    until = record.since + int(value(session, "lapse.keep_months")) * MONTH
    record.keep_until, record.updated_at = until.date(), now
    return {"customer_name": customer.name, "keep_until": iso(until)}


@service_task(name="win_back.keep_goodbye", retries=5)
def keep_goodbye(
    session: Session,
    now: datetime,
    customer_id: int,
    lesson: str | None = None,
    settled: str | None = None,
) -> dict[str, Any]:
    """Keep that the goodbye is complete, and what is learnt from it.

    Reads ``lesson`` and ``settled`` (how an exception was settled). Returns ``goodbye_at``.
    """
    record = entered(session, now, customer_id, "lapsed")
    record.goodbye_at, record.updated_at = record.goodbye_at or now, now
    record.lesson = "\n".join(each for each in (lesson, settled) if each)
    return {"goodbye_at": iso(record.goodbye_at)}


@service_task(name="win_back.note_state", retries=5)
def note_state(session: Session, now: datetime, customer_id: int, state: str) -> dict[str, Any]:
    """Note how somebody stands in the register.

    Reads ``state`` (regained, dormant, closed, in_programme …). Who was regained before keeps that.
    Returns ``state``.
    """
    record = open_record(session, customer_id)
    if record is not None:
        record.state, record.updated_at = state, now
    return {"state": state}


@service_task(name="win_back.check_consents", retries=3)
def check_consents(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Look, once a year, on which channels a former customer may still be written to.

    Where no permission for marketing is left nobody chooses the customer for winning back. Returns
    ``still_allowed``, the channels.
    """
    channels = allowed_channels(session, customer_id, "marketing")
    record = open_record(session, customer_id)
    if record is not None and not channels and record.state != "excluded":
        record.state, record.excluded_reason = "excluded", NO_PERMISSION
        record.updated_at = now
    return {"still_allowed": channels}


@service_task(name="win_back.keep_longer", retries=5)
def keep_longer(
    session: Session, now: datetime, customer_id: int, until: date, why: str = ""
) -> dict[str, Any]:
    """Keep the data of a former customer until a later day, as law asks.

    Reads ``until`` and ``why``. Returns ``keep_until``; a day that is over is taken as tomorrow.
    """
    day = max(until, now.date() + timedelta(days=1))
    record = open_record(session, customer_id)
    if record is not None:
        record.keep_until, record.kept_because, record.updated_at = day, why, now
    return {"keep_until": iso(datetime.combine(day, now.timetz()))}
