"""Cases with a clock of the law: requests about personal data, data incidents, public reviews."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.cases.records import Case, numbered
from tasks.customers.permission import refuse_contact
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.policy.records import value
from tasks.problems.facts import case_of
from tasks.problems.register import withdraw

Outcome = Literal["done", "partly", "refused", "none", "some", "high"]


@service_task(name="problems.begin_privacy_clock", retries=5)
def begin_privacy_clock(
    session: Session, now: datetime, case_id: int, wants: str
) -> dict[str, Any]:
    """Begin the clock of a request about personal data, in months by the calendar.

    Reads ``case_id`` and ``wants`` (access, correction, erasure, restriction, portability,
    objection). Of somebody we know an objection withdraws the permissions for marketing and a
    restriction every contact, both at once. Returns ``number``, ``law_due`` (an instant) and
    ``known`` (whether the request was matched with a customer). Law: policy value
    privacy.answer_months.
    """
    case = case_of(session, case_id)
    case.law_due = case.law_due or _months_after(
        case.opened_at, int(value(session, "privacy.answer_months"))
    )
    case.solve_due, case.acknowledged_at = case.law_due, case.acknowledged_at or now
    customer = session.get(Customer, case.customer_id) if case.customer_id else None
    if customer is not None and wants == "objection":
        withdraw(session, customer.id, case, now)
    if customer is not None and wants == "restriction" and not customer.do_not_contact:
        refuse_contact(customer, now)
    return {"number": case.number, "law_due": iso(case.law_due), "known": customer is not None}


@service_task(name="problems.extend_privacy_clock", retries=5)
def extend_privacy_clock(session: Session, now: datetime, case_id: int) -> dict[str, Any]:
    """Give a request two months more; asked again, the date stays. Returns ``law_due``."""
    case = case_of(session, case_id)
    months = int(value(session, "privacy.answer_months")) + int(
        value(session, "privacy.extended_months")
    )
    case.law_due = case.solve_due = _months_after(case.opened_at, months)
    case.updated_at = now
    return {"law_due": iso(case.law_due)}


@service_task(name="problems.begin_incident_clock", retries=5)
def begin_incident_clock(session: Session, now: datetime, case_id: int) -> dict[str, Any]:
    """Begin the clock of a data incident: hours by the clock since we knew, a restricted case.

    Returns ``number`` and ``law_due``. Law: policy value privacy.incident_hours.
    """
    case = case_of(session, case_id)
    hours = int(value(session, "privacy.incident_hours"))
    case.law_due = case.solve_due = case.opened_at + timedelta(hours=hours)
    case.severity, case.alarm, case.restricted = "critical", "data", True
    case.updated_at = now
    return {"number": case.number, "law_due": iso(case.law_due)}


@service_task(name="problems.affected_by_incident", retries=5)
def affected_by_incident(
    session: Session,
    case_id: int,
    *,
    wanted: bool,
    affected: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Find the customers who are told of an incident.

    Reads ``affected`` (customer: a number) and ``wanted``. Returns ``affected_customers``, each
    once; merged records stand for the one that remains. A number nobody has is left out.
    """
    case_of(session, case_id)
    numbers = {int(each["customer"]) for each in affected or () if each.get("customer")}
    if not wanted or not numbers:
        return {"affected_customers": []}
    rows = session.execute(
        select(Customer.id, Customer.merged_into_id).where(
            Customer.id.in_(numbers), Customer.erased_at.is_(None)
        )
    )
    return {"affected_customers": sorted({merged or number for number, merged in rows})}


@service_task(name="problems.close_by_law", retries=5)
def close_by_law(
    session: Session, now: datetime, case_id: int, outcome: Outcome, answer: str = ""
) -> dict[str, Any]:
    """Close a case and keep what was answered or done; the register is read from these cases.

    Reads ``outcome`` and ``answer``. Returns ``closed_at``.
    """
    case = case_of(session, case_id)
    case.state, case.facts = "closed", answer
    case.closed_how = "not_agreed" if outcome == "refused" else "settled"
    case.solved_at = case.closed_at = case.closed_at or now
    case.updated_at = now
    return {"closed_at": iso(case.closed_at)}


@service_task(name="problems.open_review_case", retries=5)
def open_review_case(
    session: Session,
    now: datetime,
    review_url: str,
    text: str,
    language: str | None = None,
    customer_id: int | None = None,
) -> dict[str, Any]:
    """Open the complaint of a public review, once for its address. Returns ``case_id``."""
    by = f"review:{review_url}"
    case = session.scalar(select(Case).where(Case.created_by == by))
    if case is None:
        made = Case(customer_id=customer_id, kind="complaint", channel="social", text=text)
        made.language, made.opened_at = language or "en", now
        made.created_at, made.created_by = now, by
        case = numbered(session, made)
    return {"case_id": case.id}


def _months_after(at: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + year, month + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
