"""A draft is played in the browser, without effect outside, and kept as a scenario."""

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from engine import store
from tests.web.studio.conftest import Desk
from tests.web.studio.test_deploying import WHO

Begin = Callable[..., Desk]


def play(desk: Desk, **start: str) -> str:
    """Begin a walk through the parcel; return its address."""
    desk.browser.get(f"{desk.place}/plays")
    answer = desk.browser.post(f"{desk.place}/plays", process="parcel", how="hand", **start)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def step(desk: Desk, place: str, **fields: str) -> tuple[int, str]:
    page = desk.browser.get(place)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    answer = desk.browser.post(f"{place}/steps", seen=seen.group(1), **fields)
    return answer.status_code, answer.text


def test_an_owner_plays_a_draft_and_keeps_a_scenario(app: Flask, begin: Begin) -> None:
    otto = begin()
    otto.change("parcel.bpmn", "Check the parcel", "Weigh the parcel")
    place = play(otto, customer="Dara")
    page = otto.browser.get(place)
    assert "Weigh the parcel" in page
    assert "only played: nothing leaves this page" in page

    # A form says what is wrong, as at run time
    status, page = step(otto, place, how="task", weight="heavy", state="whole")
    assert (status, "This is not a number." in page) == (422, True)

    assert step(otto, place, how="task", weight="2", state="whole")[0] == 303
    assert step(otto, place, how="advance", span="2 bd")[0] == 303
    assert step(otto, place, how="task")[0] == 303
    page = otto.browser.get(place)
    assert "It has ended" in page
    assert "This walk came to 100 % of the process." in page

    kept = otto.browser.post(f"{place}/scenario", title="A parcel goes through")
    assert kept.status_code == 303, kept.text
    text, _etag = otto.file("scenarios/a_parcel_goes_through.toml")
    assert 'ended = "gone"' in text
    otto.check()
    assert "failed" not in otto.browser.post(f"{otto.place}/scenario-runs").text
    with store.reading(app.extensions["peyvand"].database) as connection:
        assert connection.execute(select(func.count()).select_from(store.instance)).scalar() == 0


def test_a_walk_goes_back_and_says_what_a_later_change_made_impossible(begin: Begin) -> None:
    otto = begin()
    place = play(otto, customer="Dara")
    step(otto, place, how="task", weight="2", state="whole")
    otto.browser.get(place)
    assert otto.browser.post(f"{place}/back", before="1").status_code == 303
    assert "Check the parcel" in otto.browser.get(place)
    step(otto, place, how="task", weight="2", state="whole")

    otto.change("parcel.bpmn", 'userTask id="check"', 'userTask id="weigh"')
    for before in ("targetRef", "sourceRef", "bpmnElement"):
        otto.change("parcel.bpmn", f'{before}="check"', f'{before}="weigh"')
    page = otto.browser.get(place)
    assert "Step 1 is no longer possible" in page
    assert "no user task &#39;check&#39; waits" in page


def test_two_windows_do_not_do_one_step_twice(begin: Begin) -> None:
    otto = begin()
    place = play(otto, customer="Dara")
    otto.browser.get(place)
    fields = {"how": "task", "weight": "2", "state": "whole"}
    assert otto.browser.post(f"{place}/steps", seen="0", **fields).status_code == 303
    assert otto.browser.post(f"{place}/steps", seen="0", **fields).status_code == 409


def test_a_service_is_answered_by_hand(begin: Begin) -> None:
    otto = begin()
    text, etag = otto.file("parcel.bpmn")
    start, end = text.index('<bpmn:userTask id="hand"'), text.index('<bpmn:sequenceFlow id="f3"')
    service = (
        '<bpmn:serviceTask id="hand" name="Hand it over"><bpmn:extensionElements>'
        '<zeebe:taskDefinition type="post.fetch"/></bpmn:extensionElements>'
        "<bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:serviceTask>"
    )
    assert otto.put("parcel.bpmn", text[:start] + service + text[end:], etag)[0] == 200
    place = play(otto, customer="Dara")
    step(otto, place, how="task", weight="2", state="whole")
    assert "What the service answers" in otto.browser.get(place)
    status, page = step(otto, place, how="answer", values="nonsense")
    assert (status, "write name = value." in page) == (422, True)
    status, page = step(otto, place, how="answer", values="number = 7\nby = the post\nlate = true")
    assert status == 303, page
    page = otto.browser.get(place)
    assert "It has ended" in page
    assert "the post" in page


def test_who_may_only_look_plays_nothing(begin: Begin, owners: None) -> None:
    otto = begin()
    assert WHO in otto.file("parcel.bpmn")[0]
    otto.browser.get(f"{otto.place}/plays")
    otto.post("discarding")
    page = otto.browser.get(f"{otto.place}/plays")
    assert 'action="/studio/drafts/1/plays"' not in page
