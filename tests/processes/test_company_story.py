"""The whole company: every hand-over between the processes, over HTTP and human tasks alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from web.composition.story.company import STORY
from web.composition.story.house import company
from web.composition.story.player import Player

NOT_TOLD = {  # begin every night or week, and have no part in this story
    "count_together",
    "listen_wave",
    "moments_noted",
    "purchase_windows",
    "retention",
    "standards_measured",
    "trust_wave",
}


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    with company(tmp_path, without=NOT_TOLD) as found:
        yield found


def test_the_company_at_work(player: Player) -> None:
    """Each step says who stands where after it; a step that comes to something else fails."""
    began: set[str] = set()
    for step in STORY:
        began |= set(player.play(step).began)

    assert began >= {
        "identify_new", "welcome", "shared_views", "early_monitor", "choice_reason",
        "receive_complaint", "complaint_control", "recheck", "root_cause", "risk_triggers",
        "intensive_care", "lapse_reason", "lapsed_register", "winback_selection", "welcome_back",
        "enquiry", "ownership", "contact_gate",
    }  # fmt: skip
