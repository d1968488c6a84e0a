"""What may be said of a pilot: A/A pilots, effects that are there, harm, unequal sides.

Rules: J1 an A/A pilot claims an effect in 3 to 7 % at a fixed horizon; J2 in at most 7 % when
somebody looks every week and once more at the end; J3 an effect of the planned size is mostly
shown; J4 harm stops early; J5 unequal sides forbid adopting; J6 the suggestion follows the plan.
"""

import random
from functools import cache
from itertools import count

import pytest

from engine.transaction.blocks import Blocks, arm
from tasks.analytics.pilot.power import sample_size
from tasks.analytics.pilot.two_proportions import TwoArms
from tasks.pilots.judging import Judged, Plan, judge

WEEKS, A_WEEK, SHARE = 12, 40, 0.7
STRATA = ("person new", "person known", "company known")
PLAN = Plan(0.1, 0.1, 2 * sample_size(SHARE, SHARE + 0.1))


def pilot(
    number: int, share: float = SHARE, better: float = 0.0, plan: Plan = PLAN
) -> list[Judged]:
    """Run one pilot in blocks within strata and look every week; the last look is the end."""
    chance = random.Random(number)  # noqa: S311
    seed, blocks = chance.randbytes(32), Blocks.of_share(0.5)
    places = {stratum: count() for stratum in STRATA}
    n = {"candidate": 0, "current": 0}
    good = {"candidate": 0, "current": 0}
    looks = []
    for week in range(1, WEEKS + 1):
        for _ in range(A_WEEK):
            stratum = chance.choice(STRATA)
            side = arm(seed, stratum, next(places[stratum]), blocks)
            n[side] += 1
            good[side] += chance.random() < share + (better if side == "candidate" else 0.0)
        arms = TwoArms(n["candidate"], good["candidate"], n["current"], good["current"])
        looks.append(judge(arms, plan, over=week == WEEKS))
    return looks


@cache
def equal_pilots() -> list[list[Judged]]:
    return [pilot(number) for number in range(1_000)]


def test_j1_a_thousand_pilots_of_two_equal_versions_claim_little_at_the_end() -> None:
    claimed = sum(looks[-1].effect_reported for looks in equal_pilots())

    assert 30 <= claimed <= 70


def test_j2_looking_every_week_claims_no_more() -> None:
    weekly = sum(any(look.effect_reported for look in looks[:-1]) for looks in equal_pilots())
    ever = sum(any(look.effect_reported for look in looks) for looks in equal_pilots())

    assert weekly <= 50
    assert ever <= 70


def test_j2_the_usual_interval_looked_at_weekly_would_deceive() -> None:
    deceived = sum(
        any(judge(look.arms, PLAN, over=True).effect_reported for look in looks)
        for looks in equal_pilots()[:300]
    )

    assert deceived > 0.12 * 300


def test_j3_an_effect_as_large_as_planned_is_mostly_shown() -> None:
    shown = sum(pilot(number, better=0.15)[-1].effect_reported for number in range(200))

    assert shown > 0.85 * 200


def test_j4_harm_stops_before_the_end() -> None:
    stopped = sum(any(look.stopped for look in pilot(n, better=-0.25)) for n in range(100))

    assert stopped > 95
    harmed = pilot(1, better=-0.25)
    [first, *_] = [look for look in harmed if look.stopped]
    assert first.suggestion == "drop"
    assert not first.over


def test_j5_unequal_sides_forbid_adopting() -> None:
    arms = TwoArms(200, 180, 200, 120)

    assert judge(arms, PLAN, over=True).suggestion == "adopt"
    lost = judge(arms, PLAN, over=True, unequal=0.0001)
    assert (lost.suggestion, "not as large" in lost.reason) == ("wait", True)


@pytest.mark.parametrize(
    ("arms", "over", "suggestion"),
    [
        (TwoArms(200, 180, 200, 120), False, "wait"),
        (TwoArms(200, 180, 200, 120), True, "adopt"),
        (TwoArms(2000, 1500, 2000, 1400), True, "modify"),  # there, but only 5 points
        (TwoArms(200, 120, 200, 180), True, "drop"),
        (TwoArms(2000, 1400, 2000, 1400), True, "drop"),  # ten points are excluded
        (TwoArms(20, 14, 20, 14), True, "modify"),
        (TwoArms(0, 0, 20, 14), True, "modify"),
    ],
)
def test_j6_the_suggestion_follows_the_plan(arms: TwoArms, over: bool, suggestion: str) -> None:  # noqa: FBT001
    assert judge(arms, PLAN, over=over).suggestion == suggestion
