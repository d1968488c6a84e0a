"""Health of a relation, 0 to 100, out of six parts.

25 recency against the own rhythm, 20 satisfaction, 20 problems, 15 trust, 10 breadth, 10
engagement. It starts talks; it refuses nobody anything. An opt-out makes engagement unknown, not
bad.
"""

from dataclasses import dataclass

from tasks.analytics.relationship.index import Index, weighted

WEIGHTS = {
    "recency": 25.0,
    "satisfaction": 20.0,
    "problems": 20.0,
    "trust": 15.0,
    "breadth": 10.0,
    "engagement": 10.0,
}
SHORTEST_DAYS = 56.0  # 8 weeks without a purchase worry nobody
PER_PROBLEM = 0.5


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a customer; None is unknown.

    `usual_gap` is the 90th percentile of the own gaps in days, `satisfaction` a mark of 0 to 10,
    `trust` the index of 0 to 100, `breadth` the share of the products and contact persons that
    customers of the segment usually have, `answered` the share of contacts reacted to.
    """

    days_since_last: float | None = None
    usual_gap: float | None = None
    satisfaction: float | None = None
    open_problems: int | None = None
    repeat_open: bool = False
    trust: float | None = None
    breadth: float | None = None
    answered: float | None = None
    opted_out: bool = False


def health(signs: Signs) -> Index | None:
    """Return the index with its parts; None when nothing is known.

    Raise ValueError for a figure off its scale.
    """
    return weighted(
        {
            "recency": _recency(signs),
            "satisfaction": _of(signs.satisfaction, 10),
            "problems": _problems(signs),
            "trust": _of(signs.trust, 100),
            "breadth": None if signs.breadth is None else min(signs.breadth, 1.0),
            "engagement": None if signs.opted_out else signs.answered,
        },
        WEIGHTS,
    )


def _recency(signs: Signs) -> float | None:
    """Return 1 within the usual gap, falling to 0 at twice as long."""
    if signs.days_since_last is None:
        return None
    usual = max(signs.usual_gap or 0.0, SHORTEST_DAYS)
    return min(max(2 - signs.days_since_last / usual, 0.0), 1.0)


def _problems(signs: Signs) -> float | None:
    if signs.repeat_open:
        return 0.0
    if signs.open_problems is None:
        return None
    return max(1 - PER_PROBLEM * signs.open_problems, 0.0)


def _of(mark: float | None, most: float) -> float | None:
    return None if mark is None else mark / most
