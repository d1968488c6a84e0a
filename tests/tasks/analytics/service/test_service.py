"""Complaints, causes, recovery, processes and teams."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tasks.analytics.service.causes import (
    CaseCost,
    cause_pareto,
    cost_of_poor_quality,
    failure_demand,
)
from tasks.analytics.service.complaints import (
    Complaint,
    backlog_age,
    per_1000_customers,
    repeat_rate,
    service,
    voice_rate,
)
from tasks.analytics.service.people import Load, team_loads
from tasks.analytics.service.performance import Run, performance, rule_hits
from tasks.analytics.service.recovery import Followed, Group, nps_change, recovery

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def complaint(days_ago: float, customer: int | None = 1, cause: str | None = "late") -> Complaint:
    return Complaint(NOW - timedelta(days=days_ago), customer, cause)


def test_a8_service_is_read_by_median_and_90th_percentile() -> None:
    cases = [
        Complaint(
            NOW,
            customer,
            "late",
            first_human_hours=hours,
            in_standard=hours <= 4,
            contacts_to_solve=1 + customer % 2,
            reopened=customer == 3,
            closed=True,
        )
        for customer, hours in enumerate([1.0, 2, 3, 4, 30])
    ]

    found = service(cases)

    assert found.first_human.p50 is not None
    assert (found.first_human.p50.value, found.first_human.p50.n) == (3, 5)
    assert found.acknowledged.p50 is None
    assert found.in_standard is not None
    assert found.in_standard.value == 0.8
    assert found.first_contact is not None
    assert found.first_contact.value == 0.6
    assert found.reopened is not None
    assert found.reopened.value == 0.2


def test_a8_the_same_cause_within_180_days_is_a_repeat() -> None:
    cases = [complaint(0), complaint(180), complaint(361), complaint(5, customer=2)]
    cases += [complaint(3, cause="rude"), complaint(1, customer=None), complaint(1, cause=None)]

    found = repeat_rate(cases)

    # of five that can be told only the one of today follows another within 180 days
    assert found is not None
    assert (found.value, found.n) == (0.2, 5)


def test_a8_a_case_before_the_period_makes_a_repeat_and_is_none() -> None:
    found = repeat_rate([complaint(10), complaint(5, customer=2)], earlier=[complaint(100)])

    assert found is not None
    assert (found.value, found.n) == (0.5, 2)


def test_a8_complaints_are_counted_per_customer_and_per_unhappy_customer() -> None:
    complaints, voice = per_1000_customers(12, 4_000), voice_rate(30, 120)

    assert complaints is not None
    assert complaints.value == pytest.approx(3)
    assert complaints.low < 2 < 4 < complaints.high
    assert voice is not None
    assert voice.value == 0.25
    assert per_1000_customers(0, 0) is None


def test_a8_the_backlog_has_an_age() -> None:
    cases = [complaint(age) for age in (1, 2, 10)] + [Complaint(NOW, 1, None, closed=True)]

    assert backlog_age(cases, NOW).p50 is not None
    assert backlog_age(cases, NOW).p50.value == 2  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="before"):
        backlog_age([complaint(-1)], NOW)


def test_a8_causes_are_ranked_by_what_they_cost() -> None:
    cases = [CaseCost("late", 500, 1_000)] * 8
    cases += [CaseCost("wrong", 2_000, 3_000, 20_000), CaseCost(None, 0, 500)]

    ranked = cause_pareto(cases)

    assert [(c.cause, c.cases, c.cost) for c in ranked] == [
        ("wrong", 1, 25_000),
        ("late", 8, 12_000),
        ("unknown", 1, 500),
    ]
    assert [c.cumulative for c in ranked] == pytest.approx([0.6667, 0.9867, 1], abs=1e-4)
    assert cause_pareto([CaseCost("late")])[0].cumulative == 0
    assert cost_of_poor_quality(cases, 4_000, 1_000) == 42_500


def test_failure_demand_is_a_share_of_contacts() -> None:
    found = failure_demand(120, 400)

    assert found is not None
    assert found.value == 0.3
    with pytest.raises(ValueError, match="less than nothing"):
        cause_pareto([CaseCost("late", -1)])
    with pytest.raises(ValueError, match="less than nothing"):
        cost_of_poor_quality([], -1, 0)


def followed(group: Group, stratum: str, bought: int, n: int, failures: int = 1) -> list[Followed]:
    return [Followed(group, stratum, place < bought, failures) for place in range(n)]


def test_r22_a19_recovered_customers_are_compared_with_those_like_them() -> None:
    # good customers fail more often: without matching the recovered would look better
    people = followed("recovered", "A", 72, 90) + followed("never_failed", "A", 40, 50)
    people += followed("recovered", "C", 2, 10) + followed("never_failed", "C", 180, 900)
    people += followed("unrecovered", "A", 20, 50)

    found = recovery(people)

    assert found.shares["recovered"] is not None
    assert found.shares["never_failed"] is not None
    assert found.shares["recovered"].value - found.shares["never_failed"].value > 0.4
    assert found.against_never_failed is not None
    assert found.against_never_failed.value == pytest.approx(0)
    assert not found.against_never_failed.leaves_out(0)
    assert found.against_unrecovered is not None
    assert found.against_unrecovered.value == pytest.approx(0.4)
    assert found.against_unrecovered.leaves_out(0)


def test_a19_a_second_failure_is_looked_at_apart() -> None:
    people = followed("recovered", "A", 40, 50, 1) + followed("recovered", "A", 10, 50, 2)
    people += followed("never_failed", "A", 40, 50, 0)

    second = recovery(people, failures=2)

    assert second.against_never_failed is not None
    assert second.against_never_failed.value == pytest.approx(-0.6)
    assert recovery([]).against_unrecovered is None


def test_r22_a19_nps_before_and_after_is_of_the_same_customers() -> None:
    found = nps_change([(4, 8)] * 9 + [(9, 7)] * 3)

    assert found is not None
    assert (found.value, found.n) == (pytest.approx(2.5), 12)
    assert nps_change([(4, 8)] * 9) is None


def test_the_interval_of_matched_customers_holds() -> None:
    random = np.random.default_rng(4)
    held = 0
    for _ in range(300):
        people = []
        for stratum, n, p in (("A", 60, 0.7), ("B", 40, 0.3)):
            people += followed("recovered", stratum, int(random.binomial(n, p)), n)
            people += followed("never_failed", stratum, int(random.binomial(80, p)), 80)
        found = recovery(people).against_never_failed
        assert found is not None
        held += not found.leaves_out(0)

    assert held >= 275


def test_a20_activities_have_cycle_rework_and_age() -> None:
    runs = [Run("decide", 1, 2.0, done=True, in_standard=True, minutes=10, cost=500)]
    runs += [Run("decide", 1, 4.0, done=True, in_standard=False, minutes=5)]
    runs += [Run("decide", 2, 30.0, done=False), Run("ask", 2, 100.0, done=False)]

    ask, decide = performance(runs)

    assert (decide.started, decide.done, decide.minutes, decide.cost) == (3, 2, 15, 500)
    assert decide.cycle_p50 is not None
    assert decide.cycle_p50.value == 3
    assert decide.in_standard is not None
    assert decide.in_standard.value == 0.5
    assert decide.rework is not None
    assert (decide.rework.value, decide.rework.n) == (0.5, 2)
    assert (decide.open_ages, ask.open_ages) == ((0, 1, 0), (0, 0, 1))
    assert ask.cycle_p90 is None
    with pytest.raises(ValueError, match="no time"):
        performance([Run("ask", 1, -1, done=True)])


def test_a20_rows_that_never_match_are_named() -> None:
    found = rule_hits([1, 1, 4, 2, 4], 4)

    assert (found.hits, found.never) == ({1: 2, 2: 1, 3: 0, 4: 2}, (3,))
    assert found.catch_all is not None
    assert found.catch_all.value == 0.4
    with pytest.raises(ValueError, match="does not have"):
        rule_hits([5], 4)


def test_a22_teams_of_four_are_not_shown() -> None:
    loads = [Load("care", person, 6, 7.5, 20, 8, 1) for person in range(5)]
    loads += [Load("sales", person, 3, 8.0) for person in range(4)] + [Load("sales", 0, 3, 8.0)]

    (care,) = team_loads(loads)

    assert (care.team, care.people, care.open_tasks, care.kudos) == ("care", 5, 6, 5)
    assert care.failure_demand is not None
    assert (care.failure_demand.value, care.failure_demand.n) == (0.4, 100)
    with pytest.raises(ValueError, match="less than no work"):
        team_loads([Load("care", 1, -1, 1.0)])
