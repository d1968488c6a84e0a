"""Call activities: a child is an instance of its own, one transaction with its parent."""

import json

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.model import Resource
from engine.reads import search
from engine.reads.search.views import RESOURCES
from tests.engine.house import House
from tests.support.bpmn import resource

PARENT = "start -> call:Gate(process=child; propagate=true) -> user:After -> end"


def children(house: House, key: int) -> list[int]:
    with store.reading(house.database) as connection:
        return [child.key for child in reads.children(connection, key)]


def test_a_child_runs_and_gives_its_variables_to_its_parent(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy(PARENT)
    parent = house.start(customer="C-1")

    [child] = children(house, parent.instance_key)
    assert house.variables(child) == {"customer": "C-1"}
    assert house.look(child).root_instance_key == parent.instance_key
    house.do(child, "Inner", decision="send")

    assert house.state(child) == "COMPLETED"
    assert house.variables(parent)["decision"] == "send"
    assert list(house.waits(parent)) == ["After"]


def test_a_child_that_needs_nobody_is_done_before_the_start_answers(house: House) -> None:
    house.deploy("start -> script:Add(expression==1 + 1; result=two) -> end", "child")
    house.deploy(PARENT)

    parent = house.start()

    assert list(house.waits(parent)) == ["After"]
    assert house.variables(parent)["two"] == 2


def test_a_missing_child_is_an_incident_that_can_be_retried(house: House) -> None:
    house.deploy(PARENT)
    parent = house.start()
    [incident] = house.waits(parent).values()
    assert incident.what == "CALLED_ELEMENT_ERROR"

    house.deploy("start -> user:Inner -> end", "child")
    house.engine.by("alice").incidents.resolve(incident.key)

    assert len(children(house, parent.instance_key)) == 1
    assert house.look(parent).incidents == 0


def test_a_child_that_only_a_message_can_start_is_an_incident_too(house: House) -> None:
    house.deploy("start:Told(message=m) -> user:A -> end", "child")
    house.deploy("start -> call:Sub(process=child) -> end")
    parent = house.start()

    incident = house.waits(parent)["Sub"]
    assert incident.what == "CALLED_ELEMENT_ERROR"

    house.deploy("start -> user:B -> end\nstart:Told(message=m) -> user:A -> end:E", "child")
    house.engine.by("alice").incidents.resolve(incident.key)
    with store.reading(house.database) as connection:
        [child] = reads.instances(connection, process_id="child").items
    assert list(house.waits(child.key)) == ["B"], "it begins without a trigger"


def test_children_in_parallel_each_give_their_own_result(house: House) -> None:
    house.deploy("start -> script:Double(expression== n * 2; result=x) -> end", "child")
    repeated = "each== [1, 2, 3]; item=n; collect=out; element== output; out.output== x"
    house.deploy(f"start -> call:Sub(process=child; {repeated}) -> user:Next -> end")
    assert house.variables(house.start()) == {"out": [2, 4, 6]}


def test_a_terminate_end_of_a_child_completes_the_call(house: House) -> None:
    house.deploy("start -> and:F\nF -> user:A -> end:E(terminate)\nF -> user:B -> end:E2", "child")
    house.deploy("start -> call:Sub(process=child) -> user:Next -> end")
    parent = house.start()
    with store.reading(house.database) as connection:
        [child] = reads.instances(connection, process_id="child").items
    house.do(child.key, "A")
    assert list(house.waits(parent)) == ["Next"]


def test_an_error_of_the_child_is_caught_by_the_parent(house: House) -> None:
    house.deploy("start -> user:Inner -> end:No(error=refused)", "child")
    house.deploy(PARENT + "\nboundary:Refused(on=Gate; error=refused) -> user:Sorry -> end:Bye")
    parent = house.start()
    [child] = children(house, parent.instance_key)

    house.do(child, "Inner")

    assert list(house.waits(parent)) == ["Sorry"]
    assert house.state(child) in ("COMPLETED", "TERMINATED")


def test_cancelling_the_parent_cancels_the_child(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy(PARENT)
    parent = house.start()
    [child] = children(house, parent.instance_key)

    house.engine.by("alice").instances.cancel(parent.instance_key)

    assert house.state(child) == "TERMINATED"
    assert house.waits(child) == {}


def test_a_process_that_calls_itself_for_ever_stops_with_an_incident(house: House) -> None:
    house.deploy("start -> call:Again(process=p) -> end")

    instance = house.start()

    with store.reading(house.database) as connection:
        [found] = reads.incidents(connection).items
        running = reads.instances(connection, limit=100).items
    assert found.error_type == "CALLED_ELEMENT_ERROR"
    assert len(running) == house.engine.limits.call_depth
    assert house.state(instance) == "ACTIVE"


def test_a_call_is_bound_to_the_newest_its_own_deployment_or_a_tag(house: House) -> None:
    tag = '<zeebe:versionTag value="stable"/>'
    house.engine.by("alice").definitions.deploy(
        [resource("start -> user:Old -> end", "child", tag)]
    )
    parents = [
        resource(f"start -> call:Sub(process=child{words}) -> end", name)
        for name, words in (
            ("newest", ""),
            ("together", "; binding=deployment"),
            ("tagged", "; binding=versionTag; tag=stable"),
            ("untagged", "; binding=versionTag; tag=missing"),
        )
    ]
    house.engine.by("alice").definitions.deploy(
        [resource("start -> user:Own -> end", "child"), *parents]
    )
    house.deploy("start -> user:New -> end", "child")

    def child(name: str) -> list[str]:
        started = house.start(name)
        found = children(house, started.instance_key)
        return [place for key in found for place in house.waits(key)]

    assert child("newest") == ["New"]
    assert child("together") == ["Own"]
    assert child("tagged") == ["Old"]
    assert child("untagged") == []
    with store.reading(house.database) as connection:
        [incident] = reads.incidents(connection).items
    assert incident.error_type == "CALLED_ELEMENT_ERROR"


def test_an_error_climbs_through_two_calls_to_who_catches_it(house: House) -> None:
    house.deploy("start -> user:Inner -> end:No(error=refused; in.why== 7)", "child")
    house.deploy("start -> call:Sub(process=child) -> end", "middle")
    house.deploy(
        "start -> call:Sub(process=middle) -> end\n"
        "boundary:Refused(on=Sub; error=refused) -> user:Sorry -> end:Bye"
    )
    top = house.start()
    [middle] = children(house, top.instance_key)
    [bottom] = children(house, middle)

    house.do(bottom, "Inner")

    assert list(house.waits(top)) == ["Sorry"]
    assert house.variables(top) == {"why": 7}
    assert {house.state(middle), house.state(bottom)} == {"TERMINATED"}


def test_a_worker_is_handed_the_key_of_a_deployed_file(house: House) -> None:
    house.deploy(
        "start -> service:Run(type=robot; linked=robot.rpa; binding=deployment) -> end",
        "p",
        Resource("robot.rpa", b"{}"),
    )
    house.start()
    [job] = house.engine.by("w").jobs.activate("robot", 1, 60_000)
    with store.reading(house.database) as connection:
        key = connection.execute(
            select(store.resource.c.key).where(store.resource.c.name == "robot.rpa")
        ).scalar_one()
    assert json.loads(job["headers"]["linkedResources"])[0]["resourceKey"] == str(key)


def test_a_robot_is_found_by_its_id_and_version_tag(house: House) -> None:
    linked = "service:Run(type=robot; linked=cleaner; binding=versionTag; tag"
    house.deploy(f"start -> {linked}=2026.1) -> end")
    house.deploy(f"start -> {linked}=never) -> end", "q")
    for tag in ("2026.1", "2026.2"):
        script = {"id": "cleaner", "versionTag": tag, "script": f"# {tag}"}
        house.engine.definitions.deploy([Resource("robot.rpa", json.dumps(script).encode())])
    house.start()
    broken = house.start("q")

    [job] = house.engine.by("w").jobs.activate("robot", 9, 60_000)
    [handed] = json.loads(job["headers"]["linkedResources"])
    with store.reading(house.database) as connection:
        found = search.one(connection, RESOURCES, int(handed["resourceKey"]))
        assert found is not None
        assert [found[name] for name in ("resource_id", "version", "version_tag")] == [
            "cleaner",
            1,
            "2026.1",
        ]
        [incident] = reads.incidents(connection).items
    assert (incident.instance_key, incident.error_type) == (
        broken.instance_key,
        "RESOURCE_NOT_FOUND",
    )


@pytest.mark.parametrize("content", [b"{}", b"not JSON", b"[1]", b'{"id": 7, "versionTag": 1}'])
def test_a_file_that_says_no_id_is_known_by_its_name(house: House, content: bytes) -> None:
    [item] = house.engine.definitions.deploy([Resource("robot.rpa", content)]).items
    assert (item.kind, item.id, item.version) == ("resource", "robot.rpa", 1)
