"""Ranks, RFM scores and value tiers of all customers at once, the same answers as one by one."""

import numpy as np
import numpy.typing as npt

from tasks.analytics.arrays import Ints
from tasks.analytics.pareto import LOSS, TIERS, room_in_a

TIER_NAMES = (*(name for name, _ in TIERS), LOSS)
Small = npt.NDArray[np.int8]


def fifths(values: npt.NDArray[np.integer]) -> Small:
    """Return 1 + ⌊5 · (number strictly worse) / n⌋ of each; more is better."""
    worse = np.searchsorted(np.sort(values), values, side="left")
    return (1 + 5 * worse // max(len(values), 1)).astype(np.int8)


def ranks(values: Ints) -> npt.NDArray[np.int32]:
    """Return the rank of each, 1 for the most; of equals the first comes first."""
    result = np.empty(len(values), dtype=np.int32)
    result[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1, dtype=np.int32)
    return result


def tier_numbers(values: Ints) -> Small:
    """Return the place in TIER_NAMES of each customer's tier: cumulative 50, 80, 95 and 100 %."""
    gains = np.maximum(values, 0)
    order = np.argsort(-gains, kind="stable")
    ordered = gains[order]
    before = np.cumsum(ordered) - ordered
    total = int(ordered.sum())
    place = np.zeros(len(values), dtype=np.int8)
    for _, percent in TIERS[:-1]:
        place += (before * 100 >= percent * total).astype(np.int8)
    result = np.empty(len(values), dtype=np.int8)
    result[order] = place
    result[values == 0] = TIER_NAMES.index("D")
    result[values < 0] = TIER_NAMES.index(LOSS)
    return result


def cut_tier_a(tiers: Small, margin_ranks: npt.NDArray[np.int32], owners: int) -> Small:
    """Return the tiers with A cut at what the owners can serve and at 5 % of the customers."""
    result = tiers.copy()
    beyond = (tiers == TIER_NAMES.index("A")) & (margin_ranks > room_in_a(len(tiers), owners))
    result[beyond] = TIER_NAMES.index("B")
    return result
