"""7.3: where the moments stand out, which causes cost most, and the five whys (R-25)."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.service.causes import CaseCost, cause_pareto
from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.cases.whys import reached_root
from tasks.moments.records import MomentOfTruth
from tasks.moments_of_truth.turn import turn
from tasks.policy.amounts import to_major

HALF_YEAR = timedelta(days=180)
SHOWN = 5
WEEKDAYS = (
    sentence("Monday"),
    sentence("Tuesday"),
    sentence("Wednesday"),
    sentence("Thursday"),
    sentence("Friday"),
    sentence("Saturday"),
    sentence("Sunday"),
)


@service_task(name="improvements.show_where", retries=5)
def show_where(
    session: Session, now: datetime, improvement_id: int, touchpoint_id: int
) -> dict[str, Any]:
    """Show where the negative moments of a touchpoint come from.

    Answers ``evidence``: ``n`` of ``of`` moments in 180 days were negative; ``causes`` (name,
    cases, cost in the currency of the company, share of all cost up to it), the costliest first;
    ``again`` (customers hit twice by one cause); and ``stands_out`` (the days of the week, kinds of
    customers and causes that are surely more often negative than the others). Not by employee.
    """
    turn(session, improvement_id, now, "evaluate")
    rows = session.execute(
        select(
            MomentOfTruth.at,
            MomentOfTruth.polarity,
            MomentOfTruth.cause,
            MomentOfTruth.customer_id,
            MomentOfTruth.happened,
        ).where(MomentOfTruth.touchpoint_id == touchpoint_id, MomentOfTruth.at > now - HALF_YEAR)
    ).all()
    negative = [row for row in rows if row.polarity == "negative"]
    twice = Counter((row.customer_id, row.cause) for row in negative if row.cause)
    evidence = {
        "n": len(negative),
        "of": len(rows),
        "causes": _costly(session, {row.cause for row in negative if row.cause}, now),
        "again": sum(times > 1 and customer is not None for (customer, _), times in twice.items()),
        "stands_out": [
            *_standing_out(rows, lambda row: WEEKDAYS[row.at.weekday()]),
            *_standing_out(rows, lambda row: row.happened),
        ],
    }
    return {"evidence": evidence}


@service_task(name="improvements.note_causes", retries=5)
def note_causes(
    session: Session,
    now: datetime,
    improvement_id: int,
    problem: str,
    root_category: str,
    *,
    would_prevent: bool,
    why1: str | None = None,
    why2: str | None = None,
    why3: str | None = None,
    why4: str | None = None,
    why5: str | None = None,
    evidence1: str | None = None,
    evidence2: str | None = None,
    evidence3: str | None = None,
    evidence4: str | None = None,
    evidence5: str | None = None,
) -> dict[str, Any]:
    """Keep why it happens.

    Reads the form. Answers ``root`` (the last why). Raises ``BpmnError("shallow")`` for fewer than
    three whys, a why without evidence, or a root whose mending would not prevent the problem.
    """
    asked = reached_root(
        (why1, why2, why3, why4, why5),
        (evidence1, evidence2, evidence3, evidence4, evidence5),
        would_prevent=would_prevent,
    )
    found = turn(session, improvement_id, now)
    found.causes = [{"problem": problem, "category": root_category, "whys": asked}]
    return {"root": asked[-1]["why"]}


def _costly(session: Session, names: set[str], now: datetime) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Cause.name, Case.given)
        .join(Case, Case.cause_id == Cause.id)
        .where(
            Cause.name.in_(names),
            Case.kind == "complaint",
            Case.opened_at > now - HALF_YEAR,
            Case.joined_id.is_(None),
        )
    )
    costs = [CaseCost(name, compensation=given) for name, given in rows]
    return [
        {
            "name": each.cause,
            "cases": each.cases,
            "cost": to_major(session, each.cost),
            "share": round(100 * each.cumulative),
        }
        for each in cause_pareto(costs)[:SHOWN]
    ]


def _standing_out(rows: Iterable[Any], key: Callable[[Any], str]) -> list[str]:
    from tasks.analytics.service.stratify import stratify

    found = stratify((key(row), row.polarity == "negative") for row in rows)
    return [each.value for each in found if each.stands_out]
