"""A12, which touchpoints earn: several honest guesses side by side.

Source: Anderl et al. (2016) for the Markov removal effect; the others are conventions. Money is
minor units. Show at least three together with the assisted revenue: none of them is an effect, and
a control group (`effect`) beats all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.analytics.arrays import Floats

Shares = dict[str, float]
FIRST, LAST = 0.4, 0.4  # position-based; the rest is for those between


@dataclass(frozen=True, slots=True)
class Path:
    """Touchpoints in their order, and what was bought in the end (0: nothing).

    `times` customers went the same way; `revenue` is what they brought together.
    """

    touchpoints: tuple[str, ...]
    revenue: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Attribution:
    """Revenue of each touchpoint by each convention, and the revenue it took part in."""

    first: Shares
    last: Shares
    linear: Shares
    position: Shares
    markov: Shares
    assisted: dict[str, int]
    conversions: int
    paths: int


def attribution(paths: Sequence[Path]) -> Attribution:
    """Return the revenue attributed to each touchpoint; raise ValueError for a negative revenue."""
    if any(path.revenue < 0 for path in paths):
        raise ValueError("a path cannot earn less than nothing")
    if any(path.times < 1 for path in paths):
        raise ValueError("a path was gone at least once")
    known = [path for path in paths if path.touchpoints]
    earning = [path for path in known if path.revenue]
    total = sum(path.revenue for path in earning)
    removed = removal_effects(known)
    weight = sum(removed.values())
    return Attribution(
        first=_shared(earning, lambda n: [1.0] + [0.0] * (n - 1)),
        last=_shared(earning, lambda n: [0.0] * (n - 1) + [1.0]),
        linear=_shared(earning, lambda n: [1 / n] * n),
        position=_shared(earning, _position),
        markov={name: total * e / weight for name, e in removed.items()} if weight else {},
        assisted=_assisted(earning),
        conversions=sum(path.times for path in earning),
        paths=sum(path.times for path in known),
    )


def removal_effects(paths: Sequence[Path]) -> Shares:
    """Return for each touchpoint 1 - conversion without it ÷ conversion (first-order Markov)."""
    names = sorted({name for path in paths for name in path.touchpoints})
    moves = _moves(paths, names)
    whole = _conversion(moves)
    if not whole:
        return {}
    return {
        name: 1 - _conversion(_without(moves, place)) / whole
        for place, name in enumerate(names, start=1)
    }


def _moves(paths: Sequence[Path], names: Sequence[str]) -> Floats:
    """Return the probabilities to go from the start (0) or a touchpoint on, or to a sale (-1)."""
    place = {name: number for number, name in enumerate(names, start=1)}
    size = len(names) + 2
    counts = np.zeros((size - 1, size))
    left = np.zeros(size - 1)
    for path in paths:
        at = 0
        for name in path.touchpoints:
            counts[at, place[name]] += path.times
            at = place[name]
        if path.revenue:
            counts[at, -1] += path.times
        else:
            left[at] += path.times
    totals = counts.sum(axis=1) + left
    return np.asarray(counts / np.where(totals, totals, 1)[:, None])


def _without(moves: Floats, place: int) -> Floats:
    kept = moves.copy()
    kept[place, :] = 0
    kept[:, place] = 0
    return kept


def _conversion(moves: Floats) -> float:
    """Return the probability to reach a sale from the start."""
    inner = moves[:, :-1]
    reached = np.linalg.solve(np.eye(len(inner)) - inner, moves[:, -1])
    return float(reached[0])


def _shared(earning: Sequence[Path], weights: Callable[[int], list[float]]) -> Shares:
    result: defaultdict[str, float] = defaultdict(float)
    for path in earning:
        for name, weight in zip(path.touchpoints, weights(len(path.touchpoints)), strict=True):
            result[name] += weight * path.revenue
    return dict(result)


def _position(n: int) -> list[float]:
    if n <= 2:
        return [1 / n] * n
    between = (1 - FIRST - LAST) / (n - 2)
    return [FIRST, *[between] * (n - 2), LAST]


def _assisted(earning: Sequence[Path]) -> dict[str, int]:
    """Return the revenue of paths in which a touchpoint stood before the last one."""
    result: Counter[str] = Counter()
    for path in earning:
        for name in set(path.touchpoints[:-1]):
            result[name] += path.revenue
    return dict(result)
