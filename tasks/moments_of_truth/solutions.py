"""7.4: options are weighed by what they bring for what they cost, and one is chosen."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.service_task import service_task
from tasks.moments_of_truth.turn import turn

SURE = {"high": 0.9, "middle": 0.6, "low": 0.3}  # how sure an effect is expected


@service_task(name="improvements.weigh_options", retries=5)
def weigh_options(
    session: Session,
    now: datetime,
    improvement_id: int,
    options: list[dict[str, Any]],
    customers_consulted: str | None = None,
) -> dict[str, Any]:
    """Weigh the options: effect × how sure it is ÷ cost, the best first.

    Reads ``options`` (option, effect_expected in points, sure, cost, risk, who_is_affected,
    standard_change) and ``customers_consulted``. Answers ``weighed`` (with score) and ``choices``.
    Raises ``BpmnError("no_option")`` without any.
    """
    whole = [each for each in options if (each.get("option") or "").strip()]
    if not whole:
        raise BpmnError("no_option", "Write down at least one option.")
    weighed = [each | {"score": _score(each)} for each in whole]
    weighed.sort(key=lambda each: -each["score"])
    found = turn(session, improvement_id, now, "plan")
    found.solution = {"options": weighed, "customers_consulted": customers_consulted or ""}
    choices = [{"label": each["option"], "value": each["option"]} for each in weighed]
    return {"weighed": weighed, "choices": {"options": choices}}


@service_task(name="improvements.note_solution", retries=5)
def note_solution(
    session: Session,
    now: datetime,
    improvement_id: int,
    chosen_option: str,
    goal: float,
) -> dict[str, Any]:
    """Keep which option was chosen, and the target of the measure.

    Reads ``chosen_option`` and ``goal`` (in the unit of the standard). Answers ``solution``.
    """
    found = turn(session, improvement_id, now)
    found.solution = {**found.solution, "chosen": chosen_option, "goal": goal}
    options = found.solution.get("options", [])
    chosen: dict[str, Any] = next((each for each in options if each["option"] == chosen_option), {})
    return {"solution": {"option": chosen_option, "goal": goal, "risk": chosen.get("risk", "")}}


def _score(option: dict[str, Any]) -> float:
    """Return points per unit of cost; what costs nothing is divided by one."""
    sure = SURE.get(option.get("sure") or "middle", SURE["middle"])
    cost = max(float(option.get("cost") or 0), 1.0)
    return round(float(option.get("effect_expected") or 0) * sure / cost, 3)
