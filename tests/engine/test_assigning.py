"""Tasks find their person: in turn, by load, by skills, with four eyes."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.engine.house import House

TEAM = {"ann": {"lt", "returns"}, "ben": {"lt"}, "cy": {"returns"}}


def who(_: Any, groups: Sequence[str], users: Sequence[str], skills: Sequence[str], __: Any) -> Any:
    """The care team, and who of it has all the skills."""
    return [name for name, can in TEAM.items() if "care" in groups and can >= set(skills)]


@pytest.fixture
def team(house: House) -> House:
    house.engine.colleagues = who
    return house


def given(house: House, element: str = "Call", **variables: Any) -> str | None:
    """Start an instance and return who got its task."""
    started = house.start(**variables)
    return house.task_row(house.task(started, element)).assignee


def test_in_turn_everybody_gets_one_after_the_other(team: House) -> None:
    team.deploy("start -> user:Call(groups=care; prop.assign=round robin) -> end")

    assert [given(team) for _ in range(5)] == ["ann", "ben", "cy", "ann", "ben"]


def test_the_least_loaded_gets_the_next(team: House) -> None:
    team.deploy("start -> user:Call(groups=care; prop.assign=least loaded) -> end")
    first = team.start()
    assert [given(team), given(team)] == ["ben", "cy"]

    team.engine.by("ann").tasks.complete(team.task(first, "Call"), {})

    assert given(team) == "ann"


def test_only_who_has_the_skills_gets_it(team: House) -> None:
    team.deploy(
        "start -> user:Call(groups=care; prop.assign=round robin; prop.skills== [language]) -> end"
    )

    assert [given(team, language="lt") for _ in range(3)] == ["ann", "ben", "ann"]
    assert given(team, language="fa") is None  # nobody: it waits to be claimed


def test_skills_alone_find_the_least_loaded_who_has_them(team: House) -> None:
    team.deploy("start -> user:Call(groups=care; prop.skills=returns) -> end")

    assert [given(team), given(team)] == ["ann", "cy"]


def test_whoever_is_named_keeps_the_task(team: House) -> None:
    team.deploy("start -> user:Call(assignee=dora; groups=care; prop.assign=round robin) -> end")

    assert given(team) == "dora"


def test_four_eyes_count(team: House) -> None:
    team.deploy(
        "start -> user:Write(groups=care; prop.assign=round robin)"
        " -> user:Check(groups=care; prop.assign=round robin; prop.not.by=Write) -> end"
    )
    started = team.start()
    team.engine.by("ann").tasks.complete(team.task(started, "Write"), {})

    assert team.task_row(team.task(started, "Check")).assignee == "ben"


def test_a_task_that_says_nothing_waits_to_be_claimed(team: House) -> None:
    team.deploy("start -> user:Call(groups=care) -> end")

    assert given(team) is None
