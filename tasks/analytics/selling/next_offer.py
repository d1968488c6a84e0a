"""A10, what to offer next: probability · margin - contact cost, or nothing at all.

Probabilities come from co-ownership or naive Bayes over lifts; popularity is the baseline they must
beat (`hits`). Money is minor units. An offer is not made where something is wrong, where the
customer refused it in the last 180 days, or where nothing earns its contact: "send nothing" is an
answer.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Generic, TypeVar

from tasks.analytics.estimate import Estimate
from tasks.analytics.proportion import proportion
from tasks.analytics.selling.basket import Baskets

Product = TypeVar("Product", bound=Hashable)
SMOOTHING = 0.5  # of a basket, so that what never stood together is unlikely, not impossible
Ranking = Callable[[Baskets[Product], Collection[Product]], dict[Product, float]]


@dataclass(frozen=True, slots=True)
class Offer(Generic[Product]):
    """A product worth offering, how likely it is taken, and the margin to expect after cost."""

    product: Product
    probability: float
    expected: float


def popularity(counts: Baskets[Product], has: Collection[Product]) -> dict[Product, float]:
    """Return P(B) of each product the customer does not have: the baseline."""
    return {b: count / counts.n for b, count in counts.single.items() if b not in has}


def co_ownership(counts: Baskets[Product], has: Collection[Product]) -> dict[Product, float]:
    """Return the greatest P(B | A) over the products A the customer has; popularity without."""
    popular = popularity(counts, has)
    owned = [a for a in has if counts.single[a]]
    if not owned:
        return popular
    return {b: max(counts.together(a, b) / counts.single[a] for a in owned) for b in popular}


def naive_bayes(counts: Baskets[Product], has: Collection[Product]) -> dict[Product, float]:
    """Return P(B | all A) by log P(B) + Σ log lift(A, B), made odds so that it stays below 1."""
    popular = popularity(counts, has)
    owned = [a for a in has if counts.single[a]]
    return {b: _posterior(counts, b, owned, p) for b, p in popular.items()}


def next_offers(
    probabilities: Mapping[Product, float],
    margins: Mapping[Product, int],
    contact_cost: int,
    excluded: Collection[Product] = (),
) -> list[Offer[Product]]:
    """Return the offers that earn more than their contact, the best first; empty: send nothing.

    Raise ValueError for a negative cost.
    """
    if contact_cost < 0:
        raise ValueError("a contact cannot cost less than nothing")
    offers = [
        Offer(product, p, p * margins[product] - contact_cost)
        for product, p in probabilities.items()
        if product in margins and product not in excluded
    ]
    worth = [offer for offer in offers if offer.expected > 0]
    return sorted(worth, key=lambda offer: (-offer.expected, str(offer.product)))


def hits(
    counts: Baskets[Product],
    held_out: Sequence[tuple[Collection[Product], Product]],
    ranking: Ranking[Product],
    k: int = 5,
) -> Estimate | None:
    """Return how often the hidden product is among the k best; always report popularity beside it.

    `held_out` are pairs of (what the customer has, what he also took) that were not counted.
    """
    if k < 1:
        raise ValueError("at least one offer must be looked at")
    found = 0
    for has, hidden in held_out:
        scores = ranking(counts, has)
        best = sorted(scores, key=lambda b: (-scores[b], str(b)))[:k]
        found += hidden in best
    return proportion(found, len(held_out))


def _posterior(
    counts: Baskets[Product], b: Product, owned: Sequence[Product], popular: float
) -> float:
    with_b, without_b = counts.single[b], counts.n - counts.single[b]
    if not without_b:
        return 1.0
    odds = log(popular / (1 - popular))
    for a in owned:
        both = counts.together(a, b)
        among = (both + SMOOTHING) / (with_b + 2 * SMOOTHING)
        others = (counts.single[a] - both + SMOOTHING) / (without_b + 2 * SMOOTHING)
        odds += log(among / others)
    return 1 / (1 + exp(-odds)) if odds > -700 else 0.0
