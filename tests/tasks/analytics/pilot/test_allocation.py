"""Who gets the candidate."""

from collections import Counter

import pytest
from scipy import stats

from engine.transaction.blocks import Blocks, arm
from tasks.analytics.pilot.allocation import ratio_mismatch

SEED = b"drawn-at-approval"
HALVES = Blocks(4, 2)


def test_after_each_block_of_a_stratum_the_arms_have_their_shares() -> None:
    blocks = Blocks.of_share(0.2)
    assert (blocks.size, blocks.candidates, blocks.share) == (5, 1, 0.2)

    for stratum in ("A:Vilnius", "B:Kaunas"):
        arms = [arm(SEED, stratum, position, blocks) for position in range(200)]
        for start in range(0, 200, 5):
            assert arms[start : start + 5].count("candidate") == 1


def test_a_half_is_drawn_in_blocks_of_four() -> None:
    assert Blocks.of_share(0.5) == HALVES


def test_the_same_customer_gets_the_same_arm_and_another_seed_another_order() -> None:
    first = [arm(SEED, "A", position, HALVES) for position in range(60)]

    assert first == [arm(SEED, "A", position, HALVES) for position in range(60)]
    assert first != [arm(b"another-seed-of-16", "A", position, HALVES) for position in range(60)]
    assert first != [arm(SEED, "B", position, HALVES) for position in range(60)]


def test_all_orders_of_a_block_are_equally_likely() -> None:
    orders = Counter(
        tuple(arm(SEED, "A", block * 4 + slot, HALVES) for slot in range(4))
        for block in range(3000)
    )

    assert len(orders) == 6
    assert stats.chisquare([*orders.values()]).pvalue > 0.001


def test_every_place_in_a_block_is_as_good_as_another() -> None:
    blocks = Blocks.of_share(0.2)
    places = [
        sum(arm(SEED, "A", block * 5 + slot, blocks) == "candidate" for block in range(2000))
        for slot in range(5)
    ]

    assert stats.chisquare(places).pvalue > 0.001


def test_strata_with_like_names_are_apart() -> None:
    one = [arm(SEED, "A:1", position, HALVES) for position in range(40)]

    assert one != [arm(SEED, "A", 40 + position, HALVES) for position in range(40)]


def test_arms_that_lost_customers_are_noticed() -> None:
    lost = ratio_mismatch({"candidate": 4000, "current": 4400}, HALVES)
    whole = ratio_mismatch({"candidate": 4180, "current": 4220}, HALVES)

    assert lost == pytest.approx(stats.chisquare([4000, 4400]).pvalue)
    assert lost is not None
    assert lost < 0.001
    assert whole is not None
    assert whole > 0.5
    assert ratio_mismatch({"candidate": 4, "current": 4}, HALVES) is None


def test_impossible_allocations_are_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        arm(b"short", "A", 0, HALVES)
    with pytest.raises(ValueError, match="from 0"):
        arm(SEED, "A", -1, HALVES)
    with pytest.raises(ValueError, match="two arms"):
        Blocks.of_share(0.0)
    with pytest.raises(ValueError, match="fewer than 0"):
        ratio_mismatch({"candidate": -1}, HALVES)
