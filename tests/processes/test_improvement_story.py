"""A promise that is missed, and what is done until it holds: the chapter of the improvement.

24 weeks of baseline, a signal, causes, a candidate with one changed timer and table row, replay,
a pilot on half of the customers, a verdict by the numbers, adoption, a run of eight on the good
side, the standard revised, limits computed anew; people act over HTTP, on a clock that is set.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import reads, store
from tasks.improvements.records import Improvement
from tasks.moments.records import MomentOfTruth
from tasks.pilots.records import Pilot
from tasks.standards.records import ControlLimits, ServiceStandard
from web.composition.story import improvement
from web.composition.story.house import company
from web.composition.story.player import Player


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    with company(
        tmp_path,
        people=improvement.PEOPLE,
        processes=improvement.begin_with(),
        colleagues=improvement.COLLEAGUES,
    ) as found:
        yield found


def test_a_process_improves_itself(player: Player) -> None:
    """Each step says what the charts and pages show; then every number is looked at."""
    letters = [player.play(step).letters for step in improvement.STORY]

    with Session(player.house.database) as session:
        pilot = session.scalars(select(Pilot)).one()
        result = pilot.result
        assert pilot.state == "adopted"
        assert result["n_candidate"] == result["n_current"] == 30, "half of 60, in blocks"
        assert result["low"] > 0.25, "at least as large as asked, with 95 % certainty"
        assert [each["over"] for each in pilot.looks].count(True) == 1
        beside = {each["what"]: each for each in result["beside"]}
        assert beside["hours"]["low"] > 0, "cases take less time too"

        turn = session.scalars(select(Improvement)).one()
        assert (turn.turn_no, turn.phase, turn.verdict) == (1, "closed", "adopt")
        assert turn.effect["judged"] == "confirmed"
        assert {"process_version", "standard"} <= {link["kind"] for link in turn.links}

        standard = session.get_one(ServiceStandard, turn.standard_id)
        assert (standard.share, standard.improvement_id) == (0.85, turn.id)
        before, after = session.scalars(
            select(ControlLimits)
            .where(ControlLimits.standard_id == standard.id)
            .order_by(ControlLimits.id)
        ).all()
        assert (before.n, after.n) == (24, 12)
        assert before.mean == pytest.approx(0.575)
        assert after.mean > 0.85

        negative = select(MomentOfTruth).where(MomentOfTruth.polarity == "negative")
        missed = session.scalars(negative).all()
        assert {each.happened for each in missed} == {"standard_missed"}

    with store.reading(player.house.database) as connection:
        assert reads.definition(connection, process_id="first_answer").version == 2
        drawn = reads.drawn(connection, "first_answer", pilot.deployment_key)
        assert drawn == {"candidate": 30, "current": 30}

    told = [text for _, text in player.letters.mails if "Care answers them itself" in text]
    assert told, letters
    names = ("charlie", "omid", "farid")
    assert not any(name in text.lower() for text in told for name in names)
