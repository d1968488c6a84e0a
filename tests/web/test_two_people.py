"""Two people in one task, a lost session: each is told, and nobody's text is gone."""

from collections.abc import Callable

import pytest
from flask import Flask

from engine import reads, store
from engine.model import StartRequest
from tests.web.browser import Browser

Opens = Callable[[str], Browser]
TEXT = "A long remark about the dented corner of the parcel"


@pytest.fixture
def task(app: Flask) -> int:
    services = app.extensions["peyvand"]
    started = services.engine.by("charlie").instances.start(
        StartRequest("parcel", variables={"customer": "Dara"})
    )
    with store.reading(services.database) as connection:
        [wait] = reads.waiting(connection, started.instance_key)
    return wait.key


def typed() -> dict[str, str]:
    return {"weight": "2", "state": "damaged", "damage": TEXT}


def test_f2_whoever_is_late_reads_who_has_the_task_and_keeps_the_text(
    app: Flask, enter: Opens, task: int
) -> None:
    bob, charlie = enter("bob"), enter("charlie")
    bob.get(f"/tasks/{task}")
    app.extensions["peyvand"].engine.by("charlie").tasks.claim(task)

    answer = bob.post(f"/tasks/{task}/completion", **typed())

    assert answer.status_code == 403
    assert "Charlie has claimed this task." in answer.text
    assert TEXT in answer.text
    draft = bob.post(f"/tasks/{task}/draft", **typed())
    assert (draft.status_code, draft.text) == (409, "Charlie has claimed this task.")
    assert "Charlie has claimed" in bob.get(f"/tasks/{task}/presence")
    assert "claimed" not in charlie.get(f"/tasks/{task}/presence")


def test_f2_a_task_that_was_completed_meanwhile_shows_what_was_typed_to_copy(
    app: Flask, enter: Opens, task: int
) -> None:
    bob = enter("bob")
    bob.get(f"/tasks/{task}")
    app.extensions["peyvand"].engine.by("charlie").tasks.complete(
        task, {"weight": 1, "state": "whole"}
    )

    answer = bob.post(f"/tasks/{task}/completion", **typed())

    assert answer.status_code == 409
    assert "Charlie completed “Check the parcel”" in answer.text
    assert TEXT in answer.text
    assert "Charlie completed" in bob.get(f"/tasks/{task}/presence")


def test_f2_a_lost_session_gives_the_text_back(enter: Opens, task: int) -> None:
    bob = enter("bob")
    bob.get(f"/tasks/{task}")
    fields = {"csrf_token": bob.token(), **typed(), "password": "not to be shown again"}
    bob.client.delete_cookie("peyvand_sid")

    answer = bob.send(f"/tasks/{task}/completion", fields)

    assert answer.status_code in {400, 401}
    assert TEXT in answer.text
    assert "not to be shown again" not in answer.text


def test_f2_a_sign_in_that_fails_shows_no_password(enter: Opens) -> None:
    nobody = enter("")
    nobody.get("/login")
    answer = nobody.send("/session", {"username": "bob", "password": "hunter2 hunter2"})
    assert "hunter2" not in answer.text
