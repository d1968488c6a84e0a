"""H-5, the scoring of everybody: purchases are streamed into typed columns, scored at once.

numpy and scipy are loaded here only, when it is night: they cost 30 MB and half a second.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.lifetime.clv import Terms
from tasks.analytics.scoring.purchases import Purchases
from tasks.analytics.scoring.ranks import TIER_NAMES, ranks
from tasks.analytics.scoring.score import Scores, score
from tasks.cases.records import Case
from tasks.customers.records import Customer
from tasks.permissions.grounds import objecting
from tasks.purchases.records import Transaction
from tasks.scores.classes import Classes
from tasks.scores.keep import digest

if TYPE_CHECKING:
    from tasks.analytics.arrays import Ints

CHUNK = 20_000  # rows at once
YEAR = timedelta(days=365)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Night:
    """All scores, in the order of the customers' numbers."""

    customers: "Ints"  # numbers, ascending
    scores: Scores
    problems: "Ints"
    problem_ranks: Any
    today: int  # day number

    @property
    def buyers(self) -> int:
        """Return how many ever bought."""
        return int((self.scores.orders > 0).sum())


def score_all(session: Session, now: datetime) -> Night:
    """Return the scores of everybody who is neither forgotten nor merged, at the end of a day."""
    numbers = np.array(session.scalars(_everybody()).all(), dtype=np.int64)
    today = now.date().toordinal()
    purchases = Purchases.collected(_purchases(session, numbers, now))
    terms = Terms(months=MONTHS, margin_share=_margin_share(purchases))
    problems = _problems(session, numbers, now)
    return Night(
        customers=numbers,
        scores=score(purchases, len(numbers), today, terms, _owners(session)),
        problems=problems,
        problem_ranks=ranks(problems),
        today=today,
    )


def rows(night: Night, classes: Classes) -> Iterator[dict[str, Any]]:
    """Yield the current row of each customer, with its digest."""
    columns = _columns(night)
    names = list(columns)
    for customer, values in zip(
        night.customers.tolist(), zip(*columns.values(), strict=True), strict=True
    ):
        row: dict[str, Any] = dict(zip(names, values, strict=True))
        last = row["last_purchase"]
        days = None if last is None else night.today - last.toordinal()
        row["segment"] = classes.of(row["r"], row["f"], row["m"], row["orders"], days)
        yield {"customer_id": customer, **row, "digest": digest(row)}


def _columns(night: Night) -> dict[str, list[Any]]:
    found = night.scores
    bought = found.orders > 0
    known = np.isfinite(found.clv)
    return {
        "r": found.r.tolist(),
        "f": found.f.tolist(),
        "m": found.m.tolist(),
        "tier": [TIER_NAMES[place] for place in found.tier.tolist()],
        "orders": found.orders.tolist(),
        "spent": found.spent.tolist(),
        "margin_12m": found.margin_12m.tolist(),
        "margin_rank": found.margin_rank.tolist(),
        "revenue_rank": found.revenue_rank.tolist(),
        "problems_12m": night.problems.tolist(),
        "problem_rank": night.problem_ranks.tolist(),
        "last_purchase": _days(np.where(bought, night.today - found.recency_days, -1)),
        "alive": _known(np.round(found.p_alive.astype(np.float64), 2), known),
        "expected_12m": _known(np.round(found.expected_12m.astype(np.float64), 1), known),
        "clv_12m": [
            int(value) if good else None
            for value, good in zip(
                np.rint(np.nan_to_num(found.clv)).tolist(), known.tolist(), strict=True
            )
        ],
        "silent": found.silent.tolist(),
        "window_from": _days(found.window_from),
        "window_to": _days(found.window_to),
    }


def _known(values: Any, known: Any) -> list[float | None]:
    pairs = zip(values.tolist(), known.tolist(), strict=True)
    return [value if good else None for value, good in pairs]


def _days(values: Any) -> list[date | None]:
    return [date.fromordinal(day) if day > 0 else None for day in values.tolist()]


def _scored() -> Any:
    """Say who is scored: whoever is there and does not object to it."""
    there = Customer.erased_at.is_(None) & Customer.merged_into_id.is_(None)
    return there & Customer.id.not_in(objecting())


def _everybody() -> Any:
    return select(Customer.id).where(_scored()).order_by(Customer.id)


def _purchases(session: Session, numbers: "Ints", now: datetime) -> Iterator[list[Any]]:
    order = Transaction
    query = (
        select(order.customer_id, order.at, order.amount, func.coalesce(order.margin, 0))
        .join(Customer, Customer.id == order.customer_id)
        .where(order.returned_at.is_(None), order.at <= now)
        .where(_scored())
        .order_by(order.customer_id, order.at)
    )
    for part in session.execute(query.execution_options(yield_per=CHUNK)).partitions(CHUNK):
        places = np.searchsorted(numbers, [row[0] for row in part]).tolist()
        yield [
            (place, row[1].date().toordinal(), row[2], row[3])
            for place, row in zip(places, part, strict=True)
        ]


def _margin_share(purchases: Purchases) -> float:
    """Return what of the revenue is margin, of all purchases together."""
    amount = int(purchases.amount.sum())
    if amount <= 0 or purchases.margin is None:
        return 1.0
    return min(max(float(purchases.margin.sum()) / amount, 0.0), 1.0)


def _problems(session: Session, numbers: "Ints", now: datetime) -> "Ints":
    """Return the complaints of 12 months of each customer."""
    case = Case
    mine = case.kind == "complaint", case.opened_at > now - YEAR, case.customer_id.is_not(None)
    query = select(case.customer_id, func.count()).where(*mine).group_by(case.customer_id)
    found = np.zeros(len(numbers), dtype=np.int64)
    for customer, count in session.execute(query):
        place = int(np.searchsorted(numbers, int(customer or 0)))
        if place < len(numbers) and numbers[place] == customer:
            found[place] = count
    return found


def _owners(session: Session) -> int | None:
    """Return how many of us own customers; None where nobody does, and A is not cut (9.8)."""
    owner = Customer.owner
    count = session.scalar(
        select(func.count(owner.distinct())).where(owner.is_not(None), owner != "")
    )
    return count or None
