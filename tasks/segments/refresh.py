"""Scores every customer and works out who is in which segment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from engine import feel, store
from engine.engine import Engine
from engine.service_task import service_task
from engine.transaction.ports import DomainEvent
from engine.transaction.releases import latest
from tasks.analytics.pareto import tiers
from tasks.analytics.rfm import Buying, Rfm, rfm
from tasks.customers.records import Customer
from tasks.intents.records import open_intents
from tasks.outbound_webhooks import tell_many
from tasks.purchases.records import Transaction
from tasks.scores.records import CustomerScore, latest_scores
from tasks.segments.records import Segment, SegmentMember

TABLE = "rfm_segment"
NOBODY_BOUGHT = Rfm(1, 1, 1)
YEAR = timedelta(days=365)
LEAVE = delete(SegmentMember).where(
    SegmentMember.segment_id == bindparam("segment"),
    SegmentMember.customer_id == bindparam("customer"),
)
SNAPSHOT = ("r", "f", "m", "segment", "tier", "orders", "spent", "margin_12m")


@dataclass(frozen=True, slots=True)
class Standing:
    """One customer's buying with his scores, as segment rules see them."""

    buying: Buying | None
    scores: Rfm
    segment: str
    tier: str
    margin_12m: int
    interest: tuple[str, ...] = ()  # categories in which a purchase is expected

    def facts(self) -> dict[str, Any]:
        """Answer the names a segment rule may use."""
        return {
            "r": self.scores.r,
            "f": self.scores.f,
            "m": self.scores.m,
            "rfm": self.segment,
            "tier": self.tier,
            "orders": self.buying.orders if self.buying else 0,
            "spent": self.buying.spent if self.buying else 0,
            "recency_days": self.buying.recency_days if self.buying else None,
            "interest": list(self.interest),
        }

    def snapshot(self) -> dict[str, Any]:
        """Answer the columns of a `CustomerScore`."""
        facts = self.facts() | {"segment": self.segment, "margin_12m": self.margin_12m}
        return {name: facts[name] for name in SNAPSHOT}


@service_task(name="targeting.refresh_segments", retries=3)
def refresh_segments(session: Session, engine: Engine, now: datetime) -> dict[str, Any]:
    """Bring the segments up to date.

    Scores every customer by recency, frequency and money (1 worst to 5 best), gives him a value
    tier by the margin of the last 12 months and a segment by the table "RFM segments", keeps the
    snapshot where something changed, and works out the members of every segment that has a rule.
    Answers ``customers`` (how many were scored).
    """
    standings = _standings(session, engine, now)
    ruled = session.execute(select(Segment.id, Segment.rule).where(Segment.rule != "")).all()
    members = {id_: set(_inside(rule, standings, now)) for id_, rule in ruled}
    _keep(session, standings, now)  # from here on we hold the write lock, so be quick
    for segment_id, inside in members.items():
        _fill(session, segment_id, inside, now)
    return {"customers": len(standings)}


def _standings(session: Session, engine: Engine, now: datetime) -> dict[int, Standing]:
    buyings = _buyings(session, now)
    everybody = session.scalars(
        select(Customer.id).where(Customer.erased_at.is_(None), Customer.merged_into_id.is_(None))
    ).all()
    earned = dict.fromkeys(everybody, 0) | _margins(session, now - YEAR)
    tier = tiers({customer: earned[customer] for customer in everybody})
    scores = rfm({c: b for c, b in buyings.items() if c in tier})
    classes, interest = Classes(engine, now), _interest(session)
    result = {}
    for customer in everybody:
        buying, own = buyings.get(customer), scores.get(customer, NOBODY_BOUGHT)
        segment = classes.of(own, buying)
        result[customer] = Standing(
            buying, own, segment, tier[customer], earned[customer], interest.get(customer, ())
        )
    return result


def _interest(session: Session) -> dict[int, tuple[str, ...]]:
    """Return in which categories a purchase of a customer is expected."""
    found: dict[int, tuple[str, ...]] = {}
    for customer, category in session.execute(open_intents("hot", "renewal", "warm")):
        found[customer] = (*found.get(customer, ()), category)
    return found


def _buyings(session: Session, now: datetime) -> dict[int, Buying]:
    rows = session.execute(
        select(
            Transaction.customer_id,
            func.max(Transaction.at, type_=Transaction.at.type),
            func.count(),
            func.sum(Transaction.amount),
        )
        .where(Transaction.returned_at.is_(None), Transaction.at <= now)
        .group_by(Transaction.customer_id)
    )
    return {who: Buying((now - last).days, orders, int(sum_)) for who, last, orders, sum_ in rows}


def _margins(session: Session, since: datetime) -> dict[int, int]:
    margin = func.sum(func.coalesce(Transaction.margin, 0))
    rows = session.execute(
        select(Transaction.customer_id, margin)
        .where(Transaction.returned_at.is_(None), Transaction.at > since)
        .group_by(Transaction.customer_id)
    )
    return {who: int(earned) for who, earned in rows}


class Classes:
    """The deployed table "RFM segments", asked once per different customer."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        """Look the newest version up; raises NotFound when none is deployed."""
        with store.reading(engine.database) as connection:
            key = latest(connection, "decision", TABLE)
            self._model = engine.catalogue.decision(connection, key).model
        self._now = now
        self._known: dict[tuple[Rfm, int, float | None], str] = {}

    def of(self, scores: Rfm, buying: Buying | None) -> str:
        """Answer the segment of a customer."""
        orders, days = (buying.orders, buying.recency_days) if buying else (0, None)
        known = self._known.get((scores, orders, days))
        if known is None:
            known = self._known[scores, orders, days] = self._ask(scores, orders, days)
        return known

    def _ask(self, scores: Rfm, orders: int, days: float | None) -> str:
        facts = {"r": scores.r, "f": scores.f, "m": scores.m, "orders": orders}
        outcome = self._model.evaluate(TABLE, facts | {"recency_days": days}, now=self._now)
        if outcome.failure or not isinstance(outcome.value, str):
            raise ValueError(f"The table “{TABLE}” has no answer for {facts}: {outcome.failure}")
        return outcome.value


def _keep(session: Session, standings: Mapping[int, Standing], now: datetime) -> None:
    before = {score.customer_id: score for score in session.scalars(latest_scores())}
    rows = [
        {"customer_id": customer, "as_of": now} | snapshot
        for customer, snapshot in ((c, s.snapshot()) for c, s in standings.items())
        if (old := before.get(customer)) is None
        or any(getattr(old, name) != snapshot[name] for name in SNAPSHOT)
    ]
    if rows:
        session.execute(insert(CustomerScore), rows)
    tell_many(session, [*_moved(before, rows)], now)


def _moved(
    before: Mapping[int, CustomerScore], rows: Sequence[Mapping[str, Any]]
) -> Iterator[DomainEvent]:
    """Say whose tier is another than before; a first tier is no change."""
    for row in rows:
        old = before.get(row["customer_id"])
        if old is not None and old.tier != row["tier"]:
            data = {"customer_id": row["customer_id"], "from": old.tier, "to": row["tier"]}
            yield DomainEvent("customer.tier_changed", data)


def _fill(session: Session, segment_id: int, inside: set[int], now: datetime) -> None:
    of_segment = SegmentMember.segment_id == segment_id
    before = set(session.scalars(select(SegmentMember.customer_id).where(of_segment)))
    left = [{"segment": segment_id, "customer": customer} for customer in before - inside]
    joined = [{"segment_id": segment_id, "customer_id": c, "at": now} for c in inside - before]
    if left:
        session.connection().execute(LEAVE, left)
    if joined:
        session.execute(insert(SegmentMember), joined)


def _inside(rule: str, standings: Mapping[int, Standing], now: datetime) -> Iterator[int]:
    judged = feel.compile(rule.removeprefix("="))
    for customer, standing in standings.items():
        if judged.evaluate(standing.facts(), now=now).value is True:
            yield customer
