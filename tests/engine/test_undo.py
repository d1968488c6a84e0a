"""A completion is taken back by its person, as long as nothing has come of it."""

import pytest

from engine import reads, store
from engine.errors import Conflict
from engine.model import StartRequest
from tests.engine.house import House

TWO = "start -> user:Draft(assignee=alice) -> user:Review(groups=reviewers) -> end"


def done(house: House, instance: object, element: str, by: str = "alice", **values: object) -> int:
    key = house.task(instance, element)  # type: ignore[arg-type]
    house.engine.by(by).tasks.complete_undoably(key, values)
    return key


def test_a_completion_taken_back_leaves_the_task_and_the_values_as_they_were(house: House) -> None:
    house.deploy(TWO)
    instance = house.start(text="old")
    before = house.task_row(house.task(instance, "Draft"))
    key = done(house, instance, "Draft", text="new", more=1)
    assert list(house.waits(instance)) == ["Review"]
    review = house.task(instance, "Review")

    house.clock.advance(seconds=29)
    house.engine.by("alice").tasks.undo(key)

    assert list(house.waits(instance)) == ["Draft"]
    assert house.variables(instance) == {"text": "old"}
    assert house.task_row(key) == before
    assert house.task_row(review).state == "CANCELED"
    assert house.steps(instance)[-2:] == ["complete task Draft", "undo task Draft"]
    done(house, instance, "Draft", text="newest")
    house.do(instance, "Review", by="bob")
    assert house.state(instance) == "COMPLETED"
    assert house.variables(instance) == {"text": "newest"}


def test_the_end_of_an_instance_is_taken_back_with_its_last_task(house: House) -> None:
    house.deploy("start -> user:Draft(assignee=alice) -> end")
    instance = house.start()
    key = done(house, instance, "Draft")
    assert house.state(instance) == "COMPLETED"

    house.engine.by("alice").tasks.undo(key)

    assert house.state(instance) == "ACTIVE"
    with store.reading(house.database) as connection:
        states = {e.element_id: e.state for e in reads.elements(connection, instance.instance_key)}
    assert states["Draft"] == "ACTIVE"
    house.do(instance, "Draft")
    assert house.state(instance) == "COMPLETED"


@pytest.mark.parametrize(
    ("who", "seconds"), [("bob", 0), ("alice", 31)], ids=["somebody else", "too late"]
)
def test_another_person_and_a_late_one_are_refused(house: House, who: str, seconds: int) -> None:
    house.deploy(TWO)
    instance = house.start()
    key = done(house, instance, "Draft")
    house.clock.advance(seconds=seconds)
    with pytest.raises(Conflict, match="cannot be undone"):
        house.engine.by(who).tasks.undo(key)
    assert list(house.waits(instance)) == ["Review"]


def test_it_cannot_be_taken_back_once_the_next_task_is_claimed(house: House) -> None:
    house.deploy(TWO)
    instance = house.start()
    key = done(house, instance, "Draft")
    house.engine.by("bob").tasks.claim(house.task(instance, "Review"))
    with pytest.raises(Conflict, match="went on"):
        house.engine.by("alice").tasks.undo(key)


def test_it_cannot_be_taken_back_once_a_job_has_begun(house: House) -> None:
    house.deploy("start -> user:Draft(assignee=alice) -> service:Print(type=print) -> end")
    instance = house.start()
    key = done(house, instance, "Draft")
    house.engine.by("alice").tasks.undo(key)  # nobody has taken the job
    assert house.engine.by("printer").jobs.activate("print", 10, 60_000) == []
    key = done(house, instance, "Draft")
    assert len(house.engine.by("printer").jobs.activate("print", 10, 60_000)) == 1
    with pytest.raises(Conflict, match="went on"):
        house.engine.by("alice").tasks.undo(key)


def test_what_is_told_elsewhere_is_not_offered_to_be_taken_back(house: House) -> None:
    house.deploy("start -> user:Draft(assignee=alice) -> call:Print(process=other) -> end")
    house.deploy("start -> user:Look -> end", "other")
    instance = house.start()
    key = house.task(instance, "Draft")
    assert house.engine.by("alice").tasks.complete_undoably(key, {}) is False
    with pytest.raises(Conflict):
        house.engine.by("alice").tasks.undo(key)
    child = house.engine.by("alice").instances.start(StartRequest("other"))
    assert house.engine.by("alice").tasks.complete_undoably(house.task(child, "Look"), {}) is True


def test_a_deadline_beside_the_task_runs_again(house: House) -> None:
    house.deploy(
        """start -> user:Draft(assignee=alice) -> user:Review -> end
        boundary:Late(on=Draft; timer=PT1H) -> user:Chase -> end"""
    )
    instance = house.start()
    key = done(house, instance, "Draft")
    assert "Late" not in house.waits(instance)
    house.engine.by("alice").tasks.undo(key)
    house.clock.advance(hours=1)
    house.run()
    assert list(house.waits(instance)) == ["Chase"]
