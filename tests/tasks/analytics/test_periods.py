"""Movements between tiers, the REAP row, and where negative moments happen."""

import numpy as np
import pytest

from tasks.analytics.migration import migration
from tasks.analytics.reap import reap
from tasks.analytics.service.stratify import stratify


def test_customers_move_between_tiers_come_and_go() -> None:
    before = {number: "A" if number < 20 else "B" for number in range(25)}
    after = {number: "A" if number < 12 else "B" for number in range(2, 30)}

    found = migration(before, after)

    assert [(m.begin, m.end, m.customers) for m in found.moved] == [
        ("A", "A", 10),
        ("A", "B", 8),
        ("B", "B", 5),
    ]
    down = found.share("A", "B")
    assert down is not None
    assert (down.value, down.n) == (8 / 18, 18)
    assert found.share("B", "B") is None
    assert found.share("B", "A") is None
    assert (found.came, found.went) == (5, 2)


def test_the_reap_row_tells_the_four_sides_of_a_period() -> None:
    categories = {"alice": {"books", "garden"}, "bob": {"books"}, "dora": {"books", "toys", "art"}}

    found = reap({"alice", "bob", "charlie"}, categories, margin=9_000, cost=3_000)

    assert found.retention is not None
    assert (found.retention.value, found.retention.n) == (2 / 3, 3)
    assert found.efficiency == pytest.approx(1 / 3)
    assert found.acquired == 1
    assert found.penetration is not None
    assert found.penetration.value == 2


def test_who_comes_back_is_not_new() -> None:
    found = reap({"alice"}, {"dora": {"books"}}, 0, 10, known_before={"alice", "dora"})

    assert (found.acquired, found.efficiency) == (0, None)
    assert reap(set(), {}, 1, 0).retention is None
    with pytest.raises(ValueError, match="less than nothing"):
        reap(set(), {}, 1, -1)


def test_a_branch_that_is_worse_than_the_others_stands_out() -> None:
    moments = [("Kaunas", n < 30) for n in range(60)] + [("Vilnius", n < 20) for n in range(100)]
    moments += [("Alytus", n < 16) for n in range(80)] + [("Utena", True)] * 9

    found = stratify(moments)

    assert [(s.value, s.stands_out) for s in found] == [
        ("Kaunas", True),
        ("Alytus", False),
        ("Vilnius", False),
    ]
    assert (found[0].negative.value, found[0].negative.n) == (0.5, 60)
    assert found[0].more.value == pytest.approx(0.5 - 45 / 189)
    assert stratify([]) == []


def test_among_twenty_equal_branches_one_seldom_stands_out() -> None:
    random = np.random.default_rng(12)
    alarms = 0
    for _ in range(200):
        moments = [(str(b), bool(bad)) for b in range(20) for bad in random.random(40) < 0.2]
        alarms += any(stratum.stands_out for stratum in stratify(moments))

    assert alarms <= 16
