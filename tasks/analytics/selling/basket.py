"""A10, which products go together: support, confidence, lift.

Source: Agrawal and Srikant (1994). A rule is shown only with support of 0.2 %, lift of 1.2 and a
lower limit of the lift above 1. The greatest lift is a bad reason to offer something: it favours
what hardly anybody buys (see `next_offer`).
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from math import exp, hypot, inf, log
from typing import Generic, TypeVar

from tasks.analytics.estimate import LEVEL, Estimate
from tasks.analytics.proportion import proportion

Product = TypeVar("Product", bound=Hashable)
LEAST_SUPPORT, LEAST_LIFT = 0.002, 1.2


@dataclass(slots=True)
class Baskets(Generic[Product]):
    """Counts of baskets (or of customers' products): of all, of each product, of each pair."""

    n: int = 0
    single: Counter[Product] = field(default_factory=Counter)
    pair: Counter[frozenset[Product]] = field(default_factory=Counter)

    @classmethod
    def counted(cls, baskets: Iterable[Collection[Product]]) -> "Baskets[Product]":
        """Return the counts; a product counts once per basket."""
        counts: Baskets[Product] = cls()
        for basket in baskets:
            products = set(basket)
            counts.n += 1
            counts.single.update(products)
            counts.pair.update(frozenset(two) for two in combinations(products, 2))
        return counts

    def together(self, one: Product, other: Product) -> int:
        """Return how many baskets have both."""
        return self.pair[frozenset((one, other))]


@dataclass(frozen=True, slots=True)
class Rule(Generic[Product]):
    """Who has `have` also has `also`: share of all, share of those, lift with interval."""

    have: Product
    also: Product
    support: float
    confidence: float
    lift: Estimate

    @property
    def shown(self) -> bool:
        """Return whether the rule is strong and sure enough to be shown to a seller."""
        enough = self.support >= LEAST_SUPPORT and self.lift.value >= LEAST_LIFT
        return enough and self.lift.low > 1


def rule(
    counts: Baskets[Product], have: Product, also: Product, level: float = LEVEL
) -> Rule[Product] | None:
    """Return the rule; None where the two never stood together.

    Lift is 1 / (h + (1 - h) / r) with h = P(have) and r the ratio of P(also | have) and
    P(also | not have); its interval is that of r, from the score intervals of both, so that one
    customer of one is no certainty. Raise ValueError when both products are the same.
    """
    if have == also:
        raise ValueError("a rule needs two products")
    n, both = counts.n, counts.together(have, also)
    if not both:
        return None
    one, other = counts.single[have], counts.single[also]
    among = proportion(both, one, level)
    others = proportion(other - both, n - one, level) or Estimate(0.0, 0.0, 1.0, 0, level)
    if among is None:
        return None
    share = one / n
    down, up = _ratio_limits(among, others)
    lift = both * n / (one * other)
    low = 1 / (share + (1 - share) / down)
    high = 1 / (share + (1 - share) / up)
    found = Estimate(lift, min(low, lift), max(high, lift), n, level)
    return Rule(have, also, both / n, among.value, found)


def rules(counts: Baskets[Product]) -> list[Rule[Product]]:
    """Return the rules that may be shown, the most certain lift first."""
    found = []
    for two, both in counts.pair.items():
        if both < LEAST_SUPPORT * counts.n:
            continue
        one, other = two
        found += [rule(counts, one, other), rule(counts, other, one)]
    shown = [candidate for candidate in found if candidate is not None and candidate.shown]
    return sorted(shown, key=lambda r: (-r.lift.low, -r.confidence, str(r.have), str(r.also)))


def _ratio_limits(among: Estimate, others: Estimate) -> tuple[float, float]:
    """Return the limits of the ratio of two independent shares; unbounded where others is 0."""
    if not others.value:
        return among.low / others.high, inf
    ratio = among.value / others.value
    down = hypot(log(among.value / among.low), log(others.high / others.value))
    up = hypot(log(among.high / among.value), log(others.value / others.low))
    return ratio * exp(-down), ratio * exp(up)
