"""A control chart as places on a picture: the server draws it, a table beside it says the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tasks.analytics.charts.points import Point
from tasks.standards.charting import Charted

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
    """Lines as points of SVG polylines; the edge of the baseline and of a change as x."""

    wide: int
    high: int
    marks: list[Mark]
    values: str
    low: str
    center: str
    upper: str
    top: float
    bottom: float
    frozen_at: float | None
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

    sides = {signal.period: signal.side for signal in charted.signals}
    marks = [
        Mark(
            x(at),
            y(point.value),
            week,
            point,
            sides.get(week, ""),
            charted.since is not None and week < charted.since,
        )
        for at, (week, point) in enumerate(zip(charted.weeks, points, strict=False))
    ]
    return Picture(
        WIDE,
        HIGH,
        marks,
        values=line([point.value for point in points]),
        low=line([point.low for point in points]),
        center=line([point.center for point in points]),
        upper=line([point.high for point in points]),
        top=top,
        bottom=bottom,
        frozen_at=_before(charted.weeks, charted.since, x),
        changed_at=_before(charted.weeks, changed, x),
    )


def _before(weeks: Sequence[date], day: date | None, x: Callable[[float], float]) -> float | None:
    """Return where a day lies between the weeks; None outside of them."""
    if day is None or not weeks or day <= weeks[0]:
        return None
    passed = sum(week < day for week in weeks)
    return None if passed > len(weeks) else x(passed - 0.5)
