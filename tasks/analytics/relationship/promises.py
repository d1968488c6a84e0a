"""A15, promises: kept on time ÷ due in 12 months, how late the others were, and what is feasible.

A promise that is not yet due is neither kept nor broken. The 80th percentile of actual times says
what may be promised; a shorter promise needs a second opinion. Figures are of the company and of
teams, not of one employee.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import quantile
from tasks.analytics.proportion import proportion

YEAR = timedelta(days=365)
FEASIBLE_SHARE = 0.8
FEWEST_TIMES = 10


@dataclass(frozen=True, slots=True)
class Promise:
    """When it was due and, once done, when it was kept."""

    due: datetime
    kept_at: datetime | None


@dataclass(frozen=True, slots=True)
class Keeping:
    """Share kept on time among those due, and the median lateness in days of those kept late."""

    on_time: Estimate | None
    lateness_days: Estimate | None
    broken: int


def keeping(promises: Iterable[Promise], now: datetime) -> Keeping:
    """Return how promises due in the last 12 months were kept."""
    due = [p for p in promises if now - YEAR < p.due <= now]
    on_time = sum(p.kept_at is not None and p.kept_at <= p.due for p in due)
    late = [
        (p.kept_at - p.due) / timedelta(days=1)
        for p in due
        if p.kept_at is not None and p.kept_at > p.due
    ]
    broken = sum(p.kept_at is None for p in due)
    return Keeping(proportion(on_time, len(due)), quantile(late, 0.5), broken)


def feasible(hours: float, actual: Sequence[float]) -> bool | None:
    """Return whether four of five cases were done in the time promised; None below 10 cases.

    Both in the same unit of time. Raise ValueError for a promise of no time.
    """
    if hours <= 0:
        raise ValueError("a promise takes some time")
    usual = quantile(actual, FEASIBLE_SHARE)
    if usual is None or usual.shown_from(FEWEST_TIMES) is None:
        return None
    return hours >= usual.value
