"""Shapes of charts in a box of 100 × 60 units: what stands where; the template draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 100.0, 60.0
GAP = 0.25  # of a bar's place


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that stands on the ground."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of a map; `share` (0 to 1) of the fullest one."""

    x: float
    y: float
    side: float
    share: float
    value: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval with its value, across the box."""

    y: float
    low: float
    value: float
    high: float


def curve(points: Sequence[Sequence[float]]) -> str:
    """Return the points of a line from shares (0 to 1) of both axes."""
    return " ".join(f"{x * WIDTH:.2f},{HEIGHT - y * HEIGHT:.2f}" for x, y in points)


def bars(values: Sequence[float]) -> list[Bar]:
    """Return a bar for each value, the greatest as high as the box; negative ones are flat."""
    most = max((value for value in values if value > 0), default=0.0)
    if not most:
        return []
    place = WIDTH / len(values)
    return [
        Bar(
            x=round(n * place + place * GAP / 2, 2),
            y=round(HEIGHT - max(value, 0.0) / most * HEIGHT, 2),
            width=round(place * (1 - GAP), 2),
            height=round(max(value, 0.0) / most * HEIGHT, 2),
        )
        for n, value in enumerate(values)
    ]


def lines(series: Sequence[Sequence[float]]) -> list[str]:
    """Return the points of several lines over the same steps, from 0 to the greatest value."""
    most = max((value for values in series for value in values), default=0.0)
    found = []
    for values in series:
        step = 1 / max(len(values) - 1, 1)
        shares = [(n * step, value / most if most else 0.0) for n, value in enumerate(values)]
        found.append(curve(shares))
    return found


def habit_map(cells: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """Return the map of recency (to the right) and frequency (upwards), 1 to 5 each."""
    side = HEIGHT / 5
    most = max((cell["customers"] for cell in cells), default=0)
    return [
        Cell(
            x=round((cell["r"] - 1) * side, 2),
            y=round((5 - cell["f"]) * side, 2),
            side=round(side - 0.6, 2),
            share=round(cell["customers"] / most, 3) if most else 0.0,
            value=cell["customers"],
        )
        for cell in cells
    ]


def ranges(found: Sequence[Mapping[str, Any] | None]) -> list[Range | None]:
    """Return the interval of each share (0 to 1); None where it is hidden."""
    place = HEIGHT / max(len(found), 1)
    return [
        Range(
            y=round((n + 0.5) * place, 2),
            low=round(share["low"] * WIDTH, 2),
            value=round(share["value"] * WIDTH, 2),
            high=round(share["high"] * WIDTH, 2),
        )
        if share
        else None
        for n, share in enumerate(found)
    ]
