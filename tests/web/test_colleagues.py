"""What a team does together in the inbox: comments, handing over, absences, many at once."""

from collections.abc import Callable

import pytest
from flask import Flask

from engine import reads, store
from engine.model import StartRequest
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from web import accounts

Opens = Callable[[str], Browser]


@pytest.fixture
def farid(app: Flask) -> None:
    """Given Farid, a colleague of Charlie's."""
    with app.app_context():
        accounts.create("farid", PASSWORD, display_name="Farid", groups=["care_agent"])


def parcel(app: Flask, name: str, holder: str = "") -> int:
    services = app.extensions["peyvand"]
    request = StartRequest("parcel", variables={"customer": name}, business_key=f"P-{name}")
    started = services.engine.by("charlie").instances.start(request)
    with store.reading(services.database) as connection:
        [wait] = reads.waiting(connection, started.instance_key)
    if holder:
        services.engine.by(holder).tasks.claim(wait.key)
    return wait.key


def holder(app: Flask, key: int) -> str | None:
    with store.reading(app.extensions["peyvand"].database) as connection:
        return reads.task(connection, key).assignee


def test_who_is_mentioned_in_a_comment_is_told_if_they_may_see_the_case(
    app: Flask, enter: Opens, farid: None
) -> None:
    key = parcel(app, "Dara")
    charlie, other = enter("charlie"), enter("farid")
    charlie.get(f"/tasks/{key}")

    charlie.post(f"/tasks/{key}/comments", kind="question", text="@farid @alice seen the dent?")

    assert "Alice may not see this case and was not told." in charlie.get(f"/tasks/{key}")
    assert "seen the dent?" in charlie.get(f"/tasks/{key}/comments")
    assert 'Mentions <span class="count">1' in other.get("/")
    assert "seen the dent?" in other.get("/mentions")
    other.post("/mentions/seen")
    assert 'Mentions <span class="count">' not in other.get("/")
    assert "seen the dent?" not in enter("alice").get("/mentions")


def test_a_task_is_handed_to_a_colleague_with_a_word(app: Flask, enter: Opens, farid: None) -> None:
    key = parcel(app, "Dara", "charlie")
    charlie = enter("charlie")
    page = charlie.get(f"/tasks/{key}/delegation")
    assert "Farid" in page
    assert "Alice" not in page  # her group is not asked
    assert charlie.post(f"/tasks/{key}/delegation", to="alice").status_code == 422

    charlie.post(f"/tasks/{key}/delegation", to="farid", text="You know them better.")

    assert holder(app, key) == "farid"
    assert "You know them better." in enter("farid").get("/mentions")
    charlie.get("/")
    assert charlie.post(f"/tasks/{key}/delegation", to="charlie").status_code == 403


def test_what_colleagues_have_is_a_list_of_its_own(app: Flask, enter: Opens, farid: None) -> None:
    parcel(app, "Dara", "farid")
    parcel(app, "Eda", "charlie")
    page = enter("charlie").get("/?view=team")
    assert "P-Dara" in page
    assert "with Farid" in page
    assert "P-Eda" not in page
    assert "P-Dara" not in enter("alice").get("/?view=team")


def test_a_substitute_does_the_tasks_of_who_is_away(
    app: Flask, enter: Opens, farid: None, clock: Clock
) -> None:
    key = parcel(app, "Dara", "charlie")
    charlie, other = enter("charlie"), enter("farid")
    other.get(f"/tasks/{key}")
    done = {"weight": "2", "state": "whole"}
    assert other.post(f"/tasks/{key}/completion", **done).status_code == 403
    charlie.get("/absences")
    wrong = charlie.post(
        "/absences", **{"from": "2026-11-05", "to": "2026-11-01"}, substitute="farid"
    )
    assert wrong.status_code == 422
    charlie.post("/absences", **{"from": "2026-11-05", "to": "2026-11-06"}, substitute="farid")
    assert "P-Dara" not in other.get("/?view=standing_in")  # not yet

    clock.forward(days=1)

    charlie, other = enter("charlie"), enter("farid")
    assert "P-Dara" in other.get("/?view=standing_in")
    other.get(f"/tasks/{key}")
    assert other.post(f"/tasks/{key}/completion", **done).status_code == 303


def test_a_substitute_for_one_process_does_not_get_the_others(
    app: Flask, enter: Opens, farid: None, clock: Clock
) -> None:
    key = parcel(app, "Dara", "charlie")
    charlie = enter("charlie")
    charlie.get("/absences")
    away = {"from": "2026-11-04", "to": "2026-11-06", "process": "stumble"}
    assert charlie.post("/absences", **away, substitute="farid").status_code == 303
    other = enter("farid")
    other.get(f"/tasks/{key}")
    assert "P-Dara" not in other.get("/?view=standing_in")
    answer = other.post(f"/tasks/{key}/completion", weight="2", state="whole")
    assert answer.status_code == 403


def test_many_tasks_at_once_and_each_refusal_is_told(app: Flask, enter: Opens, farid: None) -> None:
    free, taken = parcel(app, "Dara"), parcel(app, "Eda", "farid")
    charlie = enter("charlie")
    charlie.get("/?view=claimable")

    answer = charlie.post("/tasks/many", what="claim", task=[str(free), str(taken)])

    assert "Done with one task." in answer.text
    assert "P-Eda" in answer.text
    assert "P-Dara" not in answer.text.split("Not done with these")[-1]
    assert (holder(app, free), holder(app, taken)) == ("charlie", "farid")
    assert charlie.post("/tasks/many", what="fly", task=[str(free)]).status_code == 422
    assert charlie.post("/tasks/many", what="snooze", task=[str(free)]).status_code == 303
    assert "P-Dara" in charlie.get("/?view=snoozed")


def test_a_view_is_saved_and_shared_with_a_group(app: Flask, enter: Opens, farid: None) -> None:
    charlie, other = enter("charlie"), enter("farid")
    charlie.get("/?view=claimable&process=parcel")
    sent = {"view": "claimable", "process": "parcel"}
    charlie.post("/views", name="Parcels of all", shared_with="care_agent", **sent)
    charlie.post("/views", name="Only mine", **sent)
    page = other.get("/")
    assert "Parcels of all" in page
    assert "Only mine" not in page
    assert "/?view=claimable&amp;process=parcel" in page
    assert other.post("/views/1/removal").status_code == 404
    assert charlie.post("/views/1/removal").status_code == 303
    assert "Parcels of all" not in other.get("/")
