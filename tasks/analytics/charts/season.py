"""Taking the rhythm of weekdays (or months) out of values before they are charted.

Each value loses the difference between the mean of its weekday and the mean of all, learned on the
baseline alone. Not for rhythms of which the baseline saw a weekday fewer than four times.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean

from tasks.analytics.charts.points import check_baseline

FEWEST_EACH = 4


def effects(baseline: Sequence[tuple[int, float]]) -> dict[int, float]:
    """Return by how much each weekday lies above the mean of all, from (weekday, value).

    Raise ValueError with fewer than 12 points or a weekday seen fewer than 4 times.
    """
    check_baseline(baseline)
    by_day: dict[int, list[float]] = defaultdict(list)
    for weekday, value in baseline:
        by_day[weekday].append(value)
    if min(map(len, by_day.values())) < FEWEST_EACH:
        raise ValueError(f"a weekday was seen fewer than {FEWEST_EACH} times")
    of_all = fmean(value for _, value in baseline)
    return {weekday: fmean(values) - of_all for weekday, values in by_day.items()}


def adjusted(values: Sequence[tuple[int, float]], learned: Mapping[int, float]) -> list[float]:
    """Return the values without the rhythm; raise ValueError for a weekday not learned."""
    unknown = {weekday for weekday, _ in values} - learned.keys()
    if unknown:
        raise ValueError(f"the rhythm of {sorted(unknown)} was not learned")
    return [value - learned[weekday] for weekday, value in values]
