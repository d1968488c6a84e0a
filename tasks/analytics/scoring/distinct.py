"""The different inputs of a decision table among many customers, so that each is asked once.

A million customers have some thousand different combinations of scores. The table is evaluated for
each combination and its audit counts the customers; the answer goes to each by `of_customer`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.analytics.arrays import Ints


@dataclass(frozen=True, slots=True)
class DistinctRows:
    """The different rows as plain values, how many customers have each, and each one's row."""

    rows: list[dict[str, Any]]
    count: Ints
    of_customer: Ints


def distinct_rows(columns: Mapping[str, npt.NDArray[Any]]) -> DistinctRows:
    """Return the different combinations of the columns; raise ValueError for unequal lengths."""
    if len({len(column) for column in columns.values()}) != 1:
        raise ValueError("the columns have different lengths")
    size = len(next(iter(columns.values())))
    code = np.zeros(size, dtype=np.int64)
    for column in columns.values():
        values, place = np.unique(column, return_inverse=True)
        # numbered anew after each column, so that the codes stay below customers · values
        _, code = np.unique(code * max(len(values), 1) + place, return_inverse=True)
    _, first, of_customer, count = np.unique(
        code, return_index=True, return_inverse=True, return_counts=True
    )
    found = {name: column[first].tolist() for name, column in columns.items()}
    rows = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    return DistinctRows(rows, count, of_customer)
