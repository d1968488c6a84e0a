"""Replaying past instances on a draft and on a version, from the pages."""

from collections.abc import Callable

from flask import Flask

from engine import reads, store
from engine.model import Resource, StartRequest
from tests.web.browser import Browser
from tests.web.conftest import DATA
from tests.web.studio.conftest import Desk

Begin = Callable[..., Desk]
Enter = Callable[[str], Browser]


def deliver(app: Flask, state: str = "whole") -> None:
    """Live through one parcel."""
    engine = app.extensions["peyvand"].engine
    started = engine.instances.start(StartRequest("parcel", variables={"customer": "Dara"}))
    for values in ({"weight": 1, "state": state, "damage": "torn"}, {}):
        with store.reading(engine.database) as connection:
            [task] = reads.waiting(connection, started.instance_key)
        engine.by("charlie").tasks.complete(task.key, values)


def test_a_draft_shows_which_instances_would_go_another_way(app: Flask, begin: Begin) -> None:
    otto = begin()
    assert "No instance has ended yet" in otto.browser.get(f"{otto.place}/replay")
    for _ in range(3):
        deliver(app)

    same = otto.browser.get(f"{otto.place}/replay")
    otto.change("parcel.bpmn", 'id="hand" name="Hand it over"', 'id="hand_2" name="Give it"')
    for what in ("targetRef", "sourceRef", "bpmnElement"):
        otto.change("parcel.bpmn", f'{what}="hand"', f'{what}="hand_2"')
    other = otto.browser.get(f"{otto.place}/replay")

    assert "<strong>3</strong><span>go the same way</span>" in same
    assert "<strong>3</strong><span>go another way</span>" in other
    assert "It comes to “Give it”, not to “Hand it over”." in other
    assert "It stops at “Give it”: the instance never came there" in other
    assert len(versions(app)) == 1, "nothing was deployed"


def versions(app: Flask) -> list[int]:
    with store.reading(app.extensions["peyvand"].database) as connection:
        return [one.version for one in reads.versions(connection, "parcel")]


def test_an_answer_that_a_new_form_refuses_is_told(app: Flask, begin: Begin) -> None:
    deliver(app)
    otto = begin()
    otto.change("parcel.form", '"key": "pickup"', '"key": "pickup", "validate": {"required": true}')

    page = otto.browser.get(f"{otto.place}/replay")

    assert "It stops at “Check the parcel”: what was answered then is refused now (pickup)" in page


def test_past_instances_are_replayed_on_another_version(
    app: Flask, owners: None, enter: Enter
) -> None:
    del owners
    deliver(app)
    text = (DATA / "parcel.bpmn").read_text().replace('"gone"', '"left"')
    engine = app.extensions["peyvand"].engine
    engine.by("bob").definitions.deploy([Resource("parcel.bpmn", text.encode())])
    otto = enter("otto")

    current = otto.get("/processes/parcel/replay")
    before = otto.get("/processes/parcel/replay?version=1&of=1")

    assert "<strong>1</strong><span>go another way</span>" in current
    assert "It comes to “Parcel gone”, not to “Parcel gone”." in current
    assert "<strong>1</strong><span>go the same way</span>" in before
    assert "/processes/parcel/replay?version=2" in otto.get("/processes/parcel").replace(
        "&amp;", "&"
    )


def test_only_owners_replay(app: Flask, enter: Enter) -> None:
    assert app
    enter("charlie").get("/processes/parcel/replay", status=403)
