"""A17, whom to win back: second lifetime value, from how often people like them came back.

Source: Stauss and Friege (1999), Kumar, Bhagwat and Zhang (2015). SLTV = p(back) · monthly margin ·
second-life months - offer - contact, minor units. People come back unaided too (11 % of the silent
CDNOW customers in half a year): only the difference to a control group is an effect. Who asked not
to be contacted is not in any of these figures' lists.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.pilot.two_proportions import TwoArms, difference
from tasks.analytics.proportion import proportion

FEWEST_LAPSED = 30
MOST_ORDERS, BANDS = 4, 5


@dataclass(frozen=True, slots=True)
class Band:
    """Former customers alike: orders (1, 2, 3, 4 for more) and fifth of the value (1 to 5)."""

    orders: int
    value_fifth: int


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A former customer: orders in all, fifth of the value, and whether he came back."""

    orders: int
    value_fifth: int
    returned: bool

    @property
    def band(self) -> Band:
        """Return the band; raise ValueError for no order or a fifth outside 1 to 5."""
        if self.orders < 1 or not 1 <= self.value_fifth <= BANDS:
            raise ValueError("a former customer has ordered and stands in a fifth of the value")
        return Band(min(self.orders, MOST_ORDERS), self.value_fifth)


def return_shares(lapsed: Iterable[Lapsed]) -> dict[Band, Estimate]:
    """Return the share that came back in each band of at least 30 former customers."""
    groups: dict[Band, list[bool]] = defaultdict(list)
    for customer in lapsed:
        groups[customer.band].append(customer.returned)
    shares = {band: proportion(sum(own), len(own)) for band, own in groups.items()}
    return {
        band: share
        for band, share in shares.items()
        if share is not None and share.n >= FEWEST_LAPSED
    }


def p_back(shares: Mapping[Band, Estimate], band: Band) -> float | None:
    """Return how likely one of the band comes back; None where too little is known."""
    share = shares.get(band)
    return None if share is None else share.value


def second_lifetime_value(
    p: float, monthly_margin: float, months: float, offer: int, contact: int
) -> float:
    """Return p · margin · months - offer - contact in minor units.

    `months` is how long returned customers usually stay (median of their second lives). Raise
    ValueError for a p outside 0 to 1 or a negative cost.
    """
    if not 0 <= p <= 1 or min(months, offer, contact) < 0:
        raise ValueError("a probability lies between 0 and 1, months and costs are not negative")
    return p * monthly_margin * months - offer - contact


def regained(treated: int, returned: int, control: int, returned_unaided: int) -> Estimate | None:
    """Return the share regained beyond those who came back unaided; None while an arm is empty."""
    return difference(TwoArms(treated, returned, control, returned_unaided))


def repeat_churn(left_again_same_reason: int, regained_customers: int) -> Estimate | None:
    """Return the share of regained customers who left again for the reason they left before."""
    return proportion(left_again_same_reason, regained_customers)
