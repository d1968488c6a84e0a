"""How many customers are still there after so long: Kaplan and Meier's curve.

Source: Kaplan and Meier (1958), Ŝ(t) = Π (1 - d_i / n_i); interval: Greenwood, log-log. Who is
still a customer counts as censored. For contracts and tenures; not where nobody can tell whether a
silent customer has left (see `lifetime`). Not read beyond the time at which 10 are still observed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from tasks.analytics.arrays import floats
from tasks.analytics.estimate import LEVEL, Estimate, normal_quantile

FEWEST_AT_RISK = 10


@dataclass(frozen=True, slots=True)
class Step:
    """The share still there after `time`; `staying.n` is the number at risk just before."""

    time: float
    left: int
    staying: Estimate


def curve(
    times: Sequence[float], left: Sequence[bool], level: float = LEVEL, fewest: int = FEWEST_AT_RISK
) -> list[Step]:
    """Return the steps of the curve while at least `fewest` customers are at risk.

    `times` are durations in one unit, `left` tells who left then (the others were still there).
    Raise ValueError for different lengths or negative durations.
    """
    duration, gone = floats(times), np.asarray(left, dtype=np.bool_)
    if len(duration) != len(gone):
        raise ValueError("there must be a duration for each customer")
    if len(duration) and duration.min() < 0:
        raise ValueError("a duration cannot be negative")
    z, staying, greenwood = normal_quantile(level), 1.0, 0.0
    steps: list[Step] = []
    for time in np.unique(duration[gone]):
        at_risk = int((duration >= time).sum())
        leaving = int((gone & (duration == time)).sum())
        if at_risk < fewest:
            break
        staying *= 1 - leaving / at_risk
        if leaving < at_risk:
            greenwood += leaving / (at_risk * (at_risk - leaving))
        low, high = _limits(staying, z * sqrt(greenwood))
        steps.append(Step(float(time), leaving, Estimate(staying, low, high, at_risk, level)))
    return steps


def median_time(steps: Sequence[Step]) -> float | None:
    """Return when half have left; None when the curve does not come down so far."""
    return next((step.time for step in steps if step.staying.value <= 0.5), None)


def _limits(staying: float, half: float) -> tuple[float, float]:
    if staying <= 0:
        return 0.0, 0.0
    spread = half / abs(log(staying))
    return staying ** exp(spread), staying ** exp(-spread)
