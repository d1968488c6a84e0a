"""A buyer's history in three numbers: repeat days x, last purchase t_x, age T.

Source: Fader, Hardie and Lee (2005). A day with several orders is one purchase day. The models see
nothing else of a customer, so they are worked out once per different history (`distinct`).
"""

from dataclasses import dataclass

import numpy as np

from tasks.analytics.arrays import Days, Floats, Ints

DAYS_PER_WEEK = 7.0
MOST_DAYS = 1 << 20  # 2,870 years: three of them fit into one sortable number


@dataclass(frozen=True, slots=True)
class Histories:
    """Histories of many customers, one place in each array per customer.

    `x` counts purchase days after the first; `last` is the number of days from the first purchase
    to the last, `age` to the end of observation. Raise ValueError when they contradict each other.
    """

    x: Days
    last: Days
    age: Days

    def __post_init__(self) -> None:
        """Check the histories."""
        if not len(self.x) == len(self.last) == len(self.age):
            raise ValueError("the arrays of histories have different lengths")
        if len(self.x) and (self.x.min() < 0 or (self.last > self.age).any()):
            raise ValueError("a history cannot have x < 0 or a purchase after its end")
        if ((self.last < self.x) | ((self.x == 0) & (self.last > 0))).any():
            raise ValueError("a history has more purchase days than days")
        if len(self.age) and max(int(self.age.max()), int(self.x.max())) >= MOST_DAYS:
            raise ValueError("a history is longer than 2,870 years")

    def __len__(self) -> int:
        return len(self.x)

    @property
    def repeats(self) -> Floats:
        """Return x as floats."""
        return self.x.astype(np.float64)

    @property
    def last_weeks(self) -> Floats:
        """Return t_x in weeks."""
        return self.last / DAYS_PER_WEEK

    @property
    def age_weeks(self) -> Floats:
        """Return T in weeks."""
        return self.age / DAYS_PER_WEEK


@dataclass(frozen=True, slots=True)
class Distinct:
    """The different histories, how many customers have each, and which one each customer has."""

    histories: Histories
    count: Ints
    of_customer: Ints


def distinct(histories: Histories) -> Distinct:
    """Return the different histories among the customers."""
    packed = (histories.x.astype(np.int64) * MOST_DAYS + histories.last) * MOST_DAYS + histories.age
    kinds, of_customer, count = np.unique(packed, return_inverse=True, return_counts=True)
    rest, age = np.divmod(kinds, MOST_DAYS)
    x, last = np.divmod(rest, MOST_DAYS)
    found = Histories(x.astype(np.int32), last.astype(np.int32), age.astype(np.int32))
    return Distinct(found, count, of_customer)
