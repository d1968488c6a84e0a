"""7.5: what was tried, what came of it, and the verdict."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.declare.instants import iso
from tasks.moments_of_truth.effect import since
from tasks.moments_of_truth.turn import standard_of_turn, turn
from tasks.standards.charting import newest_limits

MOST = 3  # changes of a solution before the causes are asked again


@service_task(name="improvements.plan_trial", retries=5)
def plan_trial(
    session: Session,
    now: datetime,
    improvement_id: int,
    trial_where: str,
    trial_n: int,
    trial_weeks: int,
    success_if: float,
    stop_if: float,
    candidate: str | None = None,
) -> dict[str, Any]:
    """Keep what is tried where and for how long, and what would be a success.

    Reads the form. Answers ``trial`` and ``trial_ends``.
    """
    found = turn(session, improvement_id, now, "act")
    found.pilot = {
        "where": trial_where,
        "n": trial_n,
        "weeks": trial_weeks,
        "success_if": success_if,
        "stop_if": stop_if,
        "candidate": candidate or "",
        "began": iso(now),
    }
    return {"trial": found.pilot, "trial_ends": iso(now + timedelta(weeks=trial_weeks))}


@service_task(name="improvements.compare_weeks", retries=5)
def compare_weeks(session: Session, now: datetime, improvement_id: int) -> dict[str, Any]:
    """Compare the weeks since the trial began with the frozen baseline.

    For what is no new version of a process and cannot be drawn at random. Answers ``pilot``:
    ``current`` (mean of the baseline), ``candidate`` (mean since), ``n_candidate`` (weeks),
    ``effect``, ``suggestion`` and ``reason``. Before and after differ by more than what was tried:
    the reason says so.
    """
    found = turn(session, improvement_id, now, "check")
    standard = standard_of_turn(session, found)
    limits = newest_limits(session, standard.id)
    begun = datetime.fromisoformat(found.pilot["began"])
    points = since(session, standard, begun, now)
    if limits is None or not points:
        return {
            "pilot": _result(None, None, 0, "wait", sentence("No week since then was measured."))
        }
    mean = sum(each.value for each in points) / len(points)
    better = (
        mean > limits.mean
        if standard.measure.get("kind") in {"in_time", "mean_mark"}
        else mean < limits.mean
    )
    enough = abs(mean - limits.mean) >= float(found.pilot["success_if"])
    suggestion = "adopt" if better and enough else "modify"
    reason = sentence("Only weeks before and after are compared: other things changed too.")
    return {"pilot": _result(limits.mean, mean, len(points), suggestion, reason)}


@service_task(name="improvements.note_verdict", retries=5)
def note_verdict(
    session: Session,
    now: datetime,
    improvement_id: int,
    verdict: str,
    verdict_reason: str,
    pilot: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Keep the verdict.

    Reads ``verdict`` (adopt, modify, drop) with its reason, and ``pilot`` (what was measured).
    Answers ``next``: adopt, drop, modify, or, after three changes of the solution, causes.
    """
    found = turn(session, improvement_id, now, "dropped" if verdict == "drop" else "check")
    found.verdict = verdict
    found.pilot = {**found.pilot, "result": pilot or {}, "reason": verdict_reason}
    if verdict == "drop":
        found.closed_at = now
    if verdict != "modify":
        return {"next": verdict}
    found.modified += 1
    found.phase = "amend"
    if found.modified > MOST:
        found.modified = 0
        return {"next": "causes"}
    return {"next": "modify"}


def _result(
    before: float | None, after: float | None, n: int, suggestion: str, reason: str
) -> dict[str, Any]:
    effect = None if before is None or after is None else round(after - before, 4)
    return {
        "current": before if before is None else round(before, 4),
        "candidate": after if after is None else round(after, 4),
        "n_candidate": n,
        "effect": effect,
        "suggestion": suggestion,
        "reason": reason,
    }
