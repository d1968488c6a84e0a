"""A3, when the next purchase begins: a window from the gaps between a customer's purchases.

Source: renewal timing. For telling a seller when to call; not for telling a customer that we expect
him, and no promise: always look at `judge`, which compares the hits with the time the windows were
open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from tasks.analytics.estimate import Estimate
from tasks.analytics.proportion import proportion

ENOUGH_GAPS = 4
PRIOR_GAPS = 5  # so many gaps of one's own weigh as much as all the others of the category
SHORTEST = 2  # days


@dataclass(frozen=True, slots=True)
class Quartiles:
    """First and third quartile of gaps in days."""

    q25: float
    q75: float


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which the next purchase is likely, and what they rest on.

    `method` is `own`, `shrunk` (own gaps with those of the category) or `category`.
    """

    opens: date
    closes: date
    n_gaps: int
    method: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How windows did: share that was hit, share of the time they were open, and their ratio."""

    hit: Estimate
    open_share: float
    lift: float | None


def quartiles(gaps: Sequence[float]) -> Quartiles:
    """Return the quartiles (interpolated); raise ValueError without gaps or for a negative one."""
    if not gaps or min(gaps) < 0:
        raise ValueError("quartiles need gaps of at least 0 days")
    ordered = sorted(gaps)
    return Quartiles(_at(ordered, 0.25), _at(ordered, 0.75))


def purchase_window(
    last: date, gaps: Sequence[float], category: Quartiles | None = None
) -> Window | None:
    """Return [last + Q25, last + max(Q75, Q25 + 2 d)] of a customer in a category.

    With fewer than 4 gaps the quartiles are drawn to those of the category by the weight
    n / (n + 5). None when too few gaps are known and nothing of the category.
    """
    n = len(gaps)
    if n >= ENOUGH_GAPS:
        return _window(last, quartiles(gaps), n, "own")
    if category is None:
        return None
    if not n:
        return _window(last, category, 0, "category")
    own, weight = quartiles(gaps), n / (n + PRIOR_GAPS)
    shrunk = Quartiles(
        weight * own.q25 + (1 - weight) * category.q25,
        weight * own.q75 + (1 - weight) * category.q75,
    )
    return _window(last, shrunk, n, "shrunk")


def judge(outcomes: Iterable[tuple[bool, float]]) -> Judged | None:
    """Return hit rate and lift of finished windows: (was hit, share of the time it was open).

    Lift is hit rate ÷ share of time open; 1 is what a window at random would reach.
    """
    known = list(outcomes)
    hit = proportion(sum(was_hit for was_hit, _ in known), len(known))
    if hit is None:
        return None
    open_share = sum(share for _, share in known) / len(known)
    return Judged(hit, open_share, hit.value / open_share if open_share else None)


def _window(last: date, found: Quartiles, n: int, method: str) -> Window:
    closes = max(found.q75, found.q25 + SHORTEST)
    opens = last + timedelta(days=floor(found.q25))
    return Window(opens, last + timedelta(days=ceil(closes)), n, method)


def _at(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    lower, upper = ordered[floor(at)], ordered[ceil(at)]
    return lower + (upper - lower) * (at - floor(at))
