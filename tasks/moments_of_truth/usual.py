"""Is it more than usual? Negative moments of a touchpoint against its own past."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.charts.points import FEWEST
from tasks.analytics.charts.rates import RateChart
from tasks.moments.records import MomentOfTruth

WEEK = timedelta(weeks=1)
PAST = 26  # weeks that say what is usual
HEAVY = 2


def lately(session: Session, touchpoint_id: int, now: datetime) -> int:
    """Return how many heavy negative moments the last seven days had."""
    return (
        session.scalar(
            select(func.count())
            .select_from(MomentOfTruth)
            .where(
                MomentOfTruth.touchpoint_id == touchpoint_id,
                MomentOfTruth.polarity == "negative",
                MomentOfTruth.weight >= HEAVY,
                MomentOfTruth.at > now - WEEK,
            )
        )
        or 0
    )


def touched_lately(session: Session, now: datetime) -> set[int]:
    """Return the touchpoints with a heavy negative moment in the last seven days."""
    found = select(MomentOfTruth.touchpoint_id).where(
        MomentOfTruth.polarity == "negative",
        MomentOfTruth.weight >= HEAVY,
        MomentOfTruth.at > now - WEEK,
    )
    return set(session.scalars(found.distinct()))


def above_usual(session: Session, touchpoint_id: int, now: datetime) -> bool:
    """Return whether the last seven days lie above the limits of the half year before (A13).

    Negative moments are counted against all encounters, so a busy week is no bad one. Nothing is
    said with fewer than 12 weeks in which anybody came by.
    """
    all_moments, negative = Counter[int](), Counter[int]()
    since = now - (PAST + 1) * WEEK
    rows = session.execute(
        select(MomentOfTruth.at, MomentOfTruth.polarity, MomentOfTruth.weight).where(
            MomentOfTruth.touchpoint_id == touchpoint_id,
            MomentOfTruth.at > since,
            MomentOfTruth.at <= now,
        )
    )
    for at, polarity, weight in rows:
        week = int((now - at) / WEEK)
        all_moments[week] += 1
        negative[week] += polarity == "negative" and weight >= HEAVY
    past = [(negative[week], float(all_moments[week])) for week in range(1, PAST + 1)]
    known = [each for each in past if each[1]]
    if len(known) < FEWEST or not all_moments[0]:
        return False
    chart = RateChart.frozen_laney(known)
    [point] = chart.points([(negative[0], float(all_moments[0]))])
    return point.value > point.high
