"""A permission is judged on the row that is changed, under its lock."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import Forbidden
from tests.engine.house import House


def test_a_task_that_went_to_somebody_else_meanwhile_is_not_completed(house: House) -> None:
    house.deploy("start -> user:Ask -> end")
    instance = house.start()
    task = house.task(instance, "Ask")
    house.engine.by("alice").tasks.claim(task)

    def only_mine(row: Mapping[str, Any]) -> None:
        if row["assignee"] != "alice":
            raise Forbidden

    alice = house.engine.by("alice", only_mine)
    house.engine.by("bob").tasks.assign(task, "bob")  # after Alice's page was made

    with pytest.raises(Forbidden):
        alice.tasks.complete(task, {})
    house.engine.by("bob").tasks.assign(task, "alice")
    alice.tasks.complete(task, {})

    assert house.state(instance) == "COMPLETED"
