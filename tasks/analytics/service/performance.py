"""A20, how each activity of a process performs, and which rules decide.

Times are business hours. For owners of processes, never for comparing employees. A cycle time is
read by P50 and P90, not by its mean.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import quantile
from tasks.analytics.proportion import proportion


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an activity: hours until done or, while open, its age; minutes people worked."""

    activity: str
    instance: int
    hours: float
    done: bool
    in_standard: bool | None = None
    minutes: float = 0.0
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Performance:
    """The figures of one activity; rework is the share of instances that had it twice."""

    activity: str
    started: int
    done: int
    cycle_p50: Estimate | None
    cycle_p90: Estimate | None
    in_standard: Estimate | None
    rework: Estimate | None
    open_ages: tuple[int, int, int]
    minutes: float
    cost: int


@dataclass(frozen=True, slots=True)
class RuleHits:
    """How often each row of a decision table matched, and the share that fell to the last row."""

    hits: dict[int, int]
    never: tuple[int, ...]
    catch_all: Estimate | None


AGES = (24.0, 72.0)  # open until a day, until three, longer


def performance(runs: Iterable[Run]) -> list[Performance]:
    """Return the figures of each activity in the order of its name."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        if min(run.hours, run.minutes) < 0:
            raise ValueError("an activity cannot take less than no time")
        groups.setdefault(run.activity, []).append(run)
    return [_performance(activity, groups[activity]) for activity in sorted(groups)]


def rule_hits(matched: Iterable[int], rows: int) -> RuleHits:
    """Return how often rows 1 … rows of a table matched; the last is the catch-all.

    Raise ValueError for a row that the table does not have.
    """
    hits = Counter(matched)
    if rows < 1 or any(not 1 <= row <= rows for row in hits):
        raise ValueError("a row matched that the table does not have")
    counted = {row: hits[row] for row in range(1, rows + 1)}
    never = tuple(row for row, count in counted.items() if not count)
    return RuleHits(counted, never, proportion(counted[rows], sum(counted.values())))


def _performance(activity: str, runs: Sequence[Run]) -> Performance:
    done = [run for run in runs if run.done]
    cycle = [run.hours for run in done]
    judged = [run.in_standard for run in runs if run.in_standard is not None]
    times = Counter(run.instance for run in runs)
    return Performance(
        activity=activity,
        started=len(runs),
        done=len(done),
        cycle_p50=quantile(cycle, 0.5),
        cycle_p90=quantile(cycle, 0.9),
        in_standard=proportion(sum(judged), len(judged)),
        rework=proportion(sum(count > 1 for count in times.values()), len(times)),
        open_ages=_ages([run.hours for run in runs if not run.done]),
        minutes=sum(run.minutes for run in runs),
        cost=sum(run.cost for run in runs),
    )


def _ages(hours: Sequence[float]) -> tuple[int, int, int]:
    day, three = AGES
    young = sum(h <= day for h in hours)
    middle = sum(day < h <= three for h in hours)
    return young, middle, len(hours) - young - middle
