"""A control chart as places on a picture: the server draws it, a table beside it says the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from tasks.analytics.charts.points import Point
from tasks.standards.charting import Charted, Segment

WIDE, HIGH, EDGE = 720, 220, 36


@dataclass(frozen=True, slots=True)
class Mark:
    """One week on the picture, with what the table says of it."""

    x: float
    y: float
    week: date
    point: Point
    signal: str  # good, bad or nothing
    baseline: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines as points of SVG polylines: the values one, the limits one for each part of the weeks.

    `baselines` are the weeks on which limits were frozen, as x and width; a change is an x.
    """

    wide: int
    high: int
    marks: list[Mark]
    values: str
    limits: list[str]
    centers: list[str]
    top: float
    bottom: float
    baselines: list[tuple[float, float]]
    changed_at: float | None


def picture(charted: Charted, changed: date | None = None) -> Picture | None:
    """Return the picture of a chart, with the day of a change; None where nothing is charted."""
    points = charted.points
    if not points:
        return None
    top = max(max(point.high, point.value) for point in points)
    bottom = min(min(point.low, point.value) for point in points)
    span = (top - bottom) or 1.0
    step = (WIDE - 2 * EDGE) / max(len(points) - 1, 1)

    def x(position: float) -> float:
        return round(EDGE + position * step, 1)

    def y(value: float) -> float:
        return round(EDGE / 2 + (top - value) / span * (HIGH - EDGE), 1)

    def line(values: Sequence[float]) -> str:
        return " ".join(f"{x(at)},{y(value)}" for at, value in enumerate(values))

    def steps(segment: Segment, of: Callable[[Point], float]) -> str:
        held = range(segment.begin, segment.end)
        return " ".join(
            f"{x(at - 0.5)},{y(of(points[at]))} {x(at + 0.5)},{y(of(points[at]))}" for at in held
        )

    spans = baselines(charted)

    sides = {signal.period: signal.side for signal in charted.signals}
    marks = [
        Mark(
            x(at),
            y(point.value),
            week,
            point,
            sides.get(week, ""),
            any(begin <= at < end for begin, end in spans),
        )
        for at, (week, point) in enumerate(zip(charted.weeks, points, strict=False))
    ]
    return Picture(
        WIDE,
        HIGH,
        marks,
        values=line([point.value for point in points]),
        limits=[
            steps(segment, side)
            for segment in charted.segments
            for side in (attrgetter("low"), attrgetter("high"))
        ],
        centers=[steps(segment, attrgetter("center")) for segment in charted.segments],
        top=top,
        bottom=bottom,
        baselines=[
            (x(begin - 0.5), round(x(end - 0.5) - x(begin - 0.5), 1)) for begin, end in spans
        ],
        changed_at=_before(charted.weeks, changed, x),
    )


def baselines(charted: Charted) -> list[tuple[int, int]]:
    """Return the weeks on which the limits on the picture were frozen, as positions, end not in.

    Limits are frozen on the newest measured weeks before the first one that they judge.
    """
    spans = []
    for segment in charted.segments:
        end = sum(week < segment.limits.frozen_from for week in charted.weeks)
        spans.append((max(end - segment.limits.n, 0), end))
    return spans


def _before(weeks: Sequence[date], day: date | None, x: Callable[[float], float]) -> float | None:
    """Return where a day lies between the weeks; None outside of them."""
    if day is None or not weeks or day <= weeks[0]:
        return None
    passed = sum(week < day for week in weeks)
    return None if passed > len(weeks) else x(passed - 0.5)
