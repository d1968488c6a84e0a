"""How much a cause matters: how often, whom, at what cost, and against its own past."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.charts.rates import RateChart
from tasks.analytics.charts.signals import signals
from tasks.cases.records import Case

WEEK = timedelta(weeks=1)
MONTH = timedelta(days=30)
BASELINE = 26  # weeks
LATEST = 4  # weeks that are compared with those before


@dataclass(frozen=True, slots=True)
class Weight:
    """A cause in the last 30 days; cost in minor units, rank 1 costs most."""

    cause_id: int
    n: int
    customers: int
    cost: int
    rank: int


def of_all(session: Session, now: datetime) -> list[Weight]:
    """Return the causes of the last 30 days, what cost most first."""
    rows = session.execute(
        select(
            Case.cause_id,
            func.count(),
            func.count(func.distinct(Case.customer_id)),
            func.coalesce(func.sum(Case.given), 0),
        )
        .where(Case.kind == "complaint", Case.cause_id.is_not(None))
        .where(Case.opened_at > now - MONTH, Case.joined_id.is_(None))
        .group_by(Case.cause_id)
    ).all()
    ordered = sorted(rows, key=lambda row: (-row[3], -row[1], row[0]))
    return [
        Weight(cause, n, customers, cost, rank)
        for rank, (cause, n, customers, cost) in enumerate(ordered, 1)
        if cause is not None
    ]


def weekly(session: Session, cause_id: int, since: datetime, until: datetime) -> list[int]:
    """Return how many complaints with this cause each whole week between two instants had."""
    weeks = max(int((until - since) / WEEK), 0)
    instants = session.scalars(
        select(Case.opened_at)
        .where(Case.kind == "complaint", Case.cause_id == cause_id, Case.joined_id.is_(None))
        .where(Case.opened_at >= since, Case.opened_at < since + weeks * WEEK)
    )
    counted = Counter(int((at - since) / WEEK) for at in instants)
    return [counted[week] for week in range(weeks)]


def rises(session: Session, cause_id: int, now: datetime) -> bool:
    """Return whether the latest weeks are above the limits of the half year before."""
    counts = weekly(session, cause_id, now - (BASELINE + LATEST) * WEEK, now)
    before, latest = counts[:BASELINE], counts[BASELINE:]
    if not any(before):
        return False  # nothing to compare with: a new cause is ranked, not charted
    chart = RateChart.frozen([(count, 1.0) for count in before])
    found = signals(chart.points([(count, 1.0) for count in latest]))
    return any(signal.side == "high" for signal in found)
