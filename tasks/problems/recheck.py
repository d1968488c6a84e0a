"""After a solved complaint: when the customer is asked, and what came of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.calendars.due import due
from tasks.cases.decisions import CaseDecision
from tasks.cases.rechecks import CaseRecheck
from tasks.cases.records import Case
from tasks.declare.instants import iso
from tasks.policy.records import value
from tasks.problems.facts import case_of
from tasks.problems.register import TEAM

SEVERE = ("high", "critical")
UNHAPPY = 2  # a mark up to this one of five


@service_task(name="problems.plan_recheck", retries=5)
def plan_recheck(session: Session, now: datetime, case_id: int) -> dict[str, Any]:
    """Work out when a customer is asked whether the complaint is solved, and what.

    Reads ``case_id``. Answers ``ask_at`` (two working days from now), ``ask_again_at`` (30 days
    after that), ``watched`` (asked again: severe or repeated), ``ask_fairness`` (severe, or one of
    the sample), ``reachable`` and ``level``.
    """
    case = case_of(session, case_id)
    first = due(session, TEAM, now, value(session, "complaint.recheck_after"))
    again = first + timedelta(days=value(session, "complaint.recheck_again_days"))
    severe = case.severity in SEVERE
    sample = int(value(session, "complaint.fairness_sample"))
    return {
        "ask_at": iso(first),
        "ask_again_at": iso(again),
        "watched": severe or case.repeat_of_id is not None,
        "ask_fairness": severe or (sample > 0 and case.id % sample == 0),
        "reachable": case.contact_address is not None,
        "level": case.level,
    }


@service_task(name="problems.note_recheck", retries=5)
def note_recheck(
    session: Session,
    now: datetime,
    job_key: str,
    case_id: int,
    *,
    solved: bool | None = None,
    csat: int | None = None,
    ces: int | None = None,
    fair_outcome: int | None = None,
    fair_process: int | None = None,
    fair_treatment: int | None = None,
    anything_else: str | None = None,
) -> dict[str, Any]:
    """Keep what a customer says about a solved complaint.

    Reads ``case_id`` and the answers. Answers ``really_solved`` (not where the customer says no, or
    is unhappy; a case that was justly refused is not reopened for a low mark) and ``level`` (one
    higher where it is not).
    """
    case = case_of(session, case_id)
    author = f"job:{job_key}"
    if not session.scalar(select(CaseRecheck.id).where(CaseRecheck.created_by == author)):
        session.add(
            CaseRecheck(
                case_id=case.id,
                solved=solved,
                csat=csat,
                ces=ces,
                fair_outcome=fair_outcome,
                fair_process=fair_process,
                fair_treatment=fair_treatment,
                words=anything_else or "",
                created_at=now,
                created_by=author,
            )
        )
    unhappy = csat is not None and csat <= UNHAPPY and not _refused(session, case)
    really = solved is not False and not unhappy
    return {"really_solved": really, "level": case.level if really else case.level + 1}


def _refused(session: Session, case: Case) -> bool:
    last = session.scalar(
        select(CaseDecision.decision)
        .where(CaseDecision.case_id == case.id)
        .order_by(CaseDecision.id.desc())
        .limit(1)
    )
    return last in ("refuse", "final")
