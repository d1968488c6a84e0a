"""The purchase windows of all customers at once (A3), the same as `timing.purchase_window`."""

import numpy as np

from tasks.analytics.arrays import Days, Floats
from tasks.analytics.scoring.summary import Summary
from tasks.analytics.timing import ENOUGH_GAPS, PRIOR_GAPS, SHORTEST

NONE = -1
HIATUS_DAYS = 56  # nobody is silent before 8 weeks are over


def windows(seen: Summary) -> tuple[Days, Days]:
    """Return first and last day of each customer's window; -1 where none can be told.

    The quartiles of customers with few gaps are drawn to those of all gaps together.
    """
    if not len(seen.gaps.days):
        nothing = np.full(len(seen.orders), NONE, dtype=np.int32)
        return nothing, nothing
    n = seen.gaps.count
    weight = np.where(n >= ENOUGH_GAPS, 1.0, n / (n + PRIOR_GAPS))
    q25 = _shrunk(seen, 0.25, weight)
    q75 = _shrunk(seen, 0.75, weight)
    last = seen.last_day.astype(np.float64)
    opens = last + np.floor(q25)
    closes = last + np.ceil(np.maximum(q75, q25 + SHORTEST))
    return _days(opens, seen), _days(closes, seen)


def usual_gaps(seen: Summary) -> tuple[float, float] | None:
    """Return the quartiles of all gaps together in days; None where nobody bought twice."""
    if not len(seen.gaps.days):
        return None
    low, high = np.quantile(seen.gaps.days, (0.25, 0.75))
    return float(low), float(high)


def rhythm(seen: Summary) -> Days:
    """Return after how many days each customer counts as silent: max(8 weeks, own Q90 gap)."""
    own = np.nan_to_num(seen.gaps.quantile(0.9), nan=0.0)
    return np.ceil(np.maximum(own, HIATUS_DAYS)).astype(np.int32)


def _shrunk(seen: Summary, share: float, weight: Floats) -> Floats:
    of_all = float(np.quantile(seen.gaps.days, share))
    own = np.nan_to_num(seen.gaps.quantile(share), nan=0.0)
    return np.asarray(weight * own + (1 - weight) * of_all)


def _days(values: Floats, seen: Summary) -> Days:
    return np.where(seen.bought, values, NONE).astype(np.int32)
