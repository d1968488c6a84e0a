"""A7, expectation gaps: perceived - expected for each dimension, weighted by what matters.

Source: Parasuraman, Zeithaml and Berry (SERVQUAL). Marks of 1 to 7; gaps from -6 to 6. Only
expectations that were asked count, never assumed ones. Hidden below 10 answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import mean

FEWEST_ANSWERS = 10
Quadrant = Literal["concentrate_here", "keep_up", "low_priority", "possible_overkill"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One customer on one dimension; importance 1 to 10."""

    dimension: str
    expected: float
    perceived: float
    importance: float

    def __post_init__(self) -> None:
        """Check the marks."""
        if not (1 <= self.expected <= 7 and 1 <= self.perceived <= 7):
            raise ValueError("expected and perceived are marks of 1 to 7")
        if not 1 <= self.importance <= 10:
            raise ValueError("importance is a mark of 1 to 10")


@dataclass(frozen=True, slots=True)
class Gap:
    """Mean gap of a dimension, its mean performance and importance, and its share of all weight."""

    gap: Estimate
    performance: float
    importance: float
    weight: float


def gaps(answers: Sequence[Answer]) -> dict[str, Gap]:
    """Return the gap of each dimension with at least 10 answers."""
    by_dimension: dict[str, list[Answer]] = {}
    for answer in answers:
        by_dimension.setdefault(answer.dimension, []).append(answer)
    shown = {name: own for name, own in by_dimension.items() if len(own) >= FEWEST_ANSWERS}
    importance = {name: fmean(a.importance for a in own) for name, own in shown.items()}
    total = sum(importance.values())
    return {
        name: Gap(
            gap=_mean_gap(own),
            performance=fmean(a.perceived for a in own),
            importance=importance[name],
            weight=importance[name] / total,
        )
        for name, own in shown.items()
    }


def weighted_gap(found: Mapping[str, Gap]) -> float | None:
    """Return Σ weight · gap over the dimensions; None without any."""
    return sum(gap.weight * gap.gap.value for gap in found.values()) if found else None


def grid(found: Mapping[str, Gap]) -> dict[str, Quadrant]:
    """Return where each dimension stands in the importance–performance grid, cut at the means."""
    if not found:
        return {}
    importance = fmean(gap.importance for gap in found.values())
    performance = fmean(gap.performance for gap in found.values())
    names: dict[tuple[bool, bool], Quadrant] = {
        (True, False): "concentrate_here",
        (True, True): "keep_up",
        (False, False): "low_priority",
        (False, True): "possible_overkill",
    }
    return {
        name: names[gap.importance >= importance, gap.performance >= performance]
        for name, gap in found.items()
    }


def _mean_gap(own: Sequence[Answer]) -> Estimate:
    found = mean([a.perceived - a.expected for a in own])
    if found is None:
        raise ValueError("a dimension without answers has no gap")
    return found
