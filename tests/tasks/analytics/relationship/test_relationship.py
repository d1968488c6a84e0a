"""Promises, trust, health, advocates and journeys."""

from datetime import UTC, datetime, timedelta

import pytest

from tasks.analytics.relationship.advocates import Voice, kind, voices
from tasks.analytics.relationship.health import Signs, health
from tasks.analytics.relationship.index import weighted
from tasks.analytics.relationship.journey import Visit, journey
from tasks.analytics.relationship.promises import Promise, feasible, keeping
from tasks.analytics.relationship.trust import Evidence, trust

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def promise(due_days_ago: float, late_days: float | None) -> Promise:
    due = NOW - due_days_ago * DAY
    return Promise(due, None if late_days is None else due + late_days * DAY)


def test_a15_promises_due_in_the_last_year_are_counted() -> None:
    found = keeping(
        [
            promise(10, -1),
            promise(20, 0),
            promise(30, 2),
            promise(40, 6),
            promise(50, None),
            promise(-3, None),  # due in three days
            promise(400, None),
        ],
        NOW,
    )

    assert found.on_time is not None
    assert (found.on_time.value, found.on_time.n) == (0.4, 5)
    assert found.lateness_days is not None
    assert found.lateness_days.value == 4
    assert found.broken == 1


def test_r04_what_four_of_five_cases_take_may_be_promised() -> None:
    hours = [float(hour) for hour in range(1, 12)]

    assert feasible(9, hours) is True
    assert feasible(8, hours) is False
    assert feasible(8, hours[:9]) is None
    with pytest.raises(ValueError, match="some time"):
        feasible(0, hours)


def test_a15_trust_has_four_parts() -> None:
    found = trust(Evidence(promises_kept=0.9, stated=[7, 6, 7, 6], openness=1.0, owner=4))

    # 40 · 0.9 + 30 · 5.5/6 + 15 + 15 · 0.75
    assert found is not None
    assert found.value == pytest.approx(36 + 27.5 + 15 + 11.25)
    assert found.unknown == ()


def test_unknown_parts_of_trust_are_named_and_the_others_weigh_more() -> None:
    found = trust(Evidence(promises_kept=0.5, owner=5))

    assert found is not None
    assert found.value == pytest.approx(100 * (0.4 * 0.5 + 0.15) / 0.55)
    assert found.unknown == ("stated", "openness")
    assert found.known_weight == pytest.approx(0.55)
    assert trust(Evidence()) is None


def test_who_keeps_data_to_himself_is_not_trusted_less() -> None:
    closed, silent = (
        trust(Evidence(promises_kept=0.9, openness=openness)) for openness in (0.0, None)
    )

    assert closed == silent


def test_health_is_read_against_the_own_rhythm() -> None:
    regular = health(Signs(days_since_last=75, usual_gap=30))
    seasonal = health(Signs(days_since_last=75, usual_gap=180))

    assert regular is not None
    assert seasonal is not None
    assert regular.value == pytest.approx(100 * (2 - 75 / 56))
    assert seasonal.value == 100
    assert seasonal.known_weight == 0.25


def test_health_has_six_parts() -> None:
    found = health(
        Signs(10, 30, satisfaction=8, open_problems=1, trust=60, breadth=1.4, answered=0.5)
    )

    # 25 + 20 · 0.8 + 20 · 0.5 + 15 · 0.6 + 10 + 10 · 0.5
    assert found is not None
    assert found.value == pytest.approx(75)
    assert found.unknown == ()


def test_an_open_repeat_takes_the_points_for_problems_and_an_opt_out_takes_none() -> None:
    repeat = health(Signs(open_problems=0, repeat_open=True))
    opted_out = health(Signs(open_problems=0, answered=0.0, opted_out=True))

    assert repeat is not None
    assert opted_out is not None
    assert (repeat.value, opted_out.value) == (0, 100)
    assert health(Signs()) is None


def test_marks_off_their_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        health(Signs(satisfaction=11))
    with pytest.raises(ValueError, match="between 0 and 1"):
        weighted({"other": 0.4}, {"one": 1.0})
    with pytest.raises(ValueError, match="between 1 and 7"):
        Evidence(stated=[8])
    with pytest.raises(ValueError, match="between 1 and 5"):
        Evidence(owner=0)


def test_a18_an_advocate_has_done_something_or_trusts_us() -> None:
    assert kind(Voice(nps=10)) == "passive"
    assert kind(Voice(nps=9, recommended_12m=True)) == "advocate"
    assert kind(Voice(nps=9, trust=81)) == "advocate"
    assert kind(Voice(nps=8, reference_12m=True)) == "passive"


def test_a18_only_an_unresolved_repeat_makes_an_unhappy_customer_a_danger() -> None:
    assert kind(Voice(nps=0)) == "passive"
    assert kind(Voice(nps=3, unresolved_repeat=True)) == "may_speak_against"
    assert kind(Voice(unresolved_repeat=True, public_complaint=True)) == "may_speak_against"
    danger = Voice(nps=10, recommended_12m=True, unresolved_repeat=True, public_complaint=True)
    assert kind(danger) == "may_speak_against"


def test_a18_count_and_reach_of_each_kind() -> None:
    found = voices([Voice(nps=9, trust=90, reach=300), Voice(), Voice(reach=4)])

    assert (found["advocate"].customers, found["advocate"].reach) == (1, 300)
    assert (found["passive"].customers, found["passive"].reach) == (2, 5)
    with pytest.raises(ValueError, match="0 to 10"):
        Voice(nps=11)
    with pytest.raises(ValueError, match="fewer than 0"):
        Voice(reach=-1)


def way(*steps: tuple[str, float, int]) -> list[Visit]:
    return [Visit(name, NOW + days * DAY, weight) for name, days, weight in steps]


def test_a14_the_real_way_is_shown_beside_the_drawn_one() -> None:
    ways = [way(("shop", 0, 1), ("delivery", 3, -2), ("care", 5, 1)) for _ in range(6)]
    ways += [way(("delivery", 4, 2), ("shop", 0, 0)) for _ in range(4)]

    found = journey(ways, drawn=[("shop", "delivery"), ("delivery", "survey")], fewest=5)

    shop, delivery, care = sorted(found.touchpoints, key=lambda t: -t.customers + (t.name > "d"))
    assert {t.name: (t.customers, t.last.value, t.balance) for t in (shop, delivery, care)} == {
        "shop": (10, 0, 6),
        "delivery": (10, 0.4, 4 * 2 - 3 * 6 * 2),
        "care": (6, 1, 6),
    }
    first, second = found.passages
    assert (first.begin, first.end, first.customers, first.drawn) == ("shop", "delivery", 10, True)
    assert first.days.value == 3
    assert (second.end, second.drawn) == ("care", False)
    assert found.as_drawn is not None
    assert found.as_drawn.value == 10 / 16
    assert found.unwalked == (("delivery", "survey"),)


def test_a14_what_few_customers_did_is_not_shown() -> None:
    found = journey([way(("shop", 0, 1), ("care", 1, 1))] * 9)

    assert (found.touchpoints, found.passages, found.as_drawn) == ((), (), None)
