"""What in a control chart is a signal, and what it says about a change.

Source: Western Electric rules 1 and 4 (Shewhart; Wheeler): a point beyond the limits, 8 in a row on
one side of the centre. More rules find more noise. One quiet point is no proof: on average a shift
of one standard deviation shows after 10 points, of half a one after 27.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.analytics.charts.points import Point

RUN = 8
ENOUGH = 25  # points without a signal, after which a change has not worked

Side = Literal["high", "low"]
Effect = Literal["confirmed", "worse", "none", "not_yet"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal at the point `at`; a run began at `since`."""

    at: int
    rule: Literal["beyond", "run"]
    side: Side
    since: int


def signals(points: Sequence[Point]) -> list[Signal]:
    """Return the signals in the order of the points; a run is told once, at its eighth point.

    A point on the centre belongs to no side and ends a run.
    """
    found: list[Signal] = []
    length, before = 0, None
    for at, point in enumerate(points):
        side = _side(point)
        length = length + 1 if side and side == before else int(side is not None)
        before = side
        if side and not point.low <= point.value <= point.high:
            found.append(Signal(at, "beyond", side, at))
        if side and length == RUN:
            found.append(Signal(at, "run", side, at - RUN + 1))
    return found


def effect(points: Sequence[Point], good: Side) -> Effect:
    """Return what the points since a change say about it, against the limits frozen before it.

    The first signal decides; without one nothing is said before 25 points.
    """
    first = next(iter(signals(points)), None)
    if first is not None:
        return "confirmed" if first.side == good else "worse"
    return "none" if len(points) >= ENOUGH else "not_yet"


def shift_began(points: Sequence[Point]) -> int | None:
    """Return the place from which new limits may be computed: the beginning of the first run.

    None when no run shows that the centre itself has moved.
    """
    return next((signal.since for signal in signals(points) if signal.rule == "run"), None)


def _side(point: Point) -> Side | None:
    if point.value == point.center:
        return None
    return "high" if point.value > point.center else "low"
