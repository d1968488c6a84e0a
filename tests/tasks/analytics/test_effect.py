"""Campaign effect on figures worked out by hand."""

import pytest

from tasks.analytics.effect import (
    Spent,
    break_even_response,
    incremental_margin,
    margin_beyond_control,
    measurable,
    needed_per_arm,
    return_on,
    uplift,
)


def test_a_contact_of_2_breaks_even_at_1_percent_when_a_response_earns_200() -> None:
    assert break_even_response(2, 200) == 0.01


def test_a_response_that_earns_nothing_never_breaks_even() -> None:
    assert break_even_response(2, 0) == 1.0
    assert break_even_response(300, 200) == 1.0


def test_people_needed_per_arm() -> None:
    # 16 · 0.05 · 0.95 / 0.01² = 7600
    assert needed_per_arm(0.05, 0.01) == 7600
    assert needed_per_arm(0.05, 0.0) is None


def test_uplift_with_its_interval() -> None:
    # 6 % of 1000 against 4 % of 500: 1.96 · √(0.0564/1000 + 0.0384/500) = 0.022621
    effect = uplift(1000, 60, 500, 20)

    assert effect.uplift == pytest.approx(0.02)
    assert (effect.low, effect.high) == pytest.approx((-0.002621, 0.042621), abs=1e-6)
    assert not effect.proven


def test_a_big_difference_is_proven() -> None:
    assert uplift(1000, 100, 1000, 40).proven


def test_an_empty_arm_answers_zero_instead_of_failing() -> None:
    effect = uplift(10, 1, 0, 0)

    assert (effect.response_control, effect.uplift) == (0.0, 0.1)


def test_incremental_margin_counts_only_what_the_control_did_not_do() -> None:
    effect = uplift(1000, 60, 500, 20)

    assert incremental_margin(effect, 1000, 1500) == 30_000


def test_return_on_cost() -> None:
    assert return_on(30_000, 10_000) == 2.0
    assert return_on(5_000, 10_000) == -0.5
    assert return_on(5_000, 0) is None


def test_a_control_group_too_small_to_show_anything_is_not_held_back() -> None:
    assert measurable(80_000, 0.1, 7_600)
    assert not measurable(75_000, 0.1, 7_600)
    assert not measurable(75_000, 0.1, None)
    with pytest.raises(ValueError, match="no share"):
        measurable(10, 1.1, 5)


def test_margin_beyond_the_control_is_what_was_really_earned() -> None:
    # treated: 40 people, half earned 100; control: 20 people, a quarter earned 100
    treated, control = Spent(40, 2000, 200_000), Spent(20, 500, 50_000)
    found = margin_beyond_control(treated, control)
    assert found is not None
    assert found.value == pytest.approx(40 * (50 - 25))
    variance = 2564.102564 / 40 + 1973.684211 / 20  # of the two means
    assert found.high - found.value == pytest.approx(1.96 * 40 * variance**0.5)
    assert found.n == 60


def test_margin_of_a_handful_is_not_told() -> None:
    assert margin_beyond_control(Spent(40, 2000, 200_000), Spent(9, 500, 50_000)) is None
