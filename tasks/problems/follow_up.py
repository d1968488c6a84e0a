"""The steps of complaint control that touch the records."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.service_task import service_task
from tasks.calendars.due import due
from tasks.cases.causes import Cause, note_recurrence
from tasks.cases.decisions import CaseAnswer, CaseDecision
from tasks.cases.records import Case
from tasks.declare.instants import iso
from tasks.interactions.records import Interaction
from tasks.policy.amounts import to_major, to_minor
from tasks.policy.records import value
from tasks.problems.clock import USUAL
from tasks.problems.facts import case_of, collect, repeated
from tasks.problems.first_talk import close as close_case
from tasks.problems.register import TEAM

SEVERE = ("high", "critical")
AGAIN = "complaint.reopened_first_answer"


@service_task(name="problems.take_up", retries=5)
def take_up(session: Session, now: datetime, case_id: int, level: int = 1) -> dict[str, Any]:
    """Take a case up, again if it was closed; from now on its customer gets no marketing.

    Reads ``case_id`` and ``level``. Answers what the forms show (``text``, ``wish``, ``category``,
    ``severity``, ``severity_reason``), ``about_person``, ``reachable`` (can we write back?), the
    dates ``first_answer_due``, ``update_due`` and ``solve_due``, ``facts`` for the tables and
    ``choices`` (the causes one may name).
    """
    case = case_of(session, case_id)
    if case.state == "closed":
        case.state, case.closed_at, case.closed_how, case.solved_at = "open", None, None, None
        case.reopened += 1
        case.first_answer_due = due(session, TEAM, now, value(session, AGAIN))
        case.update_due = due(session, TEAM, now, case.update_every or USUAL)
        case.solve_due = due(session, TEAM, now, value(session, "complaint.reopened_solve"))
    case.level = max(case.level, level)
    case.updated_at = now
    causes = session.execute(select(Cause.name, Cause.id).order_by(Cause.name)).all()
    return {
        "text": case.text,
        "wish": case.wish,
        "category": case.category,
        "severity": case.severity,
        "severity_reason": case.severity_reason,
        "about_person": case.about_person,
        "reachable": case.contact_address is not None,
        "level": case.level,
        "facts": collect(session, case, now),
        "choices": {"causes": [{"label": name, "value": number} for name, number in causes]},
        "first_answer_due": iso(case.first_answer_due or now),
        "update_due": iso(case.update_due or now),
        "solve_due": iso(case.solve_due or now),
    }


@service_task(name="problems.note_call", retries=5)
def note_call(
    session: Session,
    now: datetime,
    job_key: str,
    case_id: int,
    *,
    reached: bool,
    customer_said: str | None = None,
    promised: str | None = None,
) -> None:
    """Keep what was said on the phone with the case.

    Reads ``case_id``, ``reached``, ``customer_said`` and ``promised``.
    """
    case = case_of(session, case_id)
    known = select(Interaction.id).where(
        Interaction.source == "call", Interaction.external_id == job_key
    )
    if session.scalar(known) is not None:
        return
    said = [customer_said if reached else "Not reached.", promised and f"Promised: {promised}"]
    session.add(
        Interaction(
            customer_id=case.customer_id,
            case_id=case.id,
            source="call",
            external_id=job_key,
            direction="out",
            channel="phone",
            at=now,
            subject=case.number,
            text="\n".join(filter(None, said)),
            created_at=now,
        )
    )


@service_task(name="problems.note_cause", retries=5)
def note_cause(
    session: Session,
    now: datetime,
    job_key: str,
    case_id: int,
    facts_found: str,
    our_fault: str,
    cause: int,
    loss: float | None = None,
    department_answers: list[Any] | None = None,
    partner_answers: list[Any] | None = None,
) -> dict[str, Any]:
    """Keep facts, fault and cause with the case, and look for the same cause in the past.

    Reads ``case_id``, ``facts_found``, ``our_fault``, ``cause``, ``loss`` and the answers of
    departments and partners. Answers ``cause_id``, ``repeat`` (within 180 days, same customer),
    ``alarm`` and ``facts`` for the tables.
    """
    case = case_of(session, case_id)
    case.facts, case.fault, case.cause_id = facts_found, our_fault, cause
    if loss is not None:
        case.loss = to_minor(session, loss)
    before = repeated(session, case, now)
    case.repeat_of_id = before.id if before else None
    case.updated_at = now
    note_recurrence(session, case, now)
    _answers(session, case, [*(department_answers or []), *(partner_answers or [])], job_key, now)
    return {
        "cause_id": case.cause_id,
        "repeat": before is not None,
        "alarm": case.alarm,
        "facts": collect(session, case, now),
    }


def _answers(session: Session, case: Case, said: list[Any], job_key: str, now: datetime) -> None:
    author = f"job:{job_key}"
    if session.scalar(select(CaseAnswer.id).where(CaseAnswer.created_by == author).limit(1)):
        return
    for each in said:
        session.add(
            CaseAnswer(
                case_id=case.id,
                who=str(each.get("who") or ""),
                text=str(each.get("answer") or ""),
                can_prevent=str(each.get("can_prevent") or ""),
                created_at=now,
                created_by=author,
            )
        )


@service_task(name="problems.note_decision", retries=5)
def note_decision(
    session: Session,
    now: datetime,
    job_key: str,
    case_id: int,
    acknowledge: str,
    decision: str,
    reason: str,
    offer: str | None = None,
    alternative: str | None = None,
    amount: float | None = None,
    goodwill: float | None = None,
    prevention: str | None = None,
    prevention_reason: str | None = None,
    level: int = 1,
) -> dict[str, Any]:
    """Keep a decision; acknowledging, deciding and giving the reason are three things.

    Reads what the form says. Answers ``proposal``: its ``text`` for the customer, ``amount``,
    ``goodwill`` and ``to_carry_out``. Raises ``BpmnError("incomplete_decision")`` for a refusal
    without reason and alternative, and for a severe case without a decision about prevention.
    """
    case = case_of(session, case_id)
    refused = decision == "refuse"
    if refused and not ((reason or "").strip() and (alternative or "").strip()):
        raise BpmnError("incomplete_decision", "A refusal needs a reason and another way.")
    if case.severity in SEVERE and not (case.prevention or prevention):
        raise BpmnError("incomplete_decision", "A severe case needs a decision about prevention.")
    case.prevention = prevention or case.prevention
    case.prevention_reason = prevention_reason or case.prevention_reason
    kept = _decision(session, case, job_key, now)
    kept.level, kept.acknowledge, kept.decision, kept.reason = level, acknowledge, decision, reason
    kept.offer = "" if refused else offer or ""
    kept.alternative = alternative or "" if refused else ""
    kept.amount = 0 if refused else to_minor(session, amount) or 0
    kept.goodwill = 0 if refused else to_minor(session, goodwill) or 0
    case.state, case.updated_at = "open", now
    parts = (acknowledge, kept.offer, kept.alternative, reason)
    return {
        "proposal": {
            "text": "\n\n".join(part for part in parts if part),
            "amount": to_major(session, kept.amount),
            "goodwill": to_major(session, kept.goodwill),
            "to_carry_out": not refused and bool(kept.offer),
        }
    }


def _decision(session: Session, case: Case, job_key: str, now: datetime) -> CaseDecision:
    author = f"job:{job_key}"
    found = session.scalar(select(CaseDecision).where(CaseDecision.created_by == author))
    if found is None:
        found = CaseDecision(
            case_id=case.id, acknowledge="", reason="", decision="", created_at=now
        )
        found.created_by = author
        session.add(found)
    return found


@service_task(name="problems.close", retries=5)
def close(
    session: Session,
    now: datetime,
    case_id: int,
    how: str,
    acknowledge: str | None = None,
    final_text: str | None = None,
    recourse: str | None = None,
) -> None:
    """Close a case: confirmed by the customer, unconfirmed, or not agreed.

    Reads ``case_id`` and ``how``; with the final answer also ``final_text`` and ``recourse``. What
    was accepted counts as given. A severe case without cause or prevention is refused.
    """
    case = case_of(session, case_id)
    last = session.scalar(
        select(CaseDecision)
        .where(CaseDecision.case_id == case.id)
        .order_by(CaseDecision.id.desc())
        .limit(1)
    )
    if how == "not_agreed" and final_text and (last is None or last.decision != "final"):
        last = CaseDecision(
            case_id=case.id,
            level=case.level,
            acknowledge=acknowledge or "",
            decision="final",
            reason=final_text,
            alternative=recourse or "",
            created_at=now,
        )
        session.add(last)
    if last is not None and last.decision != "final" and how == "confirmed":
        last.accepted, last.accepted_at = True, now
        case.given, case.goodwill = last.amount + last.goodwill, last.goodwill
    close_case(session, case, how, now)
