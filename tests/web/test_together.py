"""Taking back, asking a colleague, canned answers, files, and completing many at once."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from tests.web.test_colleagues import holder, parcel
from web import accounts

Opens = Callable[[str], Browser]
GOOD = {"weight": "2.5", "state": "whole"}


@pytest.fixture
def farid(app: Flask) -> None:
    """Given Farid, a colleague of Charlie's."""
    with app.app_context():
        accounts.create("farid", PASSWORD, display_name="Farid", groups=["care_agent"])


def test_a_completion_is_taken_back_and_what_was_typed_is_there_again(
    app: Flask, enter: Opens
) -> None:
    key = parcel(app, "Dara", "charlie")
    charlie = enter("charlie")
    charlie.get(f"/tasks/{key}")
    charlie.post(f"/tasks/{key}/completion", **GOOD)
    assert f'action="/tasks/{key}/undo"' in charlie.get("/?view=mine")
    assert f'action="/tasks/{key}/undo"' not in charlie.get("/?view=mine")  # offered once

    assert charlie.post(f"/tasks/{key}/undo").location == f"/tasks/{key}"

    page = charlie.get(f"/tasks/{key}")
    assert "is open again" in page
    assert 'value="2.5"' in page
    assert charlie.post(f"/tasks/{key}/completion", **GOOD).status_code == 303


def test_after_half_a_minute_or_by_somebody_else_nothing_is_taken_back(
    app: Flask, enter: Opens, farid: None, clock: Clock
) -> None:
    key = parcel(app, "Dara", "charlie")
    charlie, other = enter("charlie"), enter("farid")
    charlie.get(f"/tasks/{key}")
    charlie.post(f"/tasks/{key}/completion", **GOOD)
    other.get("/")
    assert other.post(f"/tasks/{key}/undo").status_code == 409
    clock.forward(seconds=31)
    charlie.get("/")
    answer = charlie.post(f"/tasks/{key}/undo")
    assert answer.status_code == 409
    assert "cannot be undone" in answer.text


def test_a_colleague_who_is_asked_hands_the_task_back_with_what_they_typed(
    app: Flask, enter: Opens, farid: None
) -> None:
    key = parcel(app, "Dara", "charlie")
    charlie, other = enter("charlie"), enter("farid")
    charlie.get(f"/tasks/{key}/delegation")

    charlie.post(f"/tasks/{key}/delegation", to="farid", text="How heavy is it?", ask="1")

    assert holder(app, key) == "farid"
    assert "How heavy is it?" in other.get("/mentions")
    page = other.get(f"/tasks/{key}")
    assert "asked by Charlie" in page
    assert "data-submit" not in page
    assert other.post(f"/tasks/{key}/completion", **GOOD).status_code == 409
    other.get(f"/tasks/{key}")
    other.post(f"/tasks/{key}/draft", weight="7.25")
    other.post(f"/tasks/{key}/hand-back", text="Seven and a quarter.")

    assert holder(app, key) == "charlie"
    assert 'value="7.25"' in charlie.get(f"/tasks/{key}")
    assert "Seven and a quarter." in charlie.get(f"/tasks/{key}/comments")
    assert charlie.post(f"/tasks/{key}/completion", **GOOD).status_code == 303


def test_canned_answers_are_shared_with_a_group_and_changed_by_their_owner(
    app: Flask, enter: Opens, farid: None
) -> None:
    key = parcel(app, "Dara")
    charlie, other, alice = enter("charlie"), enter("farid"), enter("alice")
    charlie.get("/canned-answers")
    charlie.post("/canned-answers", title="Thanks", text="We thank you.", shared_with="care_agent")
    assert "We thank you." in other.get("/canned-answers")
    assert "We thank you." not in alice.get("/canned-answers")
    part = other.get(f"/tasks/{key}/comments", **{"HX-Request": "true"})
    assert 'data-answer="We thank you."' in part
    number = re.search(r"/canned-answers/(\d+)", charlie.get("/canned-answers"))
    assert number is not None
    other.get("/canned-answers")
    assert other.post(number[0], title="Mine", text="now").status_code == 404
    charlie.post(number[0], title="Thanks", text="Many thanks.", shared_with="")
    assert "Many thanks." not in other.get("/canned-answers")
    charlie.get("/canned-answers")
    charlie.post(number[0], remove="1")
    assert "Many thanks." not in charlie.get("/canned-answers")


def test_a_file_is_attached_for_who_sees_the_task_and_removed_by_who_brought_it(
    app: Flask, enter: Opens, farid: None
) -> None:
    key = parcel(app, "Dara")
    charlie, other, alice = enter("charlie"), enter("farid"), enter("alice")
    charlie.get(f"/tasks/{key}")
    charlie.post(f"/tasks/{key}/files", file=(io.BytesIO(b"<script>"), "dent.html", "text/html"))
    address = re.search(rf'/tasks/{key}/files/[^/"]+', other.get(f"/tasks/{key}/files"))
    assert address is not None
    answer = other.client.get(address[0])
    assert answer.data == b"<script>"
    assert answer.mimetype == "application/octet-stream"  # never a page of this site
    assert alice.client.get(address[0]).status_code == 403
    assert other.post(f"{address[0]}/removal").status_code == 404
    charlie.get(f"/tasks/{key}")
    charlie.post(f"{address[0]}/removal")
    assert address[0] not in other.get(f"/tasks/{key}/files")


def test_many_are_completed_where_the_form_allows_and_the_others_are_told(
    app: Flask, enter: Opens
) -> None:
    first, second = parcel(app, "Dara", "charlie"), parcel(app, "Eda", "charlie")
    charlie = enter("charlie")
    charlie.get(f"/tasks/{first}")
    charlie.post(f"/tasks/{first}/completion", **GOOD)  # the next one asks for nothing
    following = re.search(r"/tasks/(\d+)\?view=claimable", charlie.get("/?view=claimable"))
    assert following is not None
    fields = {"csrf_token": charlie.token(), "what": "complete", "task": [following[1], second]}
    page = charlie.send("/tasks/many", fields).text
    assert "Done with one task." in page
    assert "Its form has to be filled in" in page
    assert "P-Eda" in page
