"""The control group: stratified, exact in size, the same at every draw."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.analytics.sampling import apportion, draw_control

MEMBERS = [(n, "ABCD"[n % 4] if n % 10 else "A") for n in range(2357)]


def test_ten_percent_of_all_are_drawn() -> None:
    assert len(draw_control(MEMBERS, 0.1, "campaign-1")) == 236


def test_every_stratum_gives_its_share() -> None:
    control = draw_control(MEMBERS, 0.1, "campaign-1")

    for stratum in "ABCD":
        size = sum(1 for _, name in MEMBERS if name == stratum)
        drawn = sum(1 for customer, name in MEMBERS if name == stratum and customer in control)
        assert abs(drawn - size / 10) < 1


def test_the_same_seed_draws_the_same_people_in_any_order() -> None:
    again = draw_control(reversed(MEMBERS), 0.1, "campaign-1")

    assert again == draw_control(MEMBERS, 0.1, "campaign-1")


def test_another_campaign_draws_other_people() -> None:
    assert draw_control(MEMBERS, 0.1, "campaign-1") != draw_control(MEMBERS, 0.1, "campaign-2")


def test_no_share_draws_nobody_and_the_whole_draws_all() -> None:
    assert draw_control(MEMBERS, 0.0, "x") == frozenset()
    assert len(draw_control(MEMBERS, 1.0, "x")) == 2357


@settings(deadline=None)  # a slow machine is no fault of ours
@given(st.dictionaries(st.text(max_size=3), st.integers(0, 500), max_size=8), st.floats(0, 1))
def test_nobody_is_lost_in_rounding(sizes: dict[str, int], share: float) -> None:
    counts = apportion(sizes, share)

    assert all(0 <= counts[name] <= size for name, size in sizes.items())
    assert abs(sum(counts.values()) - sum(sizes.values()) * share) <= 0.5 + 1e-6
