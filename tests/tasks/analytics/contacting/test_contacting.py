"""Overlaps, the kill switch, channels and attribution."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tasks.analytics.contacting.attribution import Path, attribution, removal_effects
from tasks.analytics.contacting.channels import (
    Permission,
    Sent,
    bases,
    compliance,
    individual_share,
    response,
)
from tasks.analytics.contacting.kill_switch import breaches, must_stop
from tasks.analytics.contacting.overlaps import Planned, at_once, overlaps
from tasks.analytics.reaction import Reactions

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def planned(campaign: int, begin: int, end: int, *customers: str) -> Planned:
    return Planned(campaign, NOW + timedelta(begin), NOW + timedelta(end), customers)


def test_a9_campaigns_that_meet_at_customers_are_listed() -> None:
    campaigns = [
        planned(1, 0, 10, "alice", "bob", "charlie"),
        planned(2, 8, 20, "alice", "bob"),
        planned(3, 11, 20, "alice", "dora"),
        planned(4, 10, 12, "charlie"),
    ]

    found = [(o.first, o.second, o.customers) for o in overlaps(campaigns)]

    assert found == [(1, 2, 2), (1, 4, 1), (2, 3, 1)]
    assert at_once(campaigns) == {1: 1, 2: 3}
    with pytest.raises(ValueError, match="before it starts"):
        planned(1, 5, 4)


def test_a16_two_spam_reports_stop_nothing() -> None:
    assert breaches(Reactions(sent=200, complaints=2)) == []
    assert breaches(Reactions(sent=0)) == []


def test_a16_a_rate_beyond_doubt_stops_and_a_lower_one_warns() -> None:
    stop = breaches(Reactions(sent=1_000, complaints=9))
    warn = breaches(Reactions(sent=2_000, complaints=6))

    assert [(b.kind, b.action, b.limit) for b in stop] == [("spam_reports", "stop", 0.003)]
    assert stop[0].at_least > 0.003
    assert [(b.kind, b.action) for b in warn] == [("spam_reports", "warn")]
    assert not must_stop(Reactions(sent=2_000, complaints=6))


def test_a16_opt_outs_and_bounces_have_limits_of_their_own() -> None:
    seen = Reactions(sent=500, opt_outs=12, bounces=20)

    assert [b.kind for b in breaches(seen)] == ["opt_outs", "bounces"]
    assert must_stop(seen)
    assert breaches(Reactions(sent=100, opt_outs=4)) == []


def test_a16_a_harmless_campaign_is_seldom_stopped() -> None:
    random = np.random.default_rng(3)
    spam, outs = random.binomial(400, 0.003, 2000), random.binomial(400, 0.01, 2000)

    stopped = [
        must_stop(Reactions(sent=400, complaints=int(s), opt_outs=int(o)))
        for s, o in zip(spam, outs, strict=True)
    ]

    assert np.mean(stopped) <= 0.08  # two questions, each wrong in at most 5 of 100


def test_a21_a_permitted_base_gains_and_loses() -> None:
    permissions = [Permission("email", "marketing", before=True, after=True)] * 7
    permissions += [Permission("email", "marketing", before=True, after=False)] * 2
    permissions += [Permission("email", "marketing", before=False, after=True)]
    permissions += [Permission("sms", "survey", before=False, after=False)]

    email, sms = bases(permissions)

    assert (email.permitted, email.gained, email.lost) == (8, 1, 2)
    assert (sms.channel, sms.permitted) == ("sms", 0)


def test_a21_preferences_are_kept_or_there_is_an_incident() -> None:
    contacts = [Sent("email", permitted=True, responded=place < 3) for place in range(30)]
    contacts += [Sent("phone", permitted=False, responded=True)]

    kept, shares = compliance(contacts), response(contacts)

    assert kept is not None
    assert kept.value == 30 / 31
    assert (shares["email"].value, shares["email"].n) == (0.1, 30)
    assert individual_share(4, 16).value == 0.25  # type: ignore[union-attr]
    assert compliance([]) is None


# the worked example of "Attribution Model with R", AnalyzeCore (2016)
EXAMPLE = [Path(("C1", "C2", "C3"), 100), Path(("C1",), 0), Path(("C2", "C3"), 0)]


def test_a12_removal_effects_are_those_of_the_worked_example() -> None:
    assert removal_effects(EXAMPLE) == pytest.approx({"C1": 0.5, "C2": 1, "C3": 1})
    assert attribution(EXAMPLE).markov == pytest.approx({"C1": 20, "C2": 40, "C3": 40})


def test_a12_conventions_share_the_revenue_each_in_its_way() -> None:
    found = attribution([*EXAMPLE, Path(("C1", "C2", "C2", "C3"), 200), Path(("C4", "C1"), 50)])

    assert found.first == {"C1": 300, "C2": 0, "C3": 0, "C4": 50}
    assert found.last == {"C1": 50, "C2": 0, "C3": 300, "C4": 0}
    assert found.linear == pytest.approx(
        {"C1": 100 / 3 + 50 + 25, "C2": 100 / 3 + 100, "C3": 100 / 3 + 50, "C4": 25}
    )
    assert found.position == pytest.approx(
        {"C1": 40 + 80 + 25, "C2": 20 + 40, "C3": 40 + 80, "C4": 25}
    )
    assert found.assisted == {"C1": 300, "C2": 300, "C4": 50}
    assert (found.conversions, found.paths) == (3, 5)
    for shares in (found.first, found.last, found.linear, found.position, found.markov):
        assert sum(shares.values()) == pytest.approx(350)


def test_a12_a_touchpoint_that_changes_nothing_gets_little_from_markov() -> None:
    # half of all customers pass a banner, and buy as often as the others
    paths = [Path(("search",), 10 * (n % 2)) for n in range(100)]
    paths += [Path(("banner", "search"), 10 * (n % 2)) for n in range(100)]

    found = attribution(paths)

    assert found.first["banner"] == 500
    assert found.markov["banner"] < found.markov["search"] / 1.9


def test_a12_without_a_sale_nothing_is_attributed() -> None:
    found = attribution([Path(("C1",), 0), Path((), 100)])

    assert (found.markov, found.first, found.conversions) == ({}, {}, 0)
    with pytest.raises(ValueError, match="less than nothing"):
        attribution([Path(("C1",), -5)])
