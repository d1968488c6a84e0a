"""A point of a control chart, and the baseline its limits come from.

Source: Shewhart (1931), Wheeler. Limits are frozen on a baseline of at least 12 points (better 24)
and stay until a shift has been confirmed. They are the voice of the process: no targets, no
tolerances, and no grades of people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

FEWEST = 12
SPREAD_OF_TWO = 1.128  # mean range of two normal values in standard deviations (d2)


@dataclass(frozen=True, slots=True)
class Point:
    """A value with the limits that hold for it, in one unit; n is the size of its sample."""

    value: float
    low: float
    center: float
    high: float
    n: int = 1


def check_baseline(values: Sequence[object]) -> None:
    """Raise ValueError with fewer than 12 points: their limits would be noise themselves."""
    if len(values) < FEWEST:
        raise ValueError(f"a baseline has at least {FEWEST} points, not {len(values)}")


def mean_moving_range(values: Sequence[float]) -> float:
    """Return the mean distance between neighbours."""
    return fmean(abs(later - earlier) for earlier, later in pairwise(values))
