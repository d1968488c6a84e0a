"""Contact pressure and reactions."""

from datetime import UTC, datetime, timedelta

import pytest

from tasks.analytics.pressure import Touch, pressure, tired, touches_within
from tasks.analytics.reaction import Reactions, reaction_score

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def days_ago(days: float, channel: str = "email", purpose: str = "marketing") -> Touch:
    return Touch(NOW - timedelta(days=days), channel, purpose)


def test_a_contact_presses_half_as_much_after_14_days() -> None:
    assert pressure([days_ago(0)], NOW) == 1.0
    assert pressure([days_ago(14)], NOW) == 0.5


def test_a_call_presses_three_times_as_much_and_service_not_at_all() -> None:
    touches = [days_ago(0, "phone"), days_ago(0, "sms", "survey"), days_ago(1, "email", "service")]

    assert pressure(touches, NOW) == 4.0


def test_what_is_still_to_come_does_not_press() -> None:
    assert pressure([days_ago(-1)], NOW) == 0


def test_marketing_contacts_of_the_last_week_are_counted() -> None:
    touches = [days_ago(1), days_ago(6.9), days_ago(7), days_ago(1, purpose="survey")]

    assert touches_within(touches, 7, NOW) == 2


@pytest.mark.parametrize(
    ("responses", "expected"),
    [([4, 3, 2, 1], True), ([9, 4, 3, 2, 1], True), ([4, 3, 3, 1], False), ([3, 2, 1], False)],
)
def test_three_falling_responses_are_fatigue(responses: list[float], expected: bool) -> None:  # noqa: FBT001
    assert tired(responses) is expected


def test_the_reaction_score_weighs_anger_more_than_clicks() -> None:
    seen = Reactions(
        sent=100, orders=2, positive_replies=1, clicks=5, opt_outs=1, complaints=1, not_understood=1
    )

    assert reaction_score(seen) == pytest.approx((20 + 3 + 5 - 10 - 20 - 3) / 100)
    assert seen.share(seen.clicks) == 0.05


def test_nothing_sent_has_no_score() -> None:
    assert reaction_score(Reactions(sent=0)) is None
    assert Reactions(sent=0).share(3) == 0
