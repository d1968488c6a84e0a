"""How good warnings and probabilities were: precision, recall, lead time, calibration by decile.

Always with the share who left anyway: a warning for everybody has a recall of 100 %. Not for
judging the people who were warned: their work makes warnings come out wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.analytics.arrays import Flags, Floats, floats
from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import quantile
from tasks.analytics.proportion import proportion

DECILES = 10


@dataclass(frozen=True, slots=True)
class Warnings:
    """Share of the warned who left, share of the leavers who had been warned, share of all."""

    precision: Estimate | None
    recall: Estimate | None
    base: Estimate | None


@dataclass(frozen=True, slots=True)
class Band:
    """Customers of like probability: what was predicted, and what happened with its interval."""

    predicted: float
    happened: Estimate


def warnings(warned: Sequence[bool], left: Sequence[bool]) -> Warnings:
    """Return how right the warnings were; raise ValueError for sequences of different lengths."""
    flagged, gone = _flags(warned, left)
    both = int((flagged & gone).sum())
    return Warnings(
        proportion(both, int(flagged.sum())),
        proportion(both, int(gone.sum())),
        proportion(int(gone.sum()), len(gone)),
    )


def lead_time(days: Sequence[float]) -> Estimate | None:
    """Return the median of the days from the first warning to the loss; None without losses."""
    return quantile(days, 0.5)


def calibration(probability: Sequence[float] | Floats, left: Sequence[bool]) -> list[Band]:
    """Return bands of about a tenth of the customers, the lowest probability first.

    Customers of equal probability stand in one band, so there may be fewer than ten.
    """
    p, gone = _checked(probability, left)
    edges = np.unique(np.quantile(p, np.linspace(0, 1, DECILES + 1)[1:-1]))
    band = np.searchsorted(edges, p, side="left")
    found = []
    for number in np.unique(band):
        inside = band == number
        happened = proportion(int(gone[inside].sum()), int(inside.sum()))
        if happened is not None:
            found.append(Band(float(p[inside].mean()), happened))
    return found


def brier(probability: Sequence[float] | Floats, left: Sequence[bool]) -> float:
    """Return the mean squared distance of probability and outcome: 0 is perfect, 0.25 a coin."""
    p, gone = _checked(probability, left)
    return float(np.mean((p - gone) ** 2))


def discrimination(probability: Sequence[float] | Floats, left: Sequence[bool]) -> float | None:
    """Return how often a leaver had a higher probability than a stayer (AUC; 0.5 is chance).

    None unless somebody left and somebody stayed.
    """
    p, gone = _checked(probability, left)
    leavers, stayers = p[gone], np.sort(p[~gone])
    if not (len(leavers) and len(stayers)):
        return None
    lower = np.searchsorted(stayers, leavers, side="left")
    not_higher = np.searchsorted(stayers, leavers, side="right")
    return float((lower + not_higher).mean() / 2 / len(stayers))


def _checked(probability: Sequence[float] | Floats, left: Sequence[bool]) -> tuple[Floats, Flags]:
    p, gone = floats(probability), np.asarray(left, dtype=np.bool_)
    if len(p) != len(gone) or not len(p):
        raise ValueError("there must be an outcome for each probability, and at least one")
    if p.min() < 0 or p.max() > 1:
        raise ValueError("a probability lies between 0 and 1")
    return p, gone


def _flags(warned: Sequence[bool], left: Sequence[bool]) -> tuple[Flags, Flags]:
    flagged, gone = np.asarray(warned, dtype=np.bool_), np.asarray(left, dtype=np.bool_)
    if len(flagged) != len(gone):
        raise ValueError("there must be an outcome for each warning")
    return flagged, gone
