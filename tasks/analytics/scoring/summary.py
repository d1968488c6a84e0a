"""One line per customer out of all purchases: history, orders, money, and the gaps between them."""

from dataclasses import dataclass

import numpy as np

from tasks.analytics.arrays import Days, Flags, Floats, Ints
from tasks.analytics.lifetime.history import Histories
from tasks.analytics.scoring.purchases import Purchases


@dataclass(frozen=True, slots=True)
class Gaps:
    """Days between the purchase days of each customer, in the order of customer and length.

    The gaps of customer c stand from `start[c]` to `start[c] + count[c]`.
    """

    days: Days
    start: Ints
    count: Days

    def quantile(self, share: float) -> Floats:
        """Return the quantile of each customer's own gaps (interpolated); NaN without gaps."""
        at = share * np.maximum(self.count - 1, 0)
        below = np.floor(at).astype(np.int64)
        above = np.ceil(at).astype(np.int64)
        known = self.count > 0
        result = np.full(len(self.count), np.nan)
        low = self.days[(self.start + below)[known]]
        high = self.days[(self.start + above)[known]]
        result[known] = low + (high - low) * (at - below)[known]
        return result


@dataclass(frozen=True, slots=True)
class Summary:
    """All customers at the end of a day; who never bought has 0 orders and an empty history."""

    histories: Histories
    orders: Days
    spent: Ints
    mean_spend: Floats  # per repeat purchase day, in minor units; 0 without
    last_day: Days
    gaps: Gaps
    end: int

    @property
    def bought(self) -> Flags:
        """Return who bought at all."""
        return self.orders > 0

    @property
    def recency(self) -> Days:
        """Return the days since the last purchase (0 for who never bought)."""
        return np.where(self.bought, self.end - self.last_day, 0).astype(np.int32)


def summarise(purchases: Purchases, customers: int, end: int) -> Summary:
    """Return a line for each of the customers 0 … customers - 1 at the end of the day `end`.

    Raise ValueError for a purchase after `end` or of a customer beyond the last.
    """
    if len(purchases) and int(purchases.customer[-1]) >= customers:
        raise ValueError("there is a purchase of an unknown customer")
    if len(purchases) and int(purchases.day.max()) > end:
        raise ValueError("there is a purchase after the end of observation")
    starts = _purchase_days(purchases)
    who, day = purchases.customer[starts], purchases.day[starts]
    per_day = np.add.reduceat(purchases.amount, starts) if len(starts) else purchases.amount
    days = np.bincount(who, minlength=customers).astype(np.int32)
    place = np.cumsum(days, dtype=np.int64) - days  # of the first purchase day of each customer
    known = days > 0
    first, last = _at(day, place, known, end), _at(day, place + days - 1, known, end)
    running = np.cumsum(per_day)
    repeat_spend = _at(running, place + days - 1, known, 0) - _at(running, place, known, 0)
    spent = repeat_spend + _at(per_day, place, known, 0)
    x = np.maximum(days - 1, 0)
    return Summary(
        histories=Histories(x, (last - first).astype(np.int32), (end - first).astype(np.int32)),
        orders=np.bincount(purchases.customer, minlength=customers).astype(np.int32),
        spent=spent,
        mean_spend=np.where(x > 0, repeat_spend / np.maximum(x, 1), 0.0),
        last_day=last.astype(np.int32),
        gaps=_gaps(who, day, x),
        end=end,
    )


def _purchase_days(purchases: Purchases) -> Ints:
    """Return the places where another customer or another day begins."""
    changes = np.ones(len(purchases), dtype=np.bool_)
    changes[1:] = purchases.customer[1:] != purchases.customer[:-1]
    changes[1:] |= purchases.day[1:] != purchases.day[:-1]
    return np.flatnonzero(changes)


def _at(values: Days | Ints, place: Ints, known: Flags, otherwise: int) -> Ints:
    result = np.full(len(known), otherwise, dtype=np.int64)
    result[known] = values[place[known]]
    return result


def _gaps(who: Days, day: Days, x: Days) -> Gaps:
    same = who[1:] == who[:-1]
    # customer and length in one number, so that one sort in place does both
    packed = who[1:][same].astype(np.int64) << 32
    packed |= (day[1:] - day[:-1])[same]
    packed.sort()
    packed &= 0xFFFFFFFF
    return Gaps(packed.astype(np.int32), np.cumsum(x, dtype=np.int64) - x, x)
