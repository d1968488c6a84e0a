"""A23, how likely leads become customers, by score band, learned from what became of earlier ones.

A band shows a share only from ten known outcomes on. The score orders the work; it refuses nobody
an answer.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.proportion import proportion

FEWEST_OUTCOMES = 10


@dataclass(frozen=True, slots=True)
class Band:
    """Leads with scores from `low` up to the next band: outcomes, and converted (None: hidden)."""

    low: float
    outcomes: int
    converted: Estimate | None


def conversion_bands(outcomes: Iterable[tuple[float, bool]], edges: Sequence[float]) -> list[Band]:
    """Return the bands that begin at each edge; leads below the first edge belong to the first.

    Raise ValueError unless the edges rise.
    """
    if not edges or sorted(set(edges)) != [*edges]:
        raise ValueError("bands need edges that rise")
    groups: list[list[bool]] = [[] for _ in edges]
    for score, converted in outcomes:
        groups[_place(score, edges)].append(converted)
    return [
        Band(low, len(own), _shown(proportion(sum(own), len(own))))
        for low, own in zip(edges, groups, strict=True)
    ]


def predicted(bands: Sequence[Band], score: float) -> Estimate | None:
    """Return the conversion to expect of a lead with this score; None where too little is known."""
    return bands[_place(score, [band.low for band in bands])].converted


def in_order(bands: Sequence[Band]) -> bool:
    """Return whether no higher band is surely worse than a lower one; else look at the score."""
    shown = [band.converted for band in bands if band.converted is not None]
    return all(
        higher.high >= lower.low
        for place, lower in enumerate(shown)
        for higher in shown[place + 1 :]
    )


def _place(score: float, edges: Sequence[float]) -> int:
    return max(bisect_right(edges, score) - 1, 0)


def _shown(share: Estimate | None) -> Estimate | None:
    return share and share.shown_from(FEWEST_OUTCOMES)
