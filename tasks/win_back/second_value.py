"""What a second life would be worth: from how often customers alike came back by themselves."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from tasks.analytics.selling.winback import (
    BANDS,
    Band,
    Lapsed,
    p_back,
    return_shares,
    second_lifetime_value,
)
from tasks.policy.records import value, values
from tasks.purchases.records import Transaction

HALF_YEAR = timedelta(weeks=26)
MONTH_DAYS = 365.25 / 12
APPROACHES = 2


@dataclass(frozen=True, slots=True)
class Worth:
    """Everything that the value of a second life rests on."""

    shares: dict[Band, Any]
    edges: list[int]  # of the fifths of what the silent had spent
    months: float
    offer: int
    contact: int

    def of(self, session: Session, customer_id: int) -> int | None:
        """Return the value of a second life in minor units; None where too little is known."""
        bought = session.execute(
            select(
                func.count(),
                func.sum(Transaction.amount),
                func.sum(Transaction.margin),
                func.count(Transaction.margin),
                func.min(Transaction.at),
                func.max(Transaction.at),
            ).where(Transaction.customer_id == customer_id)
        ).one()
        orders, spent, margin, known, first, last = bought
        if not orders or margin is None or known < orders:
            return None
        p = p_back(self.shares, Lapsed(orders, _fifth(spent, self.edges), returned=False).band)
        if p is None:
            return None
        lived = max(1.0, (last - first).days / MONTH_DAYS)
        worth = second_lifetime_value(p, margin / lived, self.months, self.offer, self.contact)
        return round(worth)


def worth(session: Session, now: datetime) -> Worth:
    """Look at everybody who had been silent for 26 weeks half a year ago, and who came back."""
    silent = _silent(session, now - HALF_YEAR)
    edges = _edges(sorted(row.spent for row in silent))
    lapsed = (
        Lapsed(row.orders, _fifth(row.spent, edges), returned=row.last_ever > now - HALF_YEAR)
        for row in silent
    )
    return Worth(
        shares=return_shares(lapsed),
        edges=edges,
        months=float(value(session, "winback.second_life_months")),
        offer=int(value(session, "winback.offer_cost")),
        contact=APPROACHES * int(values(session, "cost")["email"]),
    )


def _silent(session: Session, then: datetime) -> list[Row[Any]]:
    """Return orders, spent and the last purchase ever of who had been silent at an instant."""
    last_ever = (
        select(Transaction.customer_id, func.max(Transaction.at).label("last_ever"))
        .group_by(Transaction.customer_id)
        .subquery()
    )
    return list(
        session.execute(
            select(
                func.count().label("orders"),
                func.sum(Transaction.amount).label("spent"),
                last_ever.c.last_ever,
            )
            .join(last_ever, last_ever.c.customer_id == Transaction.customer_id)
            .where(Transaction.at <= then)
            .group_by(Transaction.customer_id, last_ever.c.last_ever)
            .having(func.max(Transaction.at) < then - HALF_YEAR)
        )
    )


def _edges(ordered: list[int]) -> list[int]:
    """Return what divides the spent amounts into fifths."""
    if not ordered:
        return []
    return [ordered[len(ordered) * fifth // BANDS] for fifth in range(1, BANDS)]


def _fifth(spent: int, edges: list[int]) -> int:
    return 1 + bisect_right(edges, spent)
