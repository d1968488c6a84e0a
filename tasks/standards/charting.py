"""Control charts of standards: frozen baselines, points with their limits, signals and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from statistics import fmean
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.analytics.charts import dispersion, signals
from tasks.analytics.charts.points import FEWEST, SPREAD_OF_TWO, Point
from tasks.analytics.charts.rates import RateChart
from tasks.analytics.charts.shares import ShareChart
from tasks.analytics.charts.xmr import WIDTH, Xmr
from tasks.outbound_webhooks import tell
from tasks.standards.measure import Measure
from tasks.standards.measuring import WEEK, measurements
from tasks.standards.records import ControlLimits, Measurement, ServiceStandard, Signal

BEST = 24  # weeks of a baseline that are enough
Side = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Charted:
    """The weeks of a standard, each against the limits that held in it.

    `limits` are those frozen last, `since` the first week judged by them, and `segments` all that
    rule a week, from the oldest to the newest.
    """

    weeks: list[date]
    points: list[Point]
    limits: ControlLimits | None
    signals: list[Signal]
    segments: list["Segment"] = field(default_factory=list)

    @property
    def since(self) -> date | None:
        """Return the first week after the baseline."""
        return None if self.limits is None else self.limits.frozen_from


@dataclass(frozen=True, slots=True)
class Segment:
    """Weeks in a row that the same limits rule: positions `begin` to `end`, without `end`."""

    limits: ControlLimits
    begin: int
    end: int


def chart(session: Session, standard: ServiceStandard) -> Charted:
    """Return the chart of a standard, each week against its own limits; without any, no points.

    A week is held against the limits that it was judged by: the newest ones frozen from it or from
    an earlier week. The weeks before the first limits are their baseline.
    """
    measured = measurements(session, standard.id)
    weeks = [each.period for each in measured]
    frozen = select(ControlLimits).where(ControlLimits.standard_id == standard.id)
    all_limits = list(session.scalars(frozen.order_by(ControlLimits.id)))
    limits = all_limits[-1] if all_limits else None
    told = session.scalars(
        select(Signal).where(Signal.standard_id == standard.id).order_by(Signal.period, Signal.id)
    )
    segments = segments_of(weeks, all_limits)
    points = [
        point
        for part in segments
        for point in _points(part.limits, measured[part.begin : part.end])
    ]
    return Charted(weeks, points, limits, list(told), segments)


def segments_of(weeks: Sequence[date], frozen: Sequence[ControlLimits]) -> list[Segment]:
    """Return the weeks parted by the limits that rule them; `frozen` as they were made."""
    if not frozen:
        return []
    ruling = [
        max((at for at, each in enumerate(frozen) if each.frozen_from <= week), default=0)
        for week in weeks
    ]
    parts = []
    for number, group in groupby(enumerate(ruling), key=lambda pair: pair[1]):
        positions = [at for at, _ in group]
        parts.append(Segment(frozen[number], positions[0], positions[-1] + 1))
    return parts


def newest_limits(session: Session, standard_id: int) -> ControlLimits | None:
    """Return the limits that were frozen last."""
    found = select(ControlLimits).where(ControlLimits.standard_id == standard_id)
    return session.scalar(found.order_by(ControlLimits.id.desc()).limit(1))


def freeze(
    session: Session,
    standard: ServiceStandard,
    reason: str,
    now: datetime,
    since: date | None = None,
) -> ControlLimits:
    """Freeze limits on the newest weeks (at most 24), or on those since a week.

    Raise ValueError with fewer than 12 weeks, or for a standard that cannot be measured.
    """
    measure = Measure.of(standard.measure)
    if measure is None:
        raise ValueError(f"“{standard.name}” cannot be measured.")
    measured = measurements(session, standard.id)
    baseline = [each for each in measured if since is None or each.period >= since][-BEST:]
    limits = _limits(measure, baseline)
    limits.standard_id, limits.created_at = standard.id, now
    limits.frozen_from = baseline[-1].period + WEEK
    limits.reason = reason
    session.add(limits)
    session.flush()
    return limits


def judge(session: Session, standard: ServiceStandard, now: datetime) -> list[Signal]:
    """Keep and tell the signals since the baseline that nobody knows of yet; return them."""
    charted, measure = chart(session, standard), Measure.of(standard.measure)
    if charted.limits is None or measure is None:
        return []
    weeks, points = since_baseline(charted)
    known = {(each.period, each.rule) for each in charted.signals}
    new = []
    for found in signals.signals(points):
        week = weeks[found.at]
        if (week, found.rule) not in known:
            side = "good" if found.side == measure.good else "bad"
            signal = Signal(
                standard_id=standard.id, period=week, rule=found.rule, side=side, created_at=now
            )
            session.add(signal)
            new.append(signal)
    session.flush()
    for signal in new:
        _tell(session, standard, signal, now)
    return new


def since_baseline(charted: Charted) -> tuple[list[date], list[Point]]:
    """Return the weeks after the baseline with their points."""
    begin = charted.since
    pairs = list(zip(charted.weeks, charted.points, strict=False))
    later = [(week, point) for week, point in pairs if begin is not None and week >= begin]
    return [week for week, _ in later], [point for _, point in later]


def newest_baseline(session: Session, standard: ServiceStandard) -> ControlLimits | None:
    """Return limits of the newest weeks without freezing them; None with fewer than 12."""
    measure = Measure.of(standard.measure)
    measured = measurements(session, standard.id)[-BEST:]
    return _limits(measure, measured) if measure and len(measured) >= FEWEST else None


def _limits(measure: Measure, baseline: Sequence[Measurement]) -> ControlLimits:
    n = len(baseline)
    if measure.chart == "xmr":
        shown = Xmr.frozen([each.value for each in baseline], least=0.0)
        half = WIDTH * shown.moving_range
        sigma = shown.moving_range / SPREAD_OF_TWO
        low = max(shown.center - half, 0.0)
        return _made("xmr", shown.center, low, shown.center + half, sigma, n)
    usual = max(round(fmean(each.n for each in baseline)), 1) if baseline else 1
    if measure.chart == "p":
        periods = [(round(each.value * each.n), each.n) for each in baseline]
        wide = dispersion.of_shares(periods).overdispersed
        share = ShareChart.frozen_laney(periods) if wide else ShareChart.frozen(periods)
        [point] = share.points([(round(share.center * usual), usual)])
        return _made("p", share.center, point.low, point.high, share.sigma_z, n)
    counts = [(round(each.value * each.n), float(each.n)) for each in baseline]
    wide = dispersion.of_rates(counts).overdispersed
    rate = RateChart.frozen_laney(counts) if wide else RateChart.frozen(counts)
    [point] = rate.points([(round(rate.center * usual), float(usual))])
    return _made("u", rate.center, point.low, point.high, rate.sigma_z, n)


def _made(
    kind: str, mean: float, lower: float, upper: float, sigma: float, n: int
) -> ControlLimits:
    return ControlLimits(chart=kind, mean=mean, lower=lower, upper=upper, sigma_z=sigma, n=n)


def _points(limits: ControlLimits, measured: Sequence[Measurement]) -> list[Point]:
    if limits.chart == "p":
        share = ShareChart(limits.mean, limits.sigma_z, limits.n)
        return share.points([(round(each.value * each.n), each.n) for each in measured])
    if limits.chart == "u":
        rate = RateChart(limits.mean, limits.sigma_z, limits.n)
        return rate.points([(round(each.value * each.n), float(each.n)) for each in measured])
    xmr = Xmr(limits.mean, limits.sigma_z * SPREAD_OF_TWO, limits.n, least=0.0)
    return xmr.points([each.value for each in measured])


def _tell(session: Session, standard: ServiceStandard, signal: Signal, now: datetime) -> None:
    said = {
        "standard_id": standard.id,
        "standard": standard.name,
        "week": signal.period.isoformat(),
        "rule": signal.rule,
        "side": signal.side,
    }
    tell(session, "standard.signal", said, now)
