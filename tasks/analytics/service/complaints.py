"""A8, complaints and service: how fast, how well, how often again.

Source: ISO 10002. Times are business hours, measured from what really happened. The number of
complaints is no bad figure: what should rise is the share of the unhappy who complain (voice rate).
Nothing here is shown per employee.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import quantile
from tasks.analytics.proportion import proportion
from tasks.analytics.rate import rate

REPEAT_WITHIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A case as far as the figures need it; hours are None while it has not happened."""

    opened_at: datetime
    customer: int | None
    cause: str | None
    acknowledged_hours: float | None = None
    first_human_hours: float | None = None
    solved_hours: float | None = None
    in_standard: bool | None = None
    contacts_to_solve: int | None = None
    reopened: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """Median and 90th percentile in business hours."""

    p50: Estimate | None
    p90: Estimate | None


@dataclass(frozen=True, slots=True)
class Service:
    """The figures of a period; None where nothing can be told."""

    acknowledged: Times
    first_human: Times
    solved: Times
    in_standard: Estimate | None
    first_contact: Estimate | None
    reopened: Estimate | None
    repeated: Estimate | None


def service(cases: Sequence[Complaint], earlier: Sequence[Complaint] = ()) -> Service:
    """Return the figures of the cases opened in a period.

    `earlier` are the cases of the 180 days before it, which make repeats of those in it.
    """
    judged = [c.in_standard for c in cases if c.in_standard is not None]
    solved = [c.contacts_to_solve for c in cases if c.contacts_to_solve is not None]
    return Service(
        acknowledged=times([c.acknowledged_hours for c in cases]),
        first_human=times([c.first_human_hours for c in cases]),
        solved=times([c.solved_hours for c in cases]),
        in_standard=proportion(sum(judged), len(judged)),
        first_contact=proportion(sum(n == 1 for n in solved), len(solved)),
        reopened=proportion(sum(c.reopened for c in cases), len(cases)),
        repeated=repeat_rate(cases, earlier),
    )


def times(hours: Sequence[float | None]) -> Times:
    """Return P50 and P90 of what has happened; raise ValueError for a negative time."""
    known = [hour for hour in hours if hour is not None]
    if known and min(known) < 0:
        raise ValueError("nothing happens before the case is opened")
    return Times(quantile(known, 0.5), quantile(known, 0.9))


def per_1000_customers(cases: int, customers: int) -> Estimate | None:
    """Return complaints per 1,000 customers; None without customers."""
    found = rate(cases, customers)
    return found and found.scaled(1_000)


def voice_rate(complained: int, unhappy: int) -> Estimate | None:
    """Return the share of the unhappy (by survey) who complained: it should rise."""
    return proportion(complained, unhappy)


def repeat_rate(cases: Sequence[Complaint], earlier: Sequence[Complaint] = ()) -> Estimate | None:
    """Return the share of cases whose customer had the same cause in the 180 days before.

    `earlier` are cases before the period: they are no repeats themselves. Cases without customer
    or cause cannot be told and do not count.
    """
    last: dict[tuple[int | None, str | None], datetime] = {}
    for case in _known(earlier):
        last[case.customer, case.cause] = case.opened_at
    known, repeats = _known(cases), 0
    for case in known:
        before = last.get((case.customer, case.cause))
        repeats += before is not None and case.opened_at - before <= REPEAT_WITHIN
        last[case.customer, case.cause] = case.opened_at
    return proportion(repeats, len(known))


def backlog_age(cases: Sequence[Complaint], now: datetime) -> Times:
    """Return P50 and P90 of the age of open cases in calendar days."""
    ages = [(now - c.opened_at) / timedelta(days=1) for c in cases if not c.closed]
    return times(ages)


def _known(cases: Sequence[Complaint]) -> list[Complaint]:
    told = (case for case in cases if case.customer is not None and case.cause is not None)
    return sorted(told, key=lambda case: case.opened_at)
