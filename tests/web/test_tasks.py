"""Tasks as people meet them: claim, look, fill in, complete, come too late."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engine import reads, store
from engine.model import StartRequest
from tests.web.browser import Browser
from tests.web.conftest import Clock

Opens = Callable[[str], Browser]
GOOD = {"weight": "2.5", "state": "whole", "signed": "true", "pickup~date": "2026-11-06"}


@pytest.fixture
def task(app: Flask) -> int:
    """Given a parcel that waits to be checked."""
    engine = app.extensions["peyvand"].engine
    started = engine.by("bob").instances.start(
        StartRequest("parcel", variables={"customer": "Dara"}, business_key="P-17")
    )
    return open_task(app, started.instance_key)


def open_task(app: Flask, instance_key: int) -> int:
    with store.reading(app.extensions["peyvand"].database) as connection:
        waits = reads.waiting(connection, instance_key)
    return next(wait.key for wait in waits if wait.kind == "user_task")


def variables(app: Flask) -> dict[str, object]:
    with store.reading(app.extensions["peyvand"].database) as connection:
        key = reads.instances(connection).items[0].key
        return {value.name: value.value for value in reads.variables(connection, key)}


def test_an_inbox_row_says_what_for_whom_and_why(enter: Opens, task: int) -> None:
    page = enter("charlie").get("/?view=claimable")
    for words in ("Check the parcel", "Parcel", "P-17", "for care agents", f"/tasks/{task}"):
        assert words in page


def test_charlie_claims_completes_and_the_next_task_opens(
    app: Flask, enter: Opens, task: int
) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    assert charlie.post(f"/tasks/{task}/assignment").status_code == 303
    answer = charlie.post(f"/tasks/{task}/completion", **GOOD)
    assert answer.status_code == 303
    assert variables(app) == {
        "customer": "Dara",
        "weight": 2.5,
        "pickup": "2026-11-06",
        "state": "whole",
        "signed": True,
    }
    assert "“Check the parcel” is done." in charlie.get("/")


def test_completing_leads_to_the_most_urgent_task_that_is_mine(
    app: Flask, enter: Opens, task: int
) -> None:
    engine = app.extensions["peyvand"].engine
    other = open_task(
        app,
        engine.instances.start(StartRequest("parcel", variables={"customer": "Eda"})).instance_key,
    )
    charlie = enter("charlie")
    engine.by("charlie").tasks.claim(other)
    charlie.get(f"/tasks/{task}")
    answer = charlie.post(f"/tasks/{task}/completion", **GOOD)
    assert answer.location == "/tasks/next"
    assert charlie.client.get("/tasks/next").location == f"/tasks/{other}"


def test_the_button_names_the_outcome(enter: Opens, task: int) -> None:
    assert "Accept the parcel</button>" in enter("charlie").get(f"/tasks/{task}")


def test_a_wrong_value_is_422_names_the_field_and_keeps_everything_typed(
    app: Flask, enter: Opens, task: int
) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    answer = charlie.post(
        f"/tasks/{task}/completion", weight="heavy", state="damaged", damage="  ", signed="true"
    )
    assert answer.status_code == 422
    assert "2 fields need another look" in answer.text
    assert re.search(
        r'<a href="#f-weight"><bdi>Weight</bdi></a>: This is not a number', answer.text
    )
    assert 'href="#f-damage"' in answer.text
    assert 'value="heavy"' in answer.text
    assert re.search(r'value="damaged" checked', answer.text)
    assert re.search(r'name="signed" value="true" checked', answer.text)
    assert variables(app) == {"customer": "Dara"}


def test_a_field_nobody_declared_changes_nothing(app: Flask, enter: Opens, task: int) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    charlie.post(f"/tasks/{task}/completion", **GOOD, approved="true", customer="Mallory")
    found = variables(app)
    assert found["customer"] == "Dara"
    assert "approved" not in found


def test_a_hidden_field_is_neither_asked_nor_taken(app: Flask, enter: Opens, task: int) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    charlie.post(f"/tasks/{task}/completion", **GOOD, damage="a scratch")
    assert "damage" not in variables(app)


def test_persian_digits_and_jalali_dates_are_understood(
    app: Flask, enter: Opens, task: int
) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    typed = {"weight": "۲٫۵", "pickup~date": "۱۴۰۵/۰۸/۱۵", "state": "whole"}
    assert charlie.post(f"/tasks/{task}/completion", **typed).status_code == 303
    found = variables(app)
    assert (found["weight"], found["pickup"]) == (2.5, "2026-11-06")


def test_alice_who_is_no_candidate_may_not_see_the_task(enter: Opens, task: int) -> None:
    alice = enter("alice")
    page = alice.get(f"/tasks/{task}", 403)
    assert "This is not yours to see or do" in page
    alice.get("/")
    assert alice.post(f"/tasks/{task}/completion", **GOOD).status_code == 403
    assert alice.post(f"/tasks/{task}/assignment").status_code == 403


def test_bob_may_look_at_what_charlie_has_claimed_but_not_complete_it(
    app: Flask, enter: Opens, task: int
) -> None:
    app.extensions["peyvand"].engine.by("charlie").tasks.claim(task)
    bob = enter("bob")
    assert "Only Charlie can complete this now." in bob.get(f"/tasks/{task}")
    answer = bob.post(f"/tasks/{task}/completion", **GOOD)
    assert answer.status_code == 403
    assert "Charlie has claimed this task." in answer.text
    assert bob.post(f"/tasks/{task}/assignment").status_code == 409


def test_a_second_click_is_409_and_says_who_was_faster_and_when(
    enter: Opens, task: int, clock: Callable[..., object]
) -> None:
    bob, charlie = enter("bob"), enter("charlie")
    bob.get(f"/tasks/{task}")
    charlie.get(f"/tasks/{task}")
    assert charlie.post(f"/tasks/{task}/completion", **GOOD).status_code == 303
    clock.forward(minutes=3)  # type: ignore[attr-defined]
    answer = bob.post(f"/tasks/{task}/completion", **GOOD)
    assert answer.status_code == 409
    assert "Charlie completed “Check the parcel” 3 minutes ago." in answer.text


def test_a_released_task_can_be_claimed_by_the_next(enter: Opens, task: int) -> None:
    charlie, bob = enter("charlie"), enter("bob")
    charlie.get(f"/tasks/{task}")
    charlie.post(f"/tasks/{task}/assignment")
    charlie.post(f"/tasks/{task}/assignment", release="1")
    bob.get(f"/tasks/{task}")
    assert bob.post(f"/tasks/{task}/assignment").status_code == 303
    assert "yours" in bob.get(f"/tasks/{task}")


def test_a_draft_waits_for_whoever_typed_it(enter: Opens, task: int) -> None:
    charlie, bob = enter("charlie"), enter("bob")
    charlie.get(f"/tasks/{task}")
    sent = charlie.post(f"/tasks/{task}/draft", weight="half", state="damaged", damage="corner")
    assert sent.status_code == 204
    page = charlie.get(f"/tasks/{task}")
    assert 'value="half"' in page
    assert "corner</textarea>" in page
    assert 'value="half"' not in bob.get(f"/tasks/{task}")


def test_a_field_comes_when_another_asks_for_it(enter: Opens, task: int) -> None:
    charlie = enter("charlie")
    hidden = r'<div class=""\s+hidden>\s+<div class="field">\s+<label for="f-damage">'
    assert re.search(hidden, charlie.get(f"/tasks/{task}"))
    answer = charlie.post(f"/tasks/{task}/form", state="damaged")
    assert answer.status_code == 200
    assert not re.search(hidden, answer.text)


def test_a_task_without_a_form_is_simply_done(app: Flask, enter: Opens, task: int) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    charlie.post(f"/tasks/{task}/completion", **GOOD)
    with store.reading(app.extensions["peyvand"].database) as connection:
        instance = reads.instances(connection).items[0].key
    second = open_task(app, instance)
    assert "asks for nothing" in charlie.get(f"/tasks/{second}")
    assert charlie.post(f"/tasks/{second}/completion", extra="1").status_code == 303
    assert "extra" not in variables(app)
    assert "completed" in charlie.get(f"/instances/{instance}")


def test_a_snoozed_task_leaves_the_inbox_and_comes_back_in_the_morning(
    app: Flask, enter: Opens, task: int, clock: Clock
) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    answer = charlie.post(f"/tasks/{task}/follow-up", days="1")
    assert answer.status_code == 303
    page = charlie.get("/?view=mine")
    assert "Snoozed until 5 Nov 2026 08:00." in page
    assert "Nothing is waiting for you." in page
    assert f"/tasks/{task}" in charlie.get("/?view=snoozed")
    clock.forward(days=1)
    charlie = enter("charlie")
    assert f"/tasks/{task}" in charlie.get("/?view=mine")
    assert "You have put nothing off." in charlie.get("/?view=snoozed")


def test_a_snoozed_task_is_brought_back_by_hand(enter: Opens, task: int) -> None:
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    charlie.post(f"/tasks/{task}/follow-up", days="7")
    charlie.get("/?view=snoozed")
    assert charlie.post(f"/tasks/{task}/follow-up", days="0").status_code == 303
    assert f"/tasks/{task}" in charlie.get("/?view=mine")


def test_a_task_is_put_off_by_nobody_else_and_not_by_any_number(enter: Opens, task: int) -> None:
    alice, charlie = enter("alice"), enter("charlie")
    alice.get("/")
    assert alice.post(f"/tasks/{task}/follow-up", days="1").status_code == 403
    charlie.get(f"/tasks/{task}")
    for days in ("", "-1", "2", "400", "soon"):
        assert charlie.post(f"/tasks/{task}/follow-up", days=days).status_code == 422


def test_an_inbox_is_searched_and_says_so_when_nothing_fits(enter: Opens, task: int) -> None:
    charlie = enter("charlie")
    assert f"/tasks/{task}" in charlie.get("/?view=claimable&q=P-17")
    assert f"/tasks/{task}" in charlie.get("/?view=claimable&q=parcel")
    page = charlie.get("/?view=claimable&q=<b>nobody")
    assert "Nothing here matches “&lt;b&gt;nobody”." in page
    assert "Show the whole list" in page


def test_late_comes_before_due_soon_before_priority_before_age(
    app: Flask, enter: Opens, clock: Clock
) -> None:
    engine = app.extensions["peyvand"].engine
    keys = {}
    for name in ("old", "important", "soon", "late"):
        started = engine.instances.start(
            StartRequest("parcel", variables={"customer": name}, business_key=name)
        )
        keys[name] = open_task(app, started.instance_key)
    now = clock()
    engine.tasks.update(keys["important"], {"priority": 90})
    engine.tasks.update(keys["soon"], {"due_at": (now + timedelta(hours=5)).isoformat()})
    engine.tasks.update(keys["late"], {"due_at": (now - timedelta(hours=5)).isoformat()})
    page = enter("charlie").get("/?view=claimable")
    places = [page.index(f"/tasks/{keys[name]}") for name in ("late", "soon", "important", "old")]
    assert places == sorted(places)


def test_a_task_page_says_who_else_is_filling_it_in(enter: Opens, task: int) -> None:
    bob, charlie = enter("bob"), enter("charlie")
    bob.get(f"/tasks/{task}")
    bob.post(f"/tasks/{task}/draft", weight="2")
    assert "Bob is filling this in too" in charlie.get(f"/tasks/{task}")
    assert "is filling this in too" not in bob.get(f"/tasks/{task}")
