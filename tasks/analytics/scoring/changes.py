"""What changed since the scoring before: only that is stored and told.

The first scoring of a customer is a baseline and changes nothing.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.analytics.arrays import Days, Flags, Ints

UNKNOWN = -1  # in the column before: the customer was not scored yet


def changed(before: npt.NDArray[np.signedinteger], after: npt.NDArray[Any]) -> Ints:
    """Return the places whose value differs from a known one before (-1: not known).

    For tiers, segments and other classes as numbers. Raise ValueError for unequal lengths.
    """
    _same_length(before, after)
    return np.flatnonzero((before != UNKNOWN) & (before != after))


def fell_silent(before: Flags, after: Flags) -> Ints:
    """Return the places that became silent since the scoring before."""
    _same_length(before, after)
    return np.flatnonzero(~before & after)


def windows_opened(window_from: Days, window_to: Days, scored_before: int, today: int) -> Ints:
    """Return the places whose purchase window opened after the day scored before, until today.

    A window that opened and closed in between (the scoring did not run) is not told. Raise
    ValueError when the scoring before lies after today.
    """
    if scored_before > today:
        raise ValueError("the scoring before cannot lie in the future")
    _same_length(window_from, window_to)
    opened = (window_from > scored_before) & (window_from <= today)
    return np.flatnonzero(opened & (window_to >= today))


def _same_length(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> None:
    if len(one) != len(other):
        raise ValueError("the columns have different lengths")
