"""Baskets and the next offer."""

from collections.abc import Collection

import numpy as np
import pytest

from tasks.analytics.selling.basket import Baskets, rule, rules
from tasks.analytics.selling.next_offer import (
    co_ownership,
    hits,
    naive_bayes,
    next_offers,
    popularity,
)

# tea and milk go together; bread is in most baskets whatever else
BASKETS = [{"tea", "milk", "bread"}] * 30 + [{"tea", "bread"}] * 10 + [{"milk"}] * 20
BASKETS += [{"bread"}] * 40


def test_a10_a_rule_has_support_confidence_and_lift() -> None:
    counts = Baskets.counted(BASKETS)

    found = rule(counts, "tea", "milk")

    assert found is not None
    assert (found.support, found.confidence) == (0.3, 0.75)
    assert (found.lift.value, found.lift.n) == (pytest.approx(1.5), 100)
    assert found.shown
    assert rule(counts, "tea", "unknown") is None
    with pytest.raises(ValueError, match="two products"):
        rule(counts, "tea", "tea")


def test_a10_the_interval_of_the_lift_holds() -> None:
    random = np.random.default_rng(5)
    held = 0
    for _ in range(600):
        with_a = random.random(400) < 0.3
        with_b = random.random(400) < np.where(with_a, 0.4, 0.1)
        baskets = [
            {name for name, there in (("a", a), ("b", b)) if there}
            for a, b in zip(with_a, with_b, strict=True)
        ]
        found = rule(Baskets.counted(baskets), "a", "b")
        assert found is not None
        held += not found.lift.leaves_out(0.4 / 0.19)

    assert 0.92 <= held / 600 <= 0.99


def test_one_customer_of_one_is_no_certainty() -> None:
    found = rule(Baskets.counted([*BASKETS, {"caviar", "milk"}]), "caviar", "milk")

    assert found is not None
    assert found.lift.value > 1.9
    assert found.lift.low < 0.5


def test_what_everybody_has_lifts_nothing() -> None:
    everybody = rule(Baskets.counted([{"bag", "tea"}] * 4 + [{"bag"}] * 6), "bag", "tea")
    only = rule(Baskets.counted([{"a", "b"}] * 6 + [{"c"}] * 4), "a", "b")

    assert everybody is not None
    assert (everybody.lift.value, everybody.shown) == (1, False)
    assert only is not None
    assert only.lift.value == pytest.approx(10 / 6)
    assert only.lift.high == pytest.approx(10 / 6)
    assert 1 < only.lift.low < 1.6


def test_a10_only_strong_and_sure_rules_are_shown() -> None:
    shown = rules(Baskets.counted([*BASKETS, {"caviar", "milk"}]))

    assert {(r.have, r.also) for r in shown} == {
        ("tea", "milk"),
        ("milk", "tea"),
        ("tea", "bread"),
        ("bread", "tea"),
    }
    assert shown[0].lift.low >= shown[-1].lift.low


def test_a10_naive_bayes_is_the_probability_of_bayes() -> None:
    counts = Baskets.counted(BASKETS)

    p = naive_bayes(counts, {"tea"})["milk"]

    # smoothed: P(tea | milk) = 30.5 / 51, P(tea | no milk) = 10.5 / 51, P(milk) = 0.5
    assert p == pytest.approx(30.5 / (30.5 + 10.5))
    assert naive_bayes(counts, set())["milk"] == pytest.approx(0.5)
    assert naive_bayes(Baskets.counted([{"a"}] * 5), set())["a"] == 1.0


def test_what_the_customer_has_is_not_offered() -> None:
    counts = Baskets.counted(BASKETS)

    assert "tea" not in popularity(counts, {"tea"})
    assert co_ownership(counts, {"tea"})["milk"] == 0.75
    assert co_ownership(counts, {"unknown"}) == popularity(counts, {"unknown"})


def test_a10_an_offer_earns_more_than_its_contact_or_nothing_is_sent() -> None:
    chances = {"lamp": 0.02, "chair": 0.01, "stool": 0.5, "rug": 0.9}
    margins = {"lamp": 4_000, "chair": 9_000, "stool": 50}

    offers = next_offers(chances, margins, contact_cost=60)

    assert [(offer.product, offer.expected) for offer in offers] == [("chair", 30), ("lamp", 20)]
    assert next_offers(chances, margins, contact_cost=100) == []
    assert next_offers(chances, margins, 60, excluded={"chair"})[0].product == "lamp"
    with pytest.raises(ValueError, match="less than nothing"):
        next_offers(chances, margins, -1)


def test_a10_rankings_are_always_reported_beside_popularity() -> None:
    random = np.random.default_rng(9)
    baskets = [_basket(random) for _ in range(3_000)]
    held_out = []
    for basket in baskets[2_000:]:
        products = sorted(basket)
        if len(products) > 1:
            hidden = products[int(random.integers(len(products)))]
            held_out.append((basket - {hidden}, hidden))
    counts = Baskets.counted(baskets[:2_000])

    def max_lift(counted: Baskets[str], has: Collection[str]) -> dict[str, float]:
        popular = popularity(counted, has)
        known = co_ownership(counted, has)
        return {b: known[b] / popular[b] for b in popular}

    found = {
        ranking.__name__: hits(counts, held_out, ranking)
        for ranking in (popularity, co_ownership, naive_bayes, max_lift)
    }

    share = {name: hit.value for name, hit in found.items() if hit is not None}
    assert share["naive_bayes"] > share["popularity"] + 0.1
    assert share["co_ownership"] > share["popularity"] + 0.1
    assert share["max_lift"] < share["naive_bayes"]
    assert hits(counts, [], popularity) is None
    with pytest.raises(ValueError, match="at least one"):
        hits(counts, held_out, popularity, k=0)


def _basket(random: np.random.Generator) -> set[str]:
    """Return a basket: a theme of five products out of forty, and some popular things."""
    theme = int(random.integers(8))
    own = {f"t{theme}{place}" for place in range(5) if random.random() < 0.4}
    return own | {f"popular{place}" for place in range(6) if random.random() < 0.25}
