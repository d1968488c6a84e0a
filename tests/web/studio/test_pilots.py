"""A pilot on pages: proposed, approved by somebody else, counted, adopted, taken back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import StartRequest
from tasks.standards.measure import Measure
from tasks.standards.records import ServiceStandard
from tests.web.browser import Browser
from tests.web.conftest import Clock
from tests.web.studio.conftest import Desk

Begin = Callable[..., Desk]
Enter = Callable[[str], Browser]
MEASURE = Measure(kind="in_time", process="parcel", begins="check", ends="gone", within="PT4H")
PLAN = {"share": "50", "weeks": "4", "success_if": "10", "stop_if": "20"}


@pytest.fixture
def standard(app: Flask, clock: Clock) -> str:
    with Session(app.extensions["peyvand"].database) as session:
        made = ServiceStandard(name="Parcels", measure=MEASURE.kept(), created_at=clock())
        session.add(made)
        session.commit()
        return str(made.id)


def propose(desk: Desk, standard: str, **changed: str) -> str:
    """Change a text of the draft and propose it; return the address of its pilot."""
    desk.change("parcel.bpmn", 'id="gone" name="Parcel gone"', 'id="gone" name="Parcel left"')
    desk.check()
    plan = PLAN | {"save": "2", "standard": standard} | changed
    answer = desk.browser.post(f"{desk.place}/candidate", **plan)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def deliver(app: Flask, clock: Clock, customers: int) -> None:
    """Let customers come: the candidate takes two hours, the current way six."""
    engine = app.extensions["peyvand"].engine
    for customer in range(1, customers + 1):
        request = StartRequest("parcel", variables={"customer": "Dara", "customer_id": customer})
        key, begun = engine.instances.start(request).instance_key, clock.time
        with store.reading(engine.database) as connection:
            side = (
                connection.execute(store.instance.select().where(store.instance.c.key == key))
                .one()
                .trial_side
            )
        clock.forward(hours=2 if side == "candidate" else 6)
        for values in ({"weight": 1, "state": "whole"}, {}):
            with store.reading(engine.database) as connection:
                [task] = reads.waiting(connection, key)
            engine.by("charlie").tasks.complete(task.key, values)
        clock.time = begun + timedelta(minutes=30)


def begun_on(app: Flask, version: int) -> int:
    """Start an instance on a version, that nobody works on; return its key."""
    engine = app.extensions["peyvand"].engine
    request = StartRequest("parcel", version=version, variables={"customer": "Dara"})
    return int(engine.instances.start(request).instance_key)


def go_over(olga: Browser, pilot: str, old: int) -> None:
    """Take the running instances of the old version over, from the button of the pilot's page."""
    page = olga.get(pilot)
    [card] = re.findall(r'<section class="card" id="migration">.*?</section>', page, re.DOTALL)
    [place] = re.findall(r'action="([^"]+)"', card)
    fields = dict(re.findall(r'name="(target|all)" value="([^"]+)"', card))
    assert place == f"/instances/{old}/migration"
    looked = olga.post(place, **fields)
    assert looked.status_code == 200
    assert "would go over" in looked.text
    answer = olga.post(place, go="1", **fields)
    assert answer.status_code == 303
    assert "/batches/" in answer.headers["Location"]


def version(app: Flask) -> int:
    with store.reading(app.extensions["peyvand"].database) as connection:
        return reads.definition(connection, process_id="parcel").version


def test_a_pilot_from_a_draft_to_adoption_and_back(
    app: Flask, clock: Clock, begin: Begin, enter: Enter, standard: str
) -> None:
    otto = begin()
    place = propose(otto, standard)
    assert "waits for approval" in otto.browser.get("/pilots")
    assert "Somebody else has to approve" in otto.browser.get(place)
    replay = otto.browser.get("/processes/parcel/replay?version=2")
    assert "No instance has ended yet" in replay
    assert otto.browser.post(f"{place}/approval").status_code == 403

    petra = enter("petra")
    petra.get(place)
    assert petra.post(f"{place}/approval").status_code == 303
    deliver(app, clock, 40)
    old = begun_on(app, 1)
    clock.forward(days=7)
    petra = enter("petra")
    petra.get(place)
    petra.post(f"{place}/looks")
    page = petra.get(place)
    assert "This interval holds however often somebody looks." in page
    assert "20 new, 20 current" in page
    assert version(app) == 1, "the current version is current"

    clock.forward(days=28)
    petra = enter("petra")
    petra.get(place)
    petra.post(f"{place}/looks")
    page = petra.get(place)
    assert "The weeks are over" in page
    assert "The effect is there, and as large as was asked." in page
    assert petra.post(f"{place}/end", how="adopt", reason="Faster").status_code == 303
    assert version(app) == 2
    page = petra.get(place)
    assert "adopted" in page
    assert 'id="migration"' not in page, "that is an operator's"
    go_over(enter("olga"), place, old)
    assert petra.post(f"{place}/end", how="take_back", reason="Complaints").status_code == 303
    assert version(app) == 3
    assert "taken back" in petra.get("/pilots")


def test_a_proposed_pilot_is_dropped(app: Flask, begin: Begin, enter: Enter, standard: str) -> None:
    place = propose(begin(), standard)
    petra = enter("petra")
    petra.get(place)

    assert petra.post(f"{place}/end", how="drop", reason="Not now").status_code == 303

    assert "Not now" in petra.get(place)
    with store.reading(app.extensions["peyvand"].database) as connection:
        assert reads.candidates(connection)[0].state == "ENDED"


def test_a_plan_that_is_none_is_refused(begin: Begin, standard: str) -> None:
    otto = begin()
    otto.change("parcel.bpmn", 'id="gone" name="Parcel gone"', 'id="gone" name="Parcel left"')
    otto.check()
    plan = PLAN | {"save": "2", "standard": standard}

    for wrong in ({"weeks": "many"}, {"success_if": "0"}, {"share": "100"}, {"save": "1"}):
        assert otto.browser.post(f"{otto.place}/candidate", **plan | wrong).status_code >= 400
    assert "No pilot is going on." in otto.browser.get("/pilots")


def test_who_only_works_here_sees_no_pilots(app: Flask, enter: Enter) -> None:
    assert app
    enter("charlie").get("/pilots", status=403)
