"""Deployment: all or nothing, versions only for what changed."""

import pytest

from engine import reads, store
from engine.errors import Conflict, Invalid, NotFound
from engine.model import Resource, StartRequest
from tests.engine.house import House
from tests.support.bpmn import resource

DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="one" name="one"><literalExpression><text>1</text>
  </literalExpression></decision></definitions>"""
FORM = b'{"id": "f", "type": "default", "components": []}'


def test_an_unchanged_file_keeps_its_version_a_changed_one_gets_the_next(house: House) -> None:
    files = [resource("start -> user:A -> end"), Resource("f.form", FORM), Resource("x.txt", b"x")]
    first = house.engine.by("alice").definitions.deploy(files)
    again = house.engine.by("alice").definitions.deploy(files)
    changed = house.engine.by("alice").definitions.deploy(
        [resource("start -> user:B -> end"), *files[1:]]
    )

    assert [item.kind for item in first.items] == ["process", "form", "resource"]
    assert again.items == first.items
    assert [item.version for item in changed.items] == [2, 1, 1]
    with store.reading(house.database) as connection:
        [newest] = reads.definitions(connection)
        assert (newest.version, newest.deployed_by) == (2, "alice")
        assert [v.version for v in reads.versions(connection, "p")] == [2, 1]
        assert reads.resource_xml(connection, first.items[0].key) == files[0].content


def test_running_instances_keep_their_version(house: House) -> None:
    house.deploy("start -> user:A -> user:Old -> end")
    instance = house.start()
    house.deploy("start -> user:A -> user:New -> end")

    house.do(instance, "A")

    assert list(house.waits(instance)) == ["Old"]
    assert list(house.waits(house.engine.instances.start(StartRequest("p", version=1)))) == ["A"]
    with pytest.raises(NotFound, match="version 7"):
        house.engine.instances.start(StartRequest("p", version=7))


def test_one_broken_file_refuses_the_whole_deployment(house: House) -> None:
    good, bad = resource("start -> end"), Resource("bad.bpmn", b"<nonsense>")

    with pytest.raises(Invalid) as refusal:
        house.engine.by("alice").definitions.deploy([good, bad])

    assert refusal.value.problems[0].resource == "bad.bpmn"
    with pytest.raises(NotFound):
        house.engine.instances.start(StartRequest("p"))


def test_an_unknown_process_is_not_found(house: House) -> None:
    with pytest.raises(NotFound, match="no process 'nothing'"):
        house.engine.instances.start(StartRequest("nothing"))


def key_of(house: House, version: int, process_id: str = "p") -> int:
    with store.reading(house.database) as connection:
        return reads.definition(connection, process_id=process_id, version=version).key


def test_a_definition_in_use_cannot_be_deleted_one_that_is_not_can(house: House) -> None:
    house.deploy("start -> user:A -> end")
    instance = house.start()
    first = key_of(house, 1)
    house.deploy("start -> user:B -> end")
    second = key_of(house, 2)

    with pytest.raises(Conflict, match="1 instances run"):
        house.engine.definitions.delete(first)
    house.do(instance, "A")
    with pytest.raises(Conflict, match="1 are over"):
        house.engine.definitions.delete(first)
    assert house.engine.by("alice").definitions.delete(second) == "process"

    assert house.start().version == 1
    with pytest.raises(NotFound):
        house.engine.instances.start(StartRequest(definition_key=second))
    with pytest.raises(NotFound):
        house.engine.definitions.delete(second)


CALLS = """
start -> user:A -> call:Gate(process=gate{0}) -> rule:Rate(decision=one; result=r{0})
Rate -> user:B(form=f{0}) -> end
"""


@pytest.mark.parametrize("bound", ["", "; binding=deployment"])
def test_what_running_instances_will_call_cannot_be_deleted(house: House, bound: str) -> None:
    gate = resource("start -> user:In -> end", "gate")
    called = [gate, Resource("d.dmn", DMN), Resource("f.form", FORM)]
    drawing = CALLS.format(bound)
    together = house.engine.definitions.deploy([resource(drawing, "p"), *called]).items
    keys = {item.kind: item.key for item in together if item.id != "p"}
    instance = house.start()

    for kind, element in (("process", "Gate"), ("requirements", "Rate"), ("form", "B")):
        with pytest.raises(Conflict, match=f"in use: '{element}' of process 'p' version 1"):
            house.engine.definitions.delete(keys[kind])

    # a newer version would do for who calls the latest, not for who is bound to this one
    house.engine.definitions.deploy([Resource("f.form", FORM + b" ")])
    if bound:
        with pytest.raises(Conflict):
            house.engine.definitions.delete(keys["form"])
    else:
        assert house.engine.definitions.delete(keys["form"]) == "form"
    house.engine.instances.cancel(instance.instance_key)
    assert house.engine.definitions.delete(keys["process"]) == "process"


def test_an_instance_that_moved_away_still_holds_its_first_version(house: House) -> None:
    house.deploy("start -> user:A -> user:B -> end")
    instance = house.start()
    house.do(instance, "A")
    house.deploy("start -> user:A -> user:B -> user:C -> end")
    house.engine.instances.migrate(instance.instance_key, key_of(house, 2))

    with pytest.raises(Conflict, match="before they moved"):
        house.engine.definitions.delete(key_of(house, 1))


def test_without_the_newest_version_the_one_before_listens_again(house: House) -> None:
    house.deploy("start:Told(message=news) -> user:Old -> end")
    house.deploy("start:Told(message=news) -> user:New -> end")
    house.engine.definitions.delete(key_of(house, 2))

    _, started = house.engine.messages.correlate("news")

    assert list(house.waits(started)) == ["Old"]


def test_forms_and_files_are_deleted_when_nothing_shows_them(house: House) -> None:
    house.deploy("start -> user:A(form=f) -> end", "p", Resource("f.form", FORM))
    deployed = house.engine.definitions.deploy([Resource("x.txt", b"x"), Resource("f.form", FORM)])
    form, file = (item.key for item in deployed.items)
    instance = house.start()

    with pytest.raises(Conflict, match="1 open tasks"):
        house.engine.definitions.delete(form)
    house.do(instance, "A")

    assert house.engine.definitions.delete(form) == "form"
    assert house.engine.definitions.delete(file) == "resource"
    with store.reading(house.database) as connection:
        drawing = connection.execute(store.definition.select()).one().resource_key
    with pytest.raises(Conflict, match="in use"):
        house.engine.definitions.delete(drawing)


def test_everything_wrong_with_all_files_is_said_at_once(house: House) -> None:
    files = [
        resource("start -> user:A(form=gone; binding=deployment) -> end"),
        resource("start -> xor:Way -> end", "q"),
        Resource("f.form", b'{"id": "f", "components": 7}'),
        Resource("g.form", b"no json"),
    ]

    with pytest.raises(Invalid) as refused:
        house.engine.by("alice").definitions.deploy(files)

    assert {problem.resource for problem in refused.value.problems} >= {"f.form", "g.form"}
    with pytest.raises(NotFound):
        house.engine.instances.start(StartRequest("p"))
