"""Columns that are worked out from others when a row is written, by the ORM or in bulk."""

from collections.abc import Callable
from typing import Any


def derived(work: Callable[..., str], *columns: str) -> Callable[[Any], str]:
    """Return the default of a column: `work` of other columns, "" where one is missing."""

    def default(context: Any) -> str:
        row = context.get_current_parameters()
        return work(*(row.get(column) or "" for column in columns))

    return default
