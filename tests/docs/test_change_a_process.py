"""The tutorial for process owners: the changes it shows are made, deployed, and seen at work."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine import reads, store
from engine.model import Resource
from tests.support.happenings import receive
from tests.support.town import Town, processes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "change-a-process.md").read_text("utf-8")
HUNK = re.compile(r"```diff\n--- (\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    file = tmp_path_factory.mktemp("owner") / "town.db"
    found = Town(f"sqlite:///{file}", folders=("shared", "problems"))
    yield found
    found.database.dispose()


def changed() -> list[Resource]:
    """Return the files of the folder with every change of the page; each must fit once."""
    files = {one.name: one.content for one in processes(("problems",))}
    for path, lines in HUNK.findall(PAGE):
        old = "".join(f"{one[1:]}\n" for one in lines.splitlines() if not one.startswith("+"))
        new = "".join(f"{one[1:]}\n" for one in lines.splitlines() if not one.startswith("-"))
        name = Path(path).name
        text = files[name].decode()
        assert text.count(old) == 1, f"{path} has not exactly once:\n{old}"
        files[name] = text.replace(old, new).encode()
    return [Resource(name, content) for name, content in files.items()]


def review(town: Town, number: int, rating: int) -> int:
    """Let a review be posted; return the task to reply."""
    known = set(town.open_tasks("reply"))
    said = {"text": "Hm.", "site": "reviews.example", "url": f"https://reviews.example/{number}"}
    event = {
        "event_id": f"r-{number}", "type": "review.posted", "source": "reviews",
        "occurred_at": town.now.isoformat(), "payload": said | {"rating": rating},
    }  # fmt: skip
    with town.session() as session:
        receive(session, town.engine.messages, event, town.now)
    town.play()
    [key] = set(town.open_tasks("reply")) - known
    return key


def seen(town: Town, task: int) -> tuple[datetime | None, set[str], set[Any]]:
    """Return when a task is due, who may take it, and the keys of its form."""
    with store.reading(town.database) as connection:
        found = reads.task(connection, task)
        form = reads.form_of_task(connection, task) or {}
    return (
        found.due_at,
        set(found.candidate_groups),
        {each.get("key") for each in form["components"]},
    )


def answered(town: Town, task: int, **more: Any) -> str:
    """Reply that nothing is wrong; return the end that was reached."""
    said = {"reply_text": "Thank you.", "trouble": False} | more
    with store.reading(town.database) as connection:
        instance = reads.task(connection, task).instance_key
    town.engine.by("farid").tasks.complete(task, said)
    town.play()
    with store.reading(town.database) as connection:
        passed = reads.elements(connection, instance)
    return next(one.element_id for one in passed if one.element_id in ("replied", "complaint_made"))


def test_an_owner_changes_table_drawing_and_form_and_sees_it_in_the_next_instance(
    town: Town,
) -> None:
    before = review(town, 1, rating=1)
    three_stars_before = review(town, 2, rating=3)
    town.engine.by("elham").definitions.deploy(changed())
    after = review(town, 3, rating=1)
    three_stars_after = review(town, 4, rating=3)

    # the threshold: sooner, and from three stars on by the supervisor
    assert (seen(town, after)[0] or town.now) < (seen(town, before)[0] or town.now)
    assert seen(town, three_stars_before)[1] == {"care_agent"}
    assert seen(town, three_stars_after)[1] == {"care_supervisor"}
    # the field
    assert "who_was_told" in seen(town, after)[2]
    assert "who_was_told" not in seen(town, before)[2]
    # the step: one star is a complaint now; what began before goes on as it began
    assert answered(town, before) == "replied"
    assert answered(town, after, who_was_told="Ivan") == "complaint_made"
    assert answered(town, three_stars_after) == "replied"
    assert town.incidents() == []
