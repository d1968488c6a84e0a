"""What else differs between the sides of a pilot: nothing is decided by it.

For each customer who was drawn, from the first case in the trial on: how long the case took,
whether there was a negative moment, which marks were given (effort, satisfaction, recommending, all
on 1 to 7), whether the customer had to come again, and what was paid for complaints. Of several
figures one differs by chance more often than of one: the standard alone decides.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import fsum
from statistics import fmean
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import store
from tasks.analytics.estimate import Estimate
from tasks.analytics.pilot.two_means import Good, Sample, TwoMeans, gain
from tasks.analytics.pilot.two_proportions import TwoArms, difference
from tasks.cases.decisions import CaseDecision
from tasks.cases.records import Case
from tasks.moments.records import MomentOfTruth
from tasks.pilots.counting import SIDES, by_side, drawn
from tasks.policy.amounts import to_major

HOUR = timedelta(hours=1)
_instance = store.instance.c
Values = dict[str, list[float]]  # by side


@dataclass(frozen=True, slots=True)
class _First:
    """The first case of a customer in a trial."""

    side: str
    at: datetime


def beside_it(
    session: Session, process_id: str, deployment_key: int, since: datetime, now: datetime
) -> list[dict[str, Any]]:
    """Return each measure: what, unit, n and value of both sides, gain with its 95 % interval.

    A gain is positive where the candidate is better. Units: hours, share, mark, money.
    """
    first = _first(session, process_id, deployment_key)
    spent = by_side(drawn(session, deployment_key), _hours(session, deployment_key, now))
    return [
        _means("hours", "hours", spent, "low"),
        _shares("negative", _having(first, _negative(session, since, now))),
        _means("mark", "mark", _of_customers(first, _marks(session, since, now)), "high"),
        _shares("again", _having(first, _again(session, process_id, since, now))),
        _means("given", "money", _of_all(first, _given(session, since, now)), "low"),
    ]


def _first(session: Session, process_id: str, deployment_key: int) -> dict[int, _First]:
    """Return the first case of each customer who was drawn, by her number."""
    query = (
        select(_instance.customer, _instance.trial_side, func.min(_instance.started_at).label("at"))
        .where(
            _instance.trial_key == deployment_key,
            _instance.process_id == process_id,
            _instance.customer.is_not(None),
        )
        .group_by(_instance.customer, _instance.trial_side)
    )
    return {
        int(row.customer): _First(row.trial_side, row.at)
        for row in session.execute(query)
        if row.customer.isdecimal()
    }


def _hours(session: Session, deployment_key: int, now: datetime) -> Iterator[tuple[int, float]]:
    query = select(_instance.key, _instance.started_at, _instance.ended_at).where(
        _instance.trial_key == deployment_key,
        _instance.parent_instance_key.is_(None),
        _instance.ended_at < now,
    )
    for row in session.execute(query):
        yield row.key, (row.ended_at - row.started_at) / HOUR


Told = Iterator[tuple[int, datetime, float]]  # customer, when, what


def _negative(session: Session, since: datetime, now: datetime) -> Told:
    moment = MomentOfTruth
    query = select(moment.customer_id, moment.at).where(
        moment.polarity == "negative",
        moment.at >= since,
        moment.at < now,
        moment.customer_id.is_not(None),
    )
    yield from ((row.customer_id, row.at, 1.0) for row in session.execute(query))


def _marks(session: Session, since: datetime, now: datetime) -> Told:
    moment = MomentOfTruth
    query = select(moment.customer_id, moment.at, moment.perceived).where(
        moment.perceived.is_not(None),
        moment.happened == "survey",
        moment.at >= since,
        moment.at < now,
        moment.customer_id.is_not(None),
    )
    yield from ((row.customer_id, row.at, row.perceived) for row in session.execute(query))


def _again(session: Session, process_id: str, since: datetime, now: datetime) -> Told:
    query = select(_instance.customer, _instance.started_at).where(
        _instance.process_id == process_id,
        _instance.started_at >= since,
        _instance.started_at < now,
        _instance.customer.is_not(None),
    )
    for row in session.execute(query):
        if row.customer.isdecimal():
            yield int(row.customer), row.started_at, 1.0


def _given(session: Session, since: datetime, now: datetime) -> Told:
    both = (CaseDecision.amount + CaseDecision.goodwill).label("both")
    query = (
        select(Case.customer_id, CaseDecision.created_at, both)
        .join(Case, Case.id == CaseDecision.case_id)
        .where(CaseDecision.created_at >= since, CaseDecision.created_at < now)
        .where(Case.customer_id.is_not(None))
    )
    for row in session.execute(query):
        yield row.customer_id, row.created_at, float(to_major(session, row.both))


def _having(first: Mapping[int, _First], told: Told) -> TwoArms:
    """Count the customers who had it after their first case, and those who had it not."""
    had = {who for who, at, _ in told if who in first and at > first[who].at}
    n = dict.fromkeys(SIDES, 0)
    without = dict.fromkeys(SIDES, 0)
    for who, case in first.items():
        n[case.side] += 1
        without[case.side] += who not in had
    return TwoArms(n["candidate"], without["candidate"], n["current"], without["current"])


def _of_customers(first: Mapping[int, _First], told: Told) -> Values:
    """Return the mean for each customer who told something after her first case."""
    values: Values = {side: [] for side in SIDES}
    for who, given in _own(first, told).items():
        values[first[who].side].append(fmean(given))
    return values


def _of_all(first: Mapping[int, _First], told: Told) -> Values:
    """Return the sum for each customer, 0 where there is nothing after her first case."""
    own = _own(first, told)
    values: Values = {side: [] for side in SIDES}
    for who, case in first.items():
        values[case.side].append(fsum(own.get(who, ())))
    return values


def _own(first: Mapping[int, _First], told: Told) -> dict[int, list[float]]:
    own: dict[int, list[float]] = defaultdict(list)
    for who, at, what in told:
        if who in first and at > first[who].at:
            own[who].append(what)
    return own


def _shares(what: str, without: TwoArms) -> dict[str, Any]:
    """Tell the share of customers who had it; fewer are better."""
    new, old = without.n_candidate, without.n_current
    return {
        "what": what,
        "unit": "share",
        "n_candidate": new,
        "n_current": old,
        "candidate": round(1 - without.successes_candidate / new, 4) if new else None,
        "current": round(1 - without.successes_current / old, 4) if old else None,
        **_gained(difference(without)),
    }


def _means(what: str, unit: str, values: Values, good: Good) -> dict[str, Any]:
    new, old = Sample.of(values["candidate"]), Sample.of(values["current"])
    return {
        "what": what,
        "unit": unit,
        "n_candidate": new.n,
        "n_current": old.n,
        "candidate": round(new.mean, 4) if new.n else None,
        "current": round(old.mean, 4) if old.n else None,
        **_gained(gain(TwoMeans(new, old, good))),
    }


def _gained(found: Estimate | None) -> dict[str, float | None]:
    if found is None:
        return {"effect": None, "low": None, "high": None}
    return {
        "effect": round(found.value, 4) + 0.0,  # no -0.0
        "low": round(found.low, 4) + 0.0,
        "high": round(found.high, 4) + 0.0,
    }
