"""Operators do on pages, without JavaScript, what instances need; who may not is turned away."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine import reads, store
from engine.model import StartRequest
from engine.worker import Worker
from tests.support.bpmn import resource
from tests.web.browser import Browser

ORDER = "start -> user:Check -> user:Pack -> user:Send -> end"
NEXT = "start -> user:Look -> user:Pack -> end"
Enters = Callable[[str], Browser]


@pytest.fixture
def house(app: Flask) -> Any:
    house = app.extensions["peyvand"]
    house.engine.by("bob").definitions.deploy([resource(ORDER, "order")])
    return house


def begin(house: Any, *done: str) -> int:
    key: int = house.engine.instances.start(
        StartRequest("order", variables={"amount": 1})
    ).instance_key
    for task in done:
        house.engine.by("alice").tasks.complete(waits(house, key)[task], {})
    return key


def waits(house: Any, key: int) -> dict[str, int]:
    with store.reading(house.database) as connection:
        return {wait.element_id: wait.key for wait in reads.waiting(connection, key)}


def state(house: Any, key: int) -> Any:
    with store.reading(house.database) as connection:
        return reads.instance(connection, key)


def here(house: Any, key: int) -> str:
    """The key of the step it stands in."""
    with store.reading(house.database) as connection:
        elements = reads.elements(connection, key)
    return str(next(e.key for e in elements if e.state == "ACTIVE" and e.key != key))


def test_an_instance_is_suspended_and_resumed(house: Any, enter: Enters) -> None:
    key, olga = begin(house), enter("olga")
    assert "Suspend" in olga.get(f"/instances/{key}")
    olga.post(f"/instances/{key}/suspension")
    assert state(house, key).state == "SUSPENDED"
    assert "Resume" in olga.get(f"/instances/{key}")
    olga.post(f"/instances/{key}/suspension", resume="1")
    assert state(house, key).state == "ACTIVE"
    assert "resumed" in olga.get(f"/instances/{key}")


def test_a_step_is_moved_begun_and_ended(house: Any, enter: Enters) -> None:
    key, olga = begin(house), enter("olga")
    page = olga.get(f"/instances/{key}/modification")
    assert "Check" in page
    address = f"/instances/{key}/modification"

    moved = olga.post(
        address,
        what="move",
        source=here(house, key),
        target="Pack",
        variables='{"why": "a mistake"}',
    )
    assert (moved.status_code, list(waits(house, key))) == (303, ["Pack"])
    assert "moved by hand" in olga.get(f"/instances/{key}")
    olga.post(address, what="activate", target="Check")
    assert sorted(waits(house, key)) == ["Check", "Pack"]
    olga.post(address, what="terminate", source=here(house, key))
    assert len(waits(house, key)) == 1

    # what cannot be is said, and what was chosen stays chosen
    for wrong in (
        {"what": "move", "source": "", "target": "Pack"},
        {"what": "move", "source": "4711", "target": "Pack"},
        {"what": "activate", "target": "Nowhere"},
        {"what": "activate", "target": "Send", "variables": "[1]"},
        {"what": "activate", "target": "Send", "variables": "{"},
    ):
        refused = olga.post(address, **wrong)
        assert (refused.status_code, "nothing was changed" in refused.text) == (422, True), wrong
    assert len(waits(house, key)) == 1


def test_a_new_version_is_looked_at_before_and_then_taken(house: Any, enter: Enters) -> None:
    key, packed = begin(house), begin(house, "Check")
    olga = enter("olga")
    address = f"/instances/{key}/migration"
    assert "no other version" in olga.get(address)
    [new] = house.engine.by("bob").definitions.deploy([resource(NEXT, "order")]).items

    # the dry run says why not, for this one and for all
    seen = olga.get(address)
    assert "has no element &#39;Check&#39;" in seen or "has no element 'Check'" in seen
    assert state(house, key).version == 1
    refused = olga.post(address, target=str(new.key), mapping="", go="1")
    assert (refused.status_code, state(house, key).version) == (422, 1)
    looked = olga.post(address, target=str(new.key), mapping="Check = Look", all="1")
    assert (looked.status_code, state(house, key).version) == (200, 1)
    assert "Check = Look" in looked.text

    # one goes over, and then all there are
    olga.post(address, target=str(new.key), mapping="Check = Look", go="1")
    assert (state(house, key).version, list(waits(house, key))) == (2, ["Look"])
    batch = olga.post(
        f"/instances/{packed}/migration", target=str(new.key), mapping="", all="1", go="1"
    )
    Worker(house.engine).run_until_idle()
    assert state(house, packed).version == 2
    page = olga.get(batch.headers["Location"])
    assert "1 of 1 done" in page
    house.engine.by("alice").tasks.complete(waits(house, packed)["Pack"], {})
    assert state(house, packed).state == "COMPLETED"


def test_a_batch_is_watched_paused_and_ended(house: Any, enter: Enters) -> None:
    keys = [begin(house) for _ in range(3)]
    [new] = house.engine.by("bob").definitions.deploy([resource(NEXT, "order")]).items
    olga = enter("olga")
    olga.get(f"/instances/{keys[0]}/migration")
    batch = olga.post(
        f"/instances/{keys[0]}/migration", target=str(new.key), mapping="", all="1", go="1"
    ).headers["Location"]
    assert "0 of 3 done" in olga.get(batch)
    olga.post(f"{batch}/state", what="pause")
    Worker(house.engine).run_until_idle()
    assert "0 of 3 done" in olga.get(batch)
    olga.post(f"{batch}/state", what="resume")
    Worker(house.engine).run_until_idle()
    page = olga.get(batch)
    assert "3 of 3 done" in page
    assert "3 failed" in page
    assert str(keys[1]) in page
    assert "Take instances to another version" in olga.get("/batches")
    olga.get(f"{batch}/progress")
    olga.get("/batches/4711", 404)


def test_all_incidents_are_tried_again_at_once(app: Flask, enter: Enters) -> None:
    house = app.extensions["peyvand"]
    house.engine.by("bob").definitions.deploy(
        [resource("start -> service:Odd(type=odd) -> end", "odd")]
    )
    for _ in range(2):
        house.engine.instances.start(StartRequest("odd"))
    for job in house.engine.by("w").jobs.activate("odd", 5, 60_000):
        house.engine.jobs.fail(job["key"], "no", retries=0)
    olga = enter("olga")
    assert "Try all of them again" in olga.get("/incidents")
    batch = olga.post("/batches/resolutions").headers["Location"]
    Worker(house.engine).run_until_idle()
    assert "2 of 2 done" in olga.get(batch)
    assert len(house.engine.by("w").jobs.activate("odd", 5, 60_000)) == 2


def test_messages_nobody_took_are_shown_without_what_they_hold(app: Flask, enter: Enters) -> None:
    app.extensions["peyvand"].engine.by("ida").messages.publish("parcel", "P-7", {"secret": "zzz"})
    page = enter("olga").get("/messages")
    assert "parcel" in page
    assert "P-7" in page
    assert "zzz" not in page
    assert "P-7" not in enter("olga").get("/messages?q=other")


def test_who_runs_nothing_here_changes_nothing(house: Any, enter: Enters) -> None:
    key, bob = begin(house), enter("bob")
    page = bob.get(f"/instances/{key}")
    assert "modification" not in page
    for address in (f"/instances/{key}/modification", f"/instances/{key}/migration", "/batches"):
        bob.get(address, 403)
    bob.get("/messages", 403)
    bob.get(f"/instances/{key}")
    for action in ("suspension", "modification", "migration"):
        assert bob.post(f"/instances/{key}/{action}").status_code == 403
    assert bob.post("/batches/resolutions").status_code == 403
    assert state(house, key).state == "ACTIVE"
