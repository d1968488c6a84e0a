"""3.5 Health checks: asked what was only assumed, for years, without growing."""

from datetime import timedelta

from sqlalchemy import event, func, select

from engine import store
from tasks.expectations.records import Expectation
from tasks.scores.records import RelationScore
from tests.processes.getting_to_know.conftest import answer, check, expects, open_tasks, score, talk
from tests.support.crm import DAY
from tests.support.town import Town


def test_r01_assumed_expectations_do_not_count_and_are_asked(town: Town) -> None:
    score(town, 1, "A")
    expects(town, "Quick answers, we think", source="assumed")
    answer(town, survey="health", how_are_we_doing=9)  # somebody talked with him, but long ago
    town.until(town.now + 31 * DAY)

    check(town)

    assert len(open_tasks(town, "health_talk")) == 1
    talk(
        town, expectations_changed=True,
        expectations=[{"dimension": "responsiveness", "expected": "An answer in a day"}],
    )  # fmt: skip
    with town.session() as session:
        asked = session.scalars(select(Expectation).where(Expectation.source == "asked")).one()
        assert asked.text == "An answer in a day"
        assert asked.valid_until == (town.now + 180 * DAY).date()


def test_r02_an_expectation_expires_by_tier_and_is_asked_again(town: Town) -> None:
    score(town, 1, "B")
    expects(town, "A fixed driver", days=180)
    answer(town, survey="health", how_are_we_doing=9)
    town.until(town.now + 31 * DAY)
    check(town)
    assert open_tasks(town, "health_talk") == []  # known, and talked with lately

    # after half a year it has expired: the owner asks anew
    town.until(town.now + 190 * DAY)
    assert len(open_tasks(town, "health_talk")) == 1
    talk(town, expectations_changed=False)

    with town.session() as session:
        again = session.scalars(select(Expectation)).one()
        assert again.valid_until == (town.now + 365 * DAY).date()


def test_trouble_in_the_air_is_not_asked_about_twice(town: Town) -> None:
    score(town, 1, "A")
    answer(town, nps=2, why="Late.", may_we_call=True)

    check(town)

    assert open_tasks(town, "health_talk") == []
    assert len(open_tasks(town, "close_loop")) == 1


def test_a_health_check_runs_for_two_years_without_growing(town: Town) -> None:
    score(town, 1, "A")
    weight: list[int] = []
    cost: list[int] = []
    counted = [0]
    event.listen(
        town.database, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1)
    )
    check(town)
    begun = town.now

    while town.now < begun + 731 * DAY:
        if open_tasks(town, "health_talk"):
            before = counted[0]
            talk(town, better="More visits", upcoming_needs="A second line")
            cost.append(counted[0] - before)
            weight.append(state_bytes(town, "health_check"))
        town.until(town.now + 30 * DAY + timedelta(minutes=6))

    assert len(weight) >= 8  # every quarter
    assert weight[-1] <= 1.2 * weight[0]
    assert cost[-1] <= 1.2 * cost[0]
    with town.session() as session:
        scores = select(func.count()).where(RelationScore.kind == "health")
        assert (session.scalar(scores) or 0) >= 24  # looked at every month


def state_bytes(town: Town, process_id: str) -> int:
    """Return how many bytes the state of the open instance of a process takes."""
    query = select(store.instance.c.data).where(
        store.instance.c.process_id == process_id, store.instance.c.state == "ACTIVE"
    )
    with store.reading(town.database) as connection:
        return len(connection.execute(query).scalar_one().encode())
