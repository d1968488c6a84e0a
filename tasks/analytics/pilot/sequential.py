"""Looking at a pilot every week without deceiving oneself.

With a planned number of customers: group-sequential boundaries and the interval repeated at each
look (Jennison and Turnbull 1989). Without a plan: an interval that holds at all times at once
(normal mixture: Robbins 1970, Johari et al. 2022). Both keep the error of a pilot in which nothing
differs at about 5 % however often it is looked at; the usual interval would reach 20 to 30 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, sqrt
from typing import Literal

from tasks.analytics.estimate import Estimate
from tasks.analytics.pilot.boundary import ERROR, Spending, boundaries, obrien_fleming
from tasks.analytics.pilot.two_means import TwoMeans
from tasks.analytics.pilot.two_proportions import TwoArms

Verdict = Literal["better", "worse", "go_on", "no_difference_shown"]
FEWEST_VALUES = 20  # customers in each arm before an interval of means is given
FEWEST_EVENTS = 5  # successes and failures in each arm, before which no interval is given


@dataclass(frozen=True, slots=True)
class Look:
    """What may be said at this look: the verdict, |z| needed, and the repeated interval.

    `decided_at` is the place of the look whose difference crossed its bound: it decides, whatever
    later looks show.
    """

    verdict: Verdict
    bound: float
    z: float
    difference: Estimate | None
    decided_at: int | None = None


def look(
    looks: Sequence[TwoArms],
    planned: int,
    error: float = ERROR,
    spending: Spending = obrien_fleming,
) -> Look:
    """Return the verdict of the looks taken so far.

    `looks` are the counts at every look including this one, `planned` the customers of both arms
    at the end. A look at which nobody was added, or after the plan was reached, does not count.
    Raise ValueError without a look, without a plan, or when counts fall.
    """
    if not looks or planned < 1:
        raise ValueError("a verdict needs a look and a plan")
    counted = _counted(looks, planned)
    if not counted:
        return Look("go_on", inf, 0.0, None)
    fractions = [min(looks[place].n / planned, 1.0) for place in counted]
    bounds = boundaries(fractions, error, spending)
    now, bound = looks[counted[-1]], bounds[-1]
    interval = _repeated(now, bound, 1 - error)
    for place, needed in zip(counted, bounds, strict=True):
        z = looks[place].z
        if abs(z) >= needed:
            return Look("better" if z > 0 else "worse", bound, now.z, interval, place)
    over = fractions[-1] >= 1
    return Look("no_difference_shown" if over else "go_on", bound, now.z, interval)


def anytime_difference(arms: TwoArms, planned: int, error: float = ERROR) -> Estimate | None:
    """Return the difference with an interval that holds at all looks together, without an end.

    `planned` (customers of both arms) only tunes it to be narrowest there. None before each arm
    has five successes and five failures: the interval rests on the normal distribution.
    """
    if planned < 1:
        raise ValueError("the interval is tuned for at least one customer")
    if not _enough(arms):
        return None
    return _at_all_times(arms.difference, arms.pooled_error, arms.n, planned, error)


def anytime_gain(arms: TwoMeans, planned: int, error: float = ERROR) -> Estimate | None:
    """Return the same of means. None before each arm has twenty customers that differ."""
    if planned < 1:
        raise ValueError("the interval is tuned for at least one customer")
    if min(arms.n_candidate, arms.n_current) < FEWEST_VALUES or arms.error == 0:
        return None
    return _at_all_times(arms.difference, arms.error, arms.n, planned, error)


def _at_all_times(
    value: float, standard_error: float, n: int, planned: int, error: float
) -> Estimate:
    variance = standard_error**2
    tuned = -2 * log(error) + log(1 - 2 * log(error))
    prior = tuned * variance * n / planned
    spread = variance + prior
    half = sqrt(variance * spread / prior * (log(spread / variance) - 2 * log(error)))
    return Estimate(value, value - half, value + half, n, 1 - error)


def _counted(looks: Sequence[TwoArms], planned: int) -> list[int]:
    """Return the places of the looks that count."""
    result: list[int] = []
    most = 0
    for place, taken in enumerate(looks):
        if taken.n < most:
            raise ValueError("the customers of a pilot cannot become fewer")
        if most < planned and taken.n > most:
            result.append(place)
        most = taken.n
    return result


def _repeated(arms: TwoArms, bound: float, level: float) -> Estimate | None:
    if not arms.pooled_error:
        return None
    half = bound * arms.pooled_error
    return Estimate(arms.difference, arms.difference - half, arms.difference + half, arms.n, level)


def _enough(arms: TwoArms) -> bool:
    fewest = min(
        arms.successes_candidate,
        arms.successes_current,
        arms.n_candidate - arms.successes_candidate,
        arms.n_current - arms.successes_current,
    )
    return fewest >= FEWEST_EVENTS
