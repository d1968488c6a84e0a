"""Welcoming back: what happened before, what is expected now, and whether the customer stays."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.cases.records import Case
from tasks.customers.lifecycle import move
from tasks.declare.instants import iso
from tasks.expectations.records import Expectation
from tasks.lapsed.records import SecondLife
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.scores.records import latest_scores
from tasks.win_back.records import (
    find,
    keep_interaction,
    newest_reason,
    open_attempts,
    open_life,
    open_record,
    what_is_fixed,
)
from tasks.win_back.silence import has_contract

CHECKS = (30, 60, 90)  # days after coming back
CALLED = ("A", "B")
BACK = sentence("Came back.")
CURED = sentence("90 days back, and the old trouble did not come again.")
ASKED_FOR = timedelta(days=365)  # what is asked holds so long


@service_task(name="win_back.recall_history", retries=5)
def recall_history(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Recall why a returning customer had left, and note that he is back.

    The customer is regained, the place in the register and open attempts to win him back are
    noted as regained, also of the control group. Returns ``customer_name``, ``left_for`` (the kind
    of reason), ``cause``, ``fixed`` (a sentence, "" where nothing was fixed), ``call_wanted`` (tier
    A or B, or a contract) and ``checks`` (the instants of day 30, 60 and 90).
    """
    customer = find(session, customer_id)
    move(session, customer, "regained", now, "welcome_back", BACK)
    if (record := open_record(session, customer_id)) is not None:
        record.state, record.updated_at = "regained", now
    for attempt in open_attempts(session, customer_id):
        attempt.outcome, attempt.outcome_at, attempt.updated_at = "regained", now, now
    reason = newest_reason(session, customer_id)
    life = open_life(session, customer_id)
    if life is None:
        life = SecondLife(customer_id=customer_id, began_at=now, created_at=now)
        life.left_for = (reason.stated or reason.inferred) if reason else None
        life.cause = reason.cause if reason else None
        session.add(life)
        session.flush()
    return {
        "customer_name": customer.name,
        "left_for": life.left_for or "unknown",
        "cause": life.cause,
        "fixed": what_is_fixed(session, life.cause),
        "call_wanted": _tier(session, customer_id) in CALLED
        or has_contract(session, customer_id, now),
        "checks": [iso(life.began_at + timedelta(days=days)) for days in CHECKS],
    }


@service_task(name="win_back.watch_cause", retries=5)
def watch_cause(
    session: Session,
    now: datetime,
    customer_id: int,
    why_back: str | None = None,
    doubts: str | None = None,
    new_expectations: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Begin to watch for the old trouble, for 90 days; keep what was said in the call.

    Reads ``why_back``, ``doubts`` and ``new_expectations`` (expected, importance), which are kept
    as asked. Returns ``next_check``.
    """
    life = open_life(session, customer_id)
    began = life.began_at if life is not None else now
    if life is not None and life.watch_until is None:
        life.why_back, life.doubts = why_back or "", doubts or ""
        life.watch_until, life.updated_at = began + timedelta(days=CHECKS[-1]), now
        for each in new_expectations or ():
            asked = Expectation(customer_id=customer_id, text=each["expected"], created_at=now)
            asked.importance, asked.source = each.get("importance"), "asked"
            asked.asked_at, asked.valid_until = now, (now + ASKED_FOR).date()
            session.add(asked)
    return {"next_check": iso(began + timedelta(days=CHECKS[0]))}


@service_task(name="win_back.look_how_it_goes", retries=3)
def look_how_it_goes(
    session: Session, now: datetime, customer_id: int, checks: list[str]
) -> dict[str, Any]:
    """Look how a returned customer is doing; changes nothing.

    Reads ``checks``, the instants of all looks. Returns ``worry`` (something is open, or nothing
    was bought since) and ``next_look`` (None after the last).
    """
    life = open_life(session, customer_id)
    began = life.began_at if life is not None else now
    worry = _trouble(session, customer_id, began) or not _bought(session, customer_id, began, now)
    later = [each for each in checks if datetime.fromisoformat(each) > now]
    return {"worry": worry, "next_look": later[0] if later else None}


@service_task(name="win_back.keep_talk", retries=5)
def keep_talk(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    said: str,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep what a returned customer said when asked how it goes; returns nothing."""
    keep_interaction(session, now, job_key, customer_id, said, owner)
    return {}


@service_task(name="win_back.read_touch", retries=3)
def read_touch(session: Session, customer_id: int, event: dict[str, Any]) -> dict[str, Any]:
    """Read an encounter in terms of the table of the old trouble; changes nothing.

    Reads ``event`` (type, payload). Returns ``seen``: type and days_late.
    """
    kind, payload = str(event["type"]), event.get("payload") or {}
    late = _days_late(session, customer_id, payload) if kind == "order.delivered" else 0
    return {"seen": {"type": kind, "days_late": late}}


@service_task(name="win_back.judge_cured", retries=5)
def judge_cured(
    session: Session,
    now: datetime,
    customer_id: int,
    touched: bool,  # noqa: FBT001 - a variable of the drawing
) -> dict[str, Any]:
    """Judge whether the old trouble is over.

    Reads ``touched`` (it came again). Cured is who bought, has nothing open and was not touched.
    Returns ``cured``.
    """
    life = open_life(session, customer_id)
    began = life.began_at if life is not None else now - timedelta(days=CHECKS[-1])
    cured = (
        not touched
        and _bought(session, customer_id, began, now)
        and not _trouble(session, customer_id, began)
    )
    if life is not None:
        life.cured, life.judged_at, life.updated_at = cured, now, now
        life.touched_at = now if touched else None
    customer = find(session, customer_id)
    if cured and customer.lifecycle_stage == "regained":
        move(session, customer, "known", now, "welcome_back", CURED)
    return {"cured": cured}


def _tier(session: Session, customer_id: int) -> str | None:
    newest = latest_scores()
    score = session.scalar(newest.where(newest.selected_columns.customer_id == customer_id))
    return score.tier if score is not None else None


def _bought(session: Session, customer_id: int, began: datetime, now: datetime) -> bool:
    """Return whether something was bought and kept since, or a contract runs."""
    found = select(Transaction.id).where(
        Transaction.customer_id == customer_id,
        Transaction.at >= began - timedelta(days=1),  # the order that began it was told earlier
        Transaction.returned_at.is_(None),
    )
    bought = session.scalar(found.limit(1)) is not None
    return bought or has_contract(session, customer_id, now)


def _trouble(session: Session, customer_id: int, began: datetime) -> bool:
    open_cases = select(func.count()).where(
        Case.customer_id == customer_id, Case.kind == "complaint", Case.state == "open"
    )
    broken = select(func.count()).where(
        Promise.customer_id == customer_id, Promise.broken_at >= began
    )
    return bool(session.scalar(open_cases) or session.scalar(broken))


def _days_late(session: Session, customer_id: int, payload: Mapping[str, Any]) -> int:
    order = session.scalar(
        select(Transaction).where(
            Transaction.order_no == payload.get("order_id"),
            Transaction.customer_id == customer_id,
        )
    )
    if order is None or order.promised_at is None or order.delivered_at is None:
        return 0
    return max(0, (order.delivered_at.date() - order.promised_at.date()).days)
