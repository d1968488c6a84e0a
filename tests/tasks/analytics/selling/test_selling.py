"""Leads, what is not bought, pipeline, competition and win-back."""

from datetime import date

import numpy as np
import pytest

from tasks.analytics.selling.competition import Decision, against
from tasks.analytics.selling.leads import conversion_bands, in_order, predicted
from tasks.analytics.selling.not_bought import Cell, not_bought, reasons
from tasks.analytics.selling.pipeline import Opportunity, costs, pipeline, won, won_by_group
from tasks.analytics.selling.winback import (
    Band,
    Lapsed,
    p_back,
    regained,
    repeat_churn,
    return_shares,
    second_lifetime_value,
)
from tests.support.cdnow import everybodys_purchases


def test_a23_conversion_is_told_by_band_with_n_and_interval() -> None:
    outcomes = [(10.0, n < 4) for n in range(40)] + [(70.0, n < 15) for n in range(30)]
    outcomes += [(95.0, True)] * 5

    low, high, top = bands = conversion_bands(outcomes, [0, 50, 90])

    assert low.converted is not None
    assert high.converted is not None
    assert (low.converted.value, low.converted.n) == (0.1, 40)
    assert high.converted.value == 0.5
    assert (top.converted, top.outcomes) == (None, 5)
    assert predicted(bands, 60) == high.converted
    assert predicted(bands, -5) == low.converted
    assert in_order(bands)


def test_a23_a_score_that_works_backwards_is_noticed() -> None:
    outcomes = [(10.0, n < 30) for n in range(60)] + [(70.0, n < 3) for n in range(60)]

    assert not in_order(conversion_bands(outcomes, [0, 50]))
    with pytest.raises(ValueError, match="rise"):
        conversion_bands([], [50, 0])


def test_a24_a_category_that_misses_its_season_is_named() -> None:
    found = not_bought(
        [
            Cell("families", "garden", 400, 40, 380, 95),
            Cell("families", "books", 400, 80, 380, 80),
            Cell("singles", "garden", 20, 0, 25, 10),
        ]
    )

    assert [(m.segment, m.category, m.method) for m in found] == [
        ("families", "garden", "season_before")
    ]
    assert found[0].missing_buyers == pytest.approx(60)
    assert found[0].difference.high < 0


def test_a24_a_new_segment_is_compared_with_the_others() -> None:
    found = not_bought(
        [Cell("new", "lamps", 200, 8), Cell("a", "lamps", 300, 60), Cell("b", "lamps", 500, 90)]
    )

    assert [(m.segment, m.method, m.expected) for m in found] == [("new", "other_segments", 0.1875)]
    assert reasons(["price", "no_need", "price"]) == [("price", 2), ("no_need", 1)]


def opportunities() -> list[Opportunity]:
    decided = [Opportunity("closed", "won", 1_000, days=20 + n, group="Alice") for n in range(6)]
    decided += [Opportunity("closed", "lost", 5_000, group="Alice") for _ in range(6)]
    decided += [Opportunity("closed", "won", 700, days=9, group="Bob")]
    return [
        *decided,
        Opportunity("quote", "open", 4_000, 0.5),
        Opportunity("quote", "open", 1_000, 0.2),
        Opportunity("talk", "open", 900, 0.1),
    ]


def test_a25_the_pipeline_is_weighted_by_its_chances() -> None:
    quote, talk = pipeline(opportunities())

    assert (quote.name, quote.count, quote.amount, quote.weighted) == ("quote", 2, 5_000, 2_200)
    assert talk.weighted == 90


def test_a25_a_win_rate_of_one_decision_is_hidden() -> None:
    everything, groups = won(opportunities()), won_by_group(opportunities())

    assert everything.win_rate is not None
    assert (everything.win_rate.value, everything.decided) == (7 / 13, 13)
    assert everything.revenue == 6_700
    assert groups["Alice"].win_rate is not None
    assert groups["Alice"].days_p50 is not None
    assert groups["Alice"].days_p50.value == 22.5
    assert (groups["Bob"].win_rate, groups["Bob"].revenue) == (None, 700)


def test_r16_winning_and_keeping_stand_side_by_side() -> None:
    found = costs(500_000, 100, 300_000, 1_500)

    assert (found.acquisition, found.retention) == (5_000, 200)
    assert costs(500, 0, 0, 0).acquisition is None
    with pytest.raises(ValueError, match="negative"):
        costs(-1, 0, 0, 0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        Opportunity("quote", "open", 5, chance=2)


def test_a26_competitors_are_shown_with_reasons() -> None:
    decisions = [Decision("Acme", won=True, reason="service", compared=4)] * 7
    decisions += [Decision("Acme", won=False, reason="price", compared=2)] * 5
    decisions += [Decision("Rival", won=False)]

    acme, rival = against(decisions)

    assert acme.win_rate is not None
    assert (acme.win_rate.value, acme.won, acme.lost) == (7 / 12, 7, 5)
    assert (acme.reasons_won, acme.reasons_lost) == ((("service", 7),), (("price", 5),))
    assert acme.compared is not None
    assert acme.compared.value == pytest.approx(38 / 12)
    assert (rival.win_rate, rival.compared, rival.reasons_lost) == (None, None, ())
    with pytest.raises(ValueError, match="1 to 5"):
        Decision("Acme", won=True, compared=0)


def silent_cdnow_customers() -> list[Lapsed]:
    """Return who was silent for 26 weeks at the end of 1997, and whether he came back in 1998."""
    end = date(1997, 12, 31).toordinal()
    purchases = everybodys_purchases()
    spent = np.bincount(purchases.customer, purchases.amount * (purchases.day <= end))
    came_back = set(purchases.since(end).customer.tolist())
    days: dict[int, set[int]] = {}
    for customer, day in zip(purchases.customer, purchases.day, strict=True):
        if day <= end:
            days.setdefault(int(customer), set()).add(int(day))
    silent = [c for c, own in days.items() if end - max(own) >= 182]
    order = sorted(silent, key=lambda c: spent[c])
    fifth = {c: 1 + place * 5 // len(order) for place, c in enumerate(order)}
    return [Lapsed(len(days[c]), fifth[c], c in came_back) for c in silent]


def test_a17_former_cdnow_customers_come_back_as_often_as_published() -> None:
    lapsed = silent_cdnow_customers()

    assert len(lapsed) == 17_203
    assert np.mean([one.returned for one in lapsed]) == pytest.approx(0.113, abs=0.0005)
    for orders, expected in ((1, 0.078), (2, 0.182), (3, 0.272), (4, 0.334)):
        own = [one.returned for one in lapsed if one.band.orders == orders]
        assert np.mean(own) == pytest.approx(expected, abs=0.0006)
    shares = return_shares(lapsed)
    assert shares[Band(4, 5)].value > 3 * shares[Band(1, 1)].value
    assert p_back(shares, Band(1, 1)) == shares[Band(1, 1)].value
    assert all(share.n >= 30 for share in shares.values())
    assert p_back({}, Band(1, 1)) is None


def test_a17_only_what_a_return_earns_is_spent_on_it() -> None:
    # 0.2 · 1,500 a month · 10 months - 500 - 100
    assert second_lifetime_value(0.2, 1_500, 10, 500, 100) == pytest.approx(2_400)
    assert second_lifetime_value(0.01, 1_500, 10, 500, 100) < 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        second_lifetime_value(1.2, 1, 1, 0, 0)
    with pytest.raises(ValueError, match="fifth"):
        _ = Lapsed(0, 1, returned=False).band


def test_a17_who_would_have_come_back_anyway_is_no_success() -> None:
    found = regained(1_000, 130, 250, 28)

    assert found is not None
    assert found.value == pytest.approx(0.018)
    assert not found.leaves_out(0)
    assert repeat_churn(3, 12) is not None
    assert regained(10, 1, 0, 0) is None
