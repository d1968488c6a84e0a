"""A12, revenue by touchpoint: the ways customers went in the 90 days before they bought or not.

Touchpoints are where encounters were noted and the channels on which messages went out. Not for
crediting a touchpoint with an effect: a control group beats every column here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import String, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from tasks.analytics.contacting.attribution import Path, attribution
from tasks.analytics.proportion import proportion
from tasks.contacts.records import Contact
from tasks.figures.plain import FEWEST, told
from tasks.moments.records import MomentOfTruth
from tasks.purchases.records import Transaction
from tasks.touchpoints.records import Touchpoint

YEAR = timedelta(days=365)
WINDOW = timedelta(days=90)  # an encounter longer ago did not lead to the purchase
LONGEST = 20  # touchpoints of a way; the last ones count
CHUNK = 20_000
MESSAGE = "message:"  # before a channel

Meeting = tuple[datetime, str, int | None]  # when, which touchpoint or "", revenue of an order


@dataclass(slots=True)
class _Ways:
    """How often each way was gone, with and without a purchase, and what was bought."""

    times: dict[tuple[tuple[str, ...], bool], int] = field(default_factory=lambda: defaultdict(int))
    revenue: dict[tuple[str, ...], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, way: list[tuple[datetime, str]], revenue: int | None) -> None:
        names = tuple(name for _, name in way[-LONGEST:])
        if not names:
            return
        self.times[names, bool(revenue)] += 1
        if revenue:
            self.revenue[names] += revenue

    def paths(self) -> list[Path]:
        return [
            Path(names, self.revenue[names] if sold else 0, times)
            for (names, sold), times in self.times.items()
        ]


def touchpoints(session: Session, now: datetime) -> dict[str, Any]:
    """Return the revenue of each touchpoint by five conventions, of the last 12 months.

    A touchpoint on fewer than 10 ways is counted and its share hidden. Whoever met us within 90
    days and has not bought may still: such ways are left out.
    """
    paths = _paths(session, now)
    found = attribution(paths)
    names = dict(session.execute(select(cast(Touchpoint.id, String), Touchpoint.name)).all())
    rows: list[dict[str, Any]] = []
    for key in sorted({name for path in paths for name in path.touchpoints}):
        mine = [path for path in paths if key in path.touchpoints]
        n = sum(path.times for path in mine)
        sold = sum(path.times for path in mine if path.revenue)
        rows.append(
            {
                "name": names.get(key, ""),
                "channel": key.removeprefix(MESSAGE) if key.startswith(MESSAGE) else "",
                "ways": n,
                "sold": told(proportion(sold, n)),
                "assisted": found.assisted.get(key, 0),
            }
            | {
                how: round(getattr(found, how).get(key, 0.0))
                for how in ("first", "last", "linear", "position", "markov")
            }
        )
    rows.sort(key=lambda row: -row["markov"])
    return {
        "rows": [row for row in rows if row["ways"] >= FEWEST],
        "hidden": sum(row["ways"] < FEWEST for row in rows),
        "ways": found.paths,
        "sold": told(proportion(found.conversions, found.paths)),
        "days": WINDOW.days,
    }


def _paths(session: Session, now: datetime) -> list[Path]:
    ways = _Ways()
    rows = session.execute(_meetings(now).execution_options(yield_per=CHUNK))
    for _, mine in groupby(rows, key=lambda row: row[0]):
        _follow(((row[1], row[2], row[3]) for row in mine), ways, now)
    return ways.paths()


def _follow(meetings: Iterable[Meeting], ways: _Ways, now: datetime) -> None:
    """Cut what happened to one customer into ways, each ending with an order or 90 quiet days."""
    way: list[tuple[datetime, str]] = []
    for at, name, revenue in meetings:
        if way and at - way[-1][0] > WINDOW:
            ways.add(way, None)
            way = []
        if revenue is None:
            way.append((at, name))
        else:
            ways.add([each for each in _merged(way) if at - each[0] <= WINDOW], revenue)
            way = []
    if way and now - way[-1][0] > WINDOW:
        ways.add(list(_merged(way)), None)


def _merged(way: list[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    """Yield a way without what repeats itself directly; the last of it counts."""
    for place, each in enumerate(way):
        if place + 1 == len(way) or way[place + 1][1] != each[1]:
            yield each


def _meetings(now: datetime) -> Any:
    moment, contact, order = MomentOfTruth, Contact, Transaction
    begin = now - YEAR
    money = order.amount.type
    met = select(
        moment.customer_id.label("who"),
        moment.at.label("at"),
        cast(moment.touchpoint_id, String).label("name"),
        cast(null(), money).label("revenue"),
    ).where(moment.customer_id.is_not(None), moment.at > begin, moment.at <= now)
    sent = select(
        contact.customer_id,
        contact.sent_at,
        literal(MESSAGE) + contact.channel,
        cast(null(), money),
    ).where(contact.customer_id.is_not(None), contact.sent_at > begin, contact.sent_at <= now)
    bought = select(order.customer_id, order.at, literal(""), order.amount).where(
        order.returned_at.is_(None), order.amount > 0, order.at > begin, order.at <= now
    )
    every = union_all(met, sent, bought).subquery()
    return select(every).order_by(every.c.who, every.c.at, every.c.revenue.is_not(None))
