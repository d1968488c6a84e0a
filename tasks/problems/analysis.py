"""The steps of a root-cause analysis on the records."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from tasks.analytics.charts.rates import RateChart
from tasks.analytics.charts.signals import effect as effect_of
from tasks.cases.analyses import Action, RootCause
from tasks.cases.causes import Cause
from tasks.cases.whys import reached_root
from tasks.declare.instants import iso
from tasks.policy.amounts import to_major
from tasks.policy.records import value
from tasks.problems import weights
from tasks.problems.weights import BASELINE, WEEK

MANY = 99  # the rank of a cause without complaints this month
EFFECTS = {"confirmed": "effective", "worse": "worse", "none": "none", "not_yet": "not_yet"}


@service_task(name="problems.weigh_cause", retries=5)
def weigh_cause(session: Session, now: datetime, cause_id: int | None = None) -> dict[str, Any]:
    """Work out how much a cause matters.

    Reads ``cause_id``. Answers ``cause_name``, ``owner_group`` and ``weight``: complaints ``n`` and
    ``customers`` in 30 days, ``rank`` by cost, and ``signal`` (its rate is above its own past).
    """
    cause = session.get(Cause, cause_id) if cause_id is not None else None
    if cause is None:
        none = {"n": 0, "customers": 0, "rank": MANY, "signal": False}
        return {"cause_name": "", "owner_group": "quality_manager", "weight": none}
    return {
        "cause_name": cause.name,
        "owner_group": cause.owner,
        "weight": _weight(session, cause.id, now),
    }


@service_task(name="problems.list_causes", retries=5)
def list_causes(session: Session, now: datetime) -> dict[str, Any]:
    """List the causes of the last 30 days, what cost most first.

    Answers ``causes`` (name, n, customers, cost, open) and ``choices`` of those not yet analysed.
    """
    found = session.execute(select(Cause.id, Cause.name))
    names = {number: name for number, name in found}  # noqa: C416 - rows are no pairs to mypy
    analysed = set(session.scalars(_unfinished()))
    listed = [
        {
            "name": names[each.cause_id],
            "n": each.n,
            "customers": each.customers,
            "cost": to_major(session, each.cost),
            "open": each.cause_id in analysed,
        }
        for each in weights.of_all(session, now)
    ]
    free = [each for each in weights.of_all(session, now) if each.cause_id not in analysed]
    choices = [{"label": names[each.cause_id], "value": each.cause_id} for each in free]
    return {"causes": listed, "choices": {"causes": choices}}


@service_task(name="problems.note_root", retries=5)
def note_root(
    session: Session,
    now: datetime,
    job_key: str,
    problem: str,
    root_category: str,
    *,
    would_prevent: bool,
    cause_id: int | None = None,
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
    """Keep an analysis.

    Reads the form. Answers ``root_cause_id``. Raises ``BpmnError("shallow")`` for fewer than three
    whys, a why without evidence, or a root whose mending would not prevent the problem.
    """
    asked = reached_root(
        (why1, why2, why3, why4, why5),
        (evidence1, evidence2, evidence3, evidence4, evidence5),
        would_prevent=would_prevent,
    )
    author = f"job:{job_key}"
    root = session.scalar(select(RootCause).where(RootCause.created_by == author))
    if root is None:
        root = RootCause(
            cause_id=cause_id,
            problem=problem,
            whys=asked,
            category=root_category,
            created_at=now,
            created_by=author,
        )
        session.add(root)
        session.flush()
    return {"root_cause_id": root.id}


@service_task(name="problems.note_action", retries=5)
def note_action(
    session: Session,
    now: datetime,
    job_key: str,
    root_cause_id: int,
    action_type: str,
    action_what: str,
    action_owner: str,
    action_measure: str,
    expected_effect: str,
    action_done: str,
    action_due: date | None = None,
) -> dict[str, Any]:
    """Keep what was done about a root cause.

    Reads the plan and ``action_done``. Answers ``check_at``, when its effect is looked at.
    """
    author = f"job:{job_key}"
    if not session.scalar(select(Action.id).where(Action.created_by == author)):
        session.add(
            Action(
                root_cause_id=root_cause_id,
                kind=action_type,
                what=action_what,
                owner=action_owner,
                due=action_due,
                measure=action_measure,
                expected=expected_effect,
                done_at=now,
                done_what=action_done,
                created_at=now,
                created_by=author,
            )
        )
    return {"check_at": iso(now + _watch(session))}


@service_task(name="problems.check_effect", retries=5)
def check_effect(
    session: Session, now: datetime, root_cause_id: int, cause_id: int | None = None
) -> dict[str, Any]:
    """Compare the weeks since the action with the half year before it.

    Reads ``root_cause_id`` and ``cause_id``. Answers ``effect`` (effective, not_yet, none, worse),
    ``check_at`` (when to look again) and ``weight``. A cause too rare for a chart counts as fixed
    when it did not come back.
    """
    action = session.scalar(
        select(Action)
        .where(Action.root_cause_id == root_cause_id)
        .order_by(Action.id.desc())
        .limit(1)
    )
    if action is None:
        raise NotFound(f"Nothing was done about root cause {root_cause_id}.")
    action.effect = _effect(session, action, cause_id, now)
    action.checked_at = action.updated_at = now
    return {
        "effect": action.effect,
        "check_at": iso(now + _watch(session)),
        "weight": _weight(session, cause_id, now),
    }


def _effect(session: Session, action: Action, cause_id: int | None, now: datetime) -> str:
    if cause_id is None:
        return "effective"
    before = weights.weekly(session, cause_id, action.done_at - BASELINE * WEEK, action.done_at)
    since = weights.weekly(session, cause_id, action.done_at, now)
    if not any(since):
        return "effective"
    if not any(before):
        return "worse"
    chart = RateChart.frozen([(count, 1.0) for count in before])
    return EFFECTS[effect_of(chart.points([(count, 1.0) for count in since]), "low")]


def _weight(session: Session, cause_id: int | None, now: datetime) -> dict[str, Any]:
    found = next((w for w in weights.of_all(session, now) if w.cause_id == cause_id), None)
    return {
        "n": found.n if found else 0,
        "customers": found.customers if found else 0,
        "rank": found.rank if found else MANY,
        "signal": cause_id is not None and weights.rises(session, cause_id, now),
    }


def _watch(session: Session) -> timedelta:
    return timedelta(weeks=int(value(session, "complaint.effect_weeks")))


def _unfinished() -> Any:
    """Select the causes whose analysis has no action yet that worked."""
    worked = select(Action.id).where(
        Action.root_cause_id == RootCause.id, Action.effect == "effective"
    )
    return select(RootCause.cause_id).where(RootCause.cause_id.is_not(None), ~worked.exists())
