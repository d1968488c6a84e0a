"""Quick fixes: causes with many cheap contacts, mended without an analysis."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.cases.analyses import Action, RootCause
from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.company.records import QuickFix
from tasks.customers.records import Customer
from tasks.policy.records import value

MONTH = timedelta(days=30)
CHEAP = ("low", "normal")
ASKING = ("complaint", "question", "request")
NOBODY = "unknown"  # the kind of customer of an anonymous contact
WORDS = {"person": "persons", "company": "companies", NOBODY: "not known who"}


@service_task(name="company.list_quick_fixes", retries=5)
def list_quick_fixes(session: Session, now: datetime) -> dict[str, Any]:
    """List causes with many contacts of 30 days that cost little, by kind of customer.

    Cheap is a contact of severity low or normal for which at most the policy value
    quick_fix.cheap was given; many is quick_fix.least. Restricted cases are left out, and causes
    that are being analysed or were mended within the month. Returns ``fixes`` (key, cause_id,
    cause, kind, kind_word, owner, n), the most contacts first, and ``choices.fixes``.
    """
    kind = func.coalesce(Customer.kind, NOBODY)
    query = (
        select(Cause, kind, func.count())
        .join(Case, Case.cause_id == Cause.id)
        .outerjoin(Customer, Customer.id == Case.customer_id)
        .where(*_cheap(session, now))
        .where(Cause.id.not_in(_at_work(now)))
        .group_by(Cause.id, kind)
        .having(func.count() >= int(value(session, "quick_fix.least")))
        .order_by(func.count().desc(), Cause.id, kind)
    )
    fixes = [
        {
            "key": f"{cause.id}-{of}",
            "cause_id": cause.id,
            "cause": cause.name,
            "kind": of,
            "kind_word": WORDS.get(of, of),
            "owner": cause.owner,
            "n": n,
        }
        for cause, of, n in session.execute(query)
    ]
    labels = [
        {"label": f"{each['cause']} ({each['kind_word']}, {each['n']})", "value": each["key"]}
        for each in fixes
    ]
    return {"fixes": fixes, "choices": {"fixes": labels}}


@service_task(name="company.keep_quick_fix", retries=5)
def keep_quick_fix(
    session: Session, now: datetime, job_key: str, fix: dict[str, Any], what: str
) -> dict[str, Any]:
    """Keep that a cause was mended, once per job, and find those it had hit.

    Reads ``fix`` (as listed) and ``what`` is different now. Returns ``told_customers``, who had
    a contact about it within 30 days, the latest first, at most as many as the policy value
    improvement.tell_at_most says.
    """
    by = f"job:{job_key}"
    if session.scalar(select(QuickFix.id).where(QuickFix.created_by == by)) is None:
        kept = QuickFix(cause_id=fix["cause_id"], customer_kind=fix["kind"], contacts=fix["n"])
        kept.owner, kept.what, kept.done_at = fix["owner"], what, now
        kept.created_at, kept.created_by = now, by
        session.add(kept)
        session.flush()
    hit = session.scalars(
        select(Case.customer_id)
        .join(Customer, Customer.id == Case.customer_id)
        .where(*_cheap(session, now))
        .where(Case.cause_id == fix["cause_id"], Customer.kind == fix["kind"])
        .order_by(Case.opened_at.desc())
    )
    most = int(value(session, "improvement.tell_at_most"))
    return {"told_customers": list(dict.fromkeys(hit))[:most]}


def _cheap(session: Session, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Case.kind.in_(ASKING),
        Case.opened_at > now - MONTH,
        Case.severity.in_(CHEAP),
        Case.given <= int(value(session, "quick_fix.cheap")),
        ~Case.restricted,
    )


def _at_work(now: datetime) -> Any:
    """Select causes with an analysis whose effect is not known yet, or mended within 30 days."""
    analysed = (
        select(RootCause.cause_id)
        .outerjoin(Action, Action.root_cause_id == RootCause.id)
        .where(RootCause.cause_id.is_not(None), Action.effect.is_(None))
    )
    return analysed.union(select(QuickFix.cause_id).where(QuickFix.done_at > now - MONTH))
