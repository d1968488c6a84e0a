"""Looking every week, against published boundaries and by simulation of pilots without effect."""

import numpy as np
import pytest

from tasks.analytics.estimate import Estimate
from tasks.analytics.pilot.boundary import boundaries, pocock
from tasks.analytics.pilot.sequential import anytime_difference, look
from tasks.analytics.pilot.two_proportions import TwoArms, p_value

FIFTHS = [0.2, 0.4, 0.6, 0.8, 1.0]


def weekly(
    random: np.random.Generator, weeks: int, each: int, new: float, old: float
) -> list[TwoArms]:
    """Return the counts of a pilot at the end of every week."""
    news, olds = (np.cumsum(random.binomial(each, p, weeks)) for p in (new, old))
    return [
        TwoArms(each * (week + 1), int(news[week]), each * (week + 1), int(olds[week]))
        for week in range(weeks)
    ]


def stopped(looks: list[TwoArms], bounds: list[float]) -> bool:
    """Return whether anybody who looks every week would have seen a difference."""
    return any(abs(arms.z) >= bound for arms, bound in zip(looks, bounds, strict=True))


def test_boundaries_are_the_published_ones_of_lan_and_demets() -> None:
    careful, even = boundaries(FIFTHS), boundaries(FIFTHS, spending=pocock)

    assert careful == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=0.0002)
    assert even == pytest.approx([2.4380, 2.4268, 2.4101, 2.3966, 2.3859], abs=0.0002)


def test_a_single_look_at_the_end_is_the_usual_test() -> None:
    assert boundaries([1.0]) == pytest.approx([1.95996], abs=0.0001)


def test_looks_may_come_when_they_come() -> None:
    uneven = boundaries([0.1, 0.35, 0.36, 0.9, 1.0])

    assert uneven[0] > uneven[1] > uneven[3]
    assert 1.96 < uneven[-1] < 2.2


def test_a11_weekly_looking_errs_in_at_most_7_of_100_pilots_without_effect() -> None:
    random = np.random.default_rng(2026)
    bounds = boundaries([week / 12 for week in range(1, 13)])
    pilots = [weekly(random, 12, 60, 0.12, 0.12) for _ in range(1500)]

    by_boundary = np.mean([stopped(looks, bounds) for looks in pilots])
    by_habit = np.mean([any(p_value(arms) < 0.05 for arms in looks) for looks in pilots])

    assert by_boundary <= 0.07
    assert by_habit > 0.15


def test_a11_an_interval_for_all_times_errs_as_rarely() -> None:
    random = np.random.default_rng(7)
    pilots = [weekly(random, 40, 50, 0.12, 0.12) for _ in range(800)]

    wrong = np.mean(
        [
            any(
                found.leaves_out(0)
                for arms in looks
                if (found := anytime_difference(arms, 1200)) is not None
            )
            for looks in pilots
        ]
    )

    assert wrong <= 0.07


def test_a_real_difference_is_found_before_the_end_more_often_than_not() -> None:
    random = np.random.default_rng(4)
    bounds = boundaries([week / 12 for week in range(1, 13)])
    pilots = [weekly(random, 12, 100, 0.17, 0.12) for _ in range(400)]

    found = np.mean([stopped(looks, bounds) for looks in pilots])
    early = np.mean([stopped(looks[:10], bounds[:10]) for looks in pilots])

    assert found > 0.88
    assert early > 0.7


@pytest.mark.soak
@pytest.mark.parametrize("share", [0.03, 0.12, 0.5])
def test_weekly_looking_errs_rarely_in_many_pilots(share: float) -> None:
    random = np.random.default_rng(1)
    bounds = boundaries([week / 26 for week in range(1, 27)])

    wrong = [stopped(weekly(random, 26, 60, share, share), bounds) for _ in range(20_000)]

    assert np.mean(wrong) <= 0.06


def test_a_verdict_comes_with_the_interval_of_all_looks() -> None:
    looks = [TwoArms(300, 36, 300, 33), TwoArms(600, 96, 600, 60)]

    verdict = look(looks, 2400)

    assert verdict.verdict == "better"
    assert verdict.z == pytest.approx(3.09, abs=0.01)
    assert verdict.bound == pytest.approx(boundaries([0.25, 0.5])[1])
    assert verdict.difference is not None
    assert verdict.difference.leaves_out(0)
    assert verdict.difference.level == 0.95


def test_a_worse_candidate_is_stopped_and_an_equal_one_goes_on_to_the_end() -> None:
    assert look([TwoArms(600, 40, 600, 110)], 2400).verdict == "worse"
    assert look([TwoArms(600, 60, 600, 60)], 2400).verdict == "go_on"
    assert look([TwoArms(1200, 120, 1200, 120)], 2400).verdict == "no_difference_shown"


def test_nobody_yet_is_no_look() -> None:
    nobody = look([TwoArms(0, 0, 0, 0)], 100)

    assert (nobody.verdict, nobody.difference) == ("go_on", None)
    assert look([TwoArms(0, 0, 0, 0), TwoArms(9, 0, 9, 0)], 100).difference is None


def test_the_first_look_that_decides_decides() -> None:
    looks = [TwoArms(600, 96, 600, 55), TwoArms(900, 110, 900, 108), TwoArms(900, 110, 900, 108)]

    found = look(looks, 2400)

    assert (found.verdict, found.decided_at) == ("better", 0)
    assert found.difference is not None
    assert found.difference.value == pytest.approx(2 / 900)


def test_looks_after_the_plan_was_reached_do_not_count() -> None:
    at_the_end = TwoArms(1210, 121, 1210, 121)

    found = look([at_the_end, TwoArms(1500, 200, 1500, 120)], 2400)

    assert found == look([at_the_end], 2400)
    assert found.verdict == "no_difference_shown"


def test_counts_that_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="become fewer"):
        look([TwoArms(50, 5, 50, 5), TwoArms(40, 4, 40, 4)], 200)
    with pytest.raises(ValueError, match="needs a look"):
        look([], 100)
    with pytest.raises(ValueError, match="rising"):
        boundaries([0.5, 0.4])
    with pytest.raises(ValueError, match="error"):
        boundaries([0.5], error=1.5)


def test_the_interval_for_all_times_is_wider_than_for_one_and_waits_for_events() -> None:
    arms = TwoArms(600, 90, 600, 60)

    found = anytime_difference(arms, 1200)

    assert found is not None
    usual = 1.96 * arms.pooled_error
    assert 1.3 * usual < found.high - found.value < 1.7 * usual
    assert anytime_difference(TwoArms(60, 4, 60, 9), 1200) is None
    assert isinstance(anytime_difference(arms, 12_000), Estimate)
    with pytest.raises(ValueError, match="tuned"):
        anytime_difference(arms, 0)
