"""Who a rule is true of: FEEL over the customer's current score and record.

A rule is judged once for each different combination of what it mentions, so that a million
customers are some thousand judgements.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import feel
from engine.errors import Invalid
from engine.model import Problem
from tasks.analytics.proportion import proportion
from tasks.customers.records import Customer
from tasks.intents.records import open_intents
from tasks.scores.records import CurrentScore, last_night

CHUNK = 20_000
SAMPLE = 10
EXACTLY = 20_000  # customers up to which a count is exact
JUDGED = 1_500  # each is a look-up of its own; a share is then known to 2.5 of 100
INTEREST = "interest"  # categories in which a purchase is expected
# what a rule may mention; all that is there was worked out at the last scoring
COLUMNS: Final[Mapping[str, Any]] = {
    "r": CurrentScore.r,
    "f": CurrentScore.f,
    "m": CurrentScore.m,
    "rfm": CurrentScore.segment,
    "tier": CurrentScore.tier,
    "orders": CurrentScore.orders,
    "spent": CurrentScore.spent,
    "margin_12m": CurrentScore.margin_12m,
    "clv_12m": CurrentScore.clv_12m,
    "problems_12m": CurrentScore.problems_12m,
    "silent": CurrentScore.silent,
    "recency_days": CurrentScore.last_purchase,
    "window_from": CurrentScore.window_from,
    "window_to": CurrentScore.window_to,
    "kind": Customer.kind,
    "stage": Customer.lifecycle_stage,
    "language": Customer.language,
    "owner": Customer.owner,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many customers a rule is true of, of how many, and some of them (number, name).

    With very many customers it is judged on a part of them: `judged` says of how many, and the
    number inside lies between `low` and `high` (95 %).
    """

    inside: int
    of: int
    sample: tuple[tuple[int, str], ...]
    judged: int | None = None
    low: int = 0
    high: int = 0


def inside(session: Session, rule: str, now: datetime) -> Iterator[int]:
    """Yield the customers a rule is true of."""
    judge = _Judge(session, rule, now)
    query = _scored(CurrentScore.customer_id, *judge.columns).execution_options(yield_per=CHUNK)
    for customer, *values in session.execute(query):
        if judge.true(tuple(values), customer):
            yield customer


def count(session: Session, rule: str, now: datetime) -> Counted:
    """Return how many a rule is true of, with a sample; raise Invalid where it cannot be read.

    The database groups the customers by what the rule mentions. Of more than `EXACTLY` customers
    `JUDGED` are drawn, the same at every look, so that it takes as long for a million.
    """
    night = session.scalar(last_night())
    if night is not None and night.customers > EXACTLY:
        return _estimated(session, rule, now, night.customers)
    if INTEREST in mentioned(rule):  # is no column: everybody is judged
        return _counted_one_by_one(session, rule, now)
    judge = _Judge(session, rule, now)
    query = _scored(*judge.columns, func.count(), func.min(CurrentScore.customer_id))
    if judge.columns:
        query = query.group_by(*judge.columns)
    found, of, some = 0, 0, []
    for *values, customers, first in session.execute(query):
        of += customers
        if customers and judge.true(tuple(values)):
            found += customers
            some.append(first)
    return Counted(found, of, _named(session, some))


def _estimated(session: Session, rule: str, now: datetime, of: int) -> Counted:
    judge = _Judge(session, rule, now)
    ends = select(func.min(CurrentScore.customer_id), func.max(CurrentScore.customer_id))
    first, last = session.execute(ends).one()
    draw = Random(last)  # noqa: S311 - a sample, nothing secret
    numbers = draw.sample(range(first, last + 1), min(JUDGED, last + 1 - first))
    judged, some = 0, []
    drawn = CurrentScore.customer_id.in_(numbers)
    query = _scored(CurrentScore.customer_id, *judge.columns).where(drawn)
    for customer, *values in session.execute(query):
        judged += 1
        if judge.true(tuple(values), customer):
            some.append(customer)
    share = proportion(len(some), judged)
    if share is None:
        return Counted(0, of, ())
    return Counted(
        inside=round(share.value * of),
        of=of,
        sample=_named(session, some),
        judged=judged,
        low=round(share.low * of),
        high=round(share.high * of),
    )


def _counted_one_by_one(session: Session, rule: str, now: datetime) -> Counted:
    found = list(inside(session, rule, now))
    of = session.scalar(_scored(func.count())) or 0
    return Counted(len(found), of, _named(session, found))


def _named(session: Session, some: list[int]) -> tuple[tuple[int, str], ...]:
    if not some:
        return ()
    names = select(Customer.id, Customer.name).where(Customer.id.in_(some[:SAMPLE]))
    return tuple((row.id, row.name) for row in session.execute(names.order_by(Customer.id)))


def check(rule: str) -> None:
    """Raise Invalid where a rule cannot be read or mentions nothing that is known."""
    if not mentioned(rule):
        names = ", ".join((*COLUMNS, INTEREST))
        message = f"The rule mentions nothing of a customer. It may mention: {names}."
        raise Invalid(message, [Problem(message, element="rule", rule="segment")])
    _compiled(rule)


def mentioned(rule: str) -> list[str]:
    """Return the names a rule mentions, in a fixed order; words in quotes are no names."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', rule)
    words = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", bare))
    return [name for name in (*COLUMNS, INTEREST) if name in words]


class _Judge:
    """Tells whether a rule is true of some values, each different combination once."""

    def __init__(self, session: Session, rule: str, now: datetime) -> None:
        self._rule = _compiled(rule)
        self._now = now
        named = mentioned(rule)
        self._names = [name for name in named if name != INTEREST]
        self._interest = _interest(session) if INTEREST in named else None
        self._known: dict[tuple[Any, ...], bool] = {}

    @property
    def columns(self) -> list[Any]:
        return [COLUMNS[name] for name in self._names]

    def true(self, values: tuple[Any, ...], customer: int = 0) -> bool:
        interest = () if self._interest is None else self._interest.get(customer, ())
        asked = (*values, interest)
        known = self._known.get(asked)
        if known is None:
            pairs = zip(self._names, values, strict=True)
            facts = {name: self._fact(name, value) for name, value in pairs}
            facts |= {} if self._interest is None else {INTEREST: list(interest)}
            known = self._rule.evaluate(facts, now=self._now).value is True
            self._known[asked] = known
        return known

    def _fact(self, name: str, value: Any) -> Any:
        if name == "recency_days" and isinstance(value, date):
            return (self._now.date() - value).days
        return value


def _interest(session: Session) -> dict[int, tuple[str, ...]]:
    """Return in which categories a purchase of a customer is expected."""
    found: dict[int, tuple[str, ...]] = {}
    for customer, category in session.execute(open_intents("hot", "renewal", "warm")):
        found[customer] = (*found.get(customer, ()), category)
    return found


def _compiled(rule: str) -> Any:
    try:
        return feel.compile(rule.removeprefix("="))
    except feel.SyntaxError_ as error:
        message = str(error)
        raise Invalid(message, [Problem(message, element="rule", rule="segment")]) from error


def _scored(*columns: Any) -> Select[Any]:
    query = select(*columns).select_from(CurrentScore)
    return query.join(Customer, Customer.id == CurrentScore.customer_id)
