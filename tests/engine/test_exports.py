"""Process-mining tools read our history: a published library that nobody here wrote opens it."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import r4pm

from engine import exports, store
from engine.model import StartRequest
from tests.engine.house import House

LOAN = """
start -> user:Ask(name=Ask & check) -> call:Check(process=check) -> user:Answer -> end
boundary:Late(on=Answer; timer=P1D) -> end:Expired
"""


@pytest.fixture
def told(house: House) -> House:
    """Two loans answered, one expired, one still with Alice."""
    house.deploy("start -> script:Look(expression==1; result=seen) -> end", "check")
    house.deploy(LOAN)
    for number in range(4):
        started = house.engine.by("alice").instances.start(
            StartRequest("p", business_key=f"L-{number % 3}")
        )
        if number < 3:
            house.do(started, "Ask", by="bob", secret="not for the log")
        if number < 2:
            house.do(started, "Answer", by="bob")
    house.clock.advance(days=2)
    house.run()
    return house


def write(house: House, kind: Any, file: Path, chosen: Any = None) -> None:
    wanted = store.instance.c.key > 0 if chosen is None else chosen
    with store.reading(house.database) as connection, file.open("w", encoding="utf-8") as out:
        out.writelines(kind(connection, wanted))


def test_a_mining_library_opens_the_xes_log(told: House, tmp_path: Path) -> None:
    file = tmp_path / "log.xes"
    write(told, exports.xes, file, store.instance.c.process_id == "p")

    log = r4pm.import_item("EventLog", str(file))
    projection = r4pm.convert_item(log, "EventLogActivityProjection")
    cases = r4pm.bindings.get_num_cases(projection)
    seen = set(r4pm.bindings.get_projection_activities(projection))

    assert cases == 4
    assert {"Ask & check", "Check", "Answer"} <= seen
    assert "not for the log" not in file.read_text()


def test_a_mining_library_opens_the_ocel_log(told: House, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    write(told, exports.ocel, file)

    log = r4pm.import_item("OCEL", str(file))
    written = json.loads(file.read_text())

    assert r4pm.bindings.num_events(log) == len(written["events"])
    assert r4pm.bindings.num_objects(log) == len(written["objects"])
    kinds = [each["type"] for each in written["objects"]]
    assert {kind: kinds.count(kind) for kind in ("process_instance", "business_object")} == {
        "process_instance": 7,
        "business_object": 3,
    }
    known = {each["id"] for each in written["objects"]}
    linked = {
        link["objectId"]
        for each in (*written["objects"], *written["events"])
        for link in each["relationships"]
    }
    assert linked <= known
    assert "not for the log" not in file.read_text()


def test_a_parent_outside_of_the_choice_is_still_there(told: House, tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    write(told, exports.ocel, file, store.instance.c.process_id == "check")

    log = r4pm.import_item("OCEL", str(file))

    assert r4pm.bindings.num_objects(log) >= 6


def test_events_say_who_and_in_which_order(told: House) -> None:
    with store.reading(told.database) as connection:
        found = list(exports.cases(connection, store.instance.c.process_id == "p"))
    events = [(e.element_id, e.transition, e.actor) for e in found[0].events]

    assert events[:5] == [
        ("start", "start", "alice"),
        ("start", "complete", "alice"),
        ("Ask", "start", "alice"),
        ("Ask", "complete", "bob"),
        ("Check", "start", "bob"),
    ]
    assert found[2].events[-1].element_id == "Expired"
    assert ("Answer", "ate_abort") in [(e.element_id, e.transition) for e in found[2].events]
    ids = list(itertools.chain(*([e.id for e in case.events] for case in found)))
    assert len(ids) == len(set(ids))


def test_signs_that_xml_cannot_write_do_not_break_the_log(house: House, tmp_path: Path) -> None:
    house.deploy("start -> user:A -> end")
    house.engine.instances.start(StartRequest("p", business_key='<"&\x01\ud7ff\n>'))
    file = tmp_path / "log.xes"

    write(house, exports.xes, file)

    r4pm.import_item("EventLog", str(file))
