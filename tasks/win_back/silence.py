"""Silence: how long a customer has bought nothing, what is usual, and who buys by the season."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.risk.hiatus import is_dormant, longest_usual_gap
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import OURS
from tasks.customers.records import Customer
from tasks.lapsed.records import LapsedRecord
from tasks.policy.records import value
from tasks.purchases.records import Transaction
from tasks.win_back.records import OVER

LEAST_DAYS = 26 * 7  # less makes nobody dormant
SAMPLE = 2_000  # newest orders whose customers show what gap is usual
FEWEST_GAPS = 30  # fewer say nothing about everybody
LONGEST_SEASON = 4  # months of a year
YEAR, LATE_SEASON = timedelta(days=365), timedelta(days=60)


@service_task(name="win_back.find_silent", retries=5)
def find_silent(session: Session, now: datetime) -> dict[str, Any]:
    """Find who has fallen silent, the longest silent first, and who buys again.

    Silent is who has bought nothing for longer than 26 weeks, than nine of ten of the own and than
    nine of ten of everybody's gaps, and has no running contract. Whoever was noted as dormant and
    has bought since is noted as regained. Returns ``silent`` (numbers of customers, at most the
    policy value lapse.silent_per_night), ``worth`` (the margin of all their purchases, minor units,
    by number as text: who is asked first) and ``awake`` (how many buy again).
    """
    awake = _wake(session, now)
    most = int(value(session, "lapse.silent_per_night"))
    usual, silent = usual_gap(session), list[int]()
    for customer_id in session.scalars(_candidates(now)):
        bought = purchase_days(session, customer_id)
        if is_dormant((now - bought[-1]).days, gaps(bought), usual):
            silent.append(customer_id)
        if len(silent) == most:
            break
    return {"silent": silent, "worth": _worth(session, silent), "awake": awake}


def _worth(session: Session, numbers: Sequence[int]) -> dict[str, int]:
    earned = (
        select(Transaction.customer_id, func.sum(func.coalesce(Transaction.margin, 0)))
        .where(Transaction.customer_id.in_(numbers))
        .group_by(Transaction.customer_id)
    )
    return {str(number): int(margin) for number, margin in session.execute(earned)}


def purchase_days(session: Session, customer_id: int) -> list[datetime]:
    """Return when the customer bought, oldest first; returned orders count."""
    bought = select(Transaction.at).where(Transaction.customer_id == customer_id)
    return list(session.scalars(bought.order_by(Transaction.at)))


def gaps(bought: Sequence[datetime]) -> list[float]:
    """Return the days between purchases."""
    return [(later - earlier).total_seconds() / 86_400 for earlier, later in pairwise(bought)]


def usual_gap(session: Session) -> float | None:
    """Return what nine of ten gaps of the customers of the newest orders are below, in days.

    None with fewer than 30 gaps.
    """
    newest = select(Transaction.customer_id).order_by(Transaction.id.desc()).limit(SAMPLE)
    rows = session.execute(
        select(Transaction.customer_id, Transaction.at)
        .where(Transaction.customer_id.in_(newest.scalar_subquery()))
        .order_by(Transaction.customer_id, Transaction.at)
    )
    own = (gaps([at for _, at in each]) for _, each in groupby(rows, key=itemgetter(0)))
    all_gaps = [gap for each in own for gap in each]
    return longest_usual_gap(all_gaps) if len(all_gaps) >= FEWEST_GAPS else None


def in_season(bought: Iterable[datetime], now: datetime) -> bool:
    """Return whether the customer buys in the same months of years, and they may come again.

    At least two years, in a stretch of at most four months; the next season is over sixty days
    after a year has passed since the last purchase.
    """
    days = sorted(bought)
    if len({day.year for day in days}) < 2:
        return False
    months = sorted({day.month for day in days})
    around = [later - earlier for earlier, later in pairwise([*months, months[0] + 12])]
    stretch = 12 - max(around) + 1
    return stretch <= LONGEST_SEASON and now <= days[-1] + YEAR + LATE_SEASON


def has_contract(session: Session, customer_id: int, now: datetime) -> bool:
    """Return whether a contract of the customer runs."""
    found = _running(now).where(Contract.customer_id == customer_id)
    return session.scalar(found.limit(1)) is not None


def _running(now: datetime) -> Any:
    return select(Contract.customer_id).where(
        Contract.ended_at.is_(None),
        Contract.ends_on.is_(None) | (Contract.ends_on >= now.date()),
    )


def _candidates(now: datetime) -> Any:
    last = func.max(Transaction.at)
    noted = select(LapsedRecord.customer_id).where(LapsedRecord.state.not_in(OVER))
    return (
        select(Customer.id)
        .join(Transaction, Transaction.customer_id == Customer.id)
        .where(
            Customer.lifecycle_stage.in_(OURS),
            Customer.merged_into_id.is_(None),
            Customer.erased_at.is_(None),
            Customer.id.not_in(noted),
            Customer.id.not_in(_running(now)),
        )
        .group_by(Customer.id)
        .having(last < now - timedelta(days=LEAST_DAYS))
        .order_by(last, Customer.id)
    )


def _wake(session: Session, now: datetime) -> int:
    bought = (
        select(Transaction.id)
        .where(
            Transaction.customer_id == LapsedRecord.customer_id,
            Transaction.at > LapsedRecord.since,
        )
        .exists()
    )
    back = select(LapsedRecord).join(Customer, Customer.id == LapsedRecord.customer_id)
    awake = session.scalars(
        back.where(LapsedRecord.state == "dormant", Customer.lifecycle_stage.in_(OURS), bought)
    ).all()
    for record in awake:
        record.state, record.updated_at = "regained", now
    return len(awake)
