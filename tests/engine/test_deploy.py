"""Deployment: all or nothing, versions only for what changed."""

import pytest

from engine import queries, store
from engine.errors import Invalid, NotFound
from engine.model import Resource
from tests.engine.house import House
from tests.support.bpmn import resource

FORM = b'{"id": "f", "type": "default", "components": []}'


def test_an_unchanged_file_keeps_its_version_a_changed_one_gets_the_next(house: House) -> None:
    files = [resource("start -> user:A -> end"), Resource("f.form", FORM), Resource("x.txt", b"x")]
    first = house.engine.deploy(files, by="alice")
    again = house.engine.deploy(files, by="alice")
    changed = house.engine.deploy([resource("start -> user:B -> end"), *files[1:]], by="alice")

    assert [item.kind for item in first.items] == ["process", "form", "resource"]
    assert again.items == first.items
    assert [item.version for item in changed.items] == [2, 1, 1]
    with store.reading(house.database) as connection:
        [newest] = queries.definitions(connection)
        assert (newest.version, newest.deployed_by) == (2, "alice")
        assert [v.version for v in queries.versions(connection, "p")] == [2, 1]
        assert queries.resource_xml(connection, first.items[0].key) == files[0].content


def test_running_instances_keep_their_version(house: House) -> None:
    house.deploy("start -> user:A -> user:Old -> end")
    instance = house.start()
    house.deploy("start -> user:A -> user:New -> end")

    house.do(instance, "A")

    assert list(house.waits(instance)) == ["Old"]
    assert list(house.waits(house.engine.start("p", version=1))) == ["A"]
    with pytest.raises(NotFound, match="version 7"):
        house.engine.start("p", version=7)


def test_one_broken_file_refuses_the_whole_deployment(house: House) -> None:
    good, bad = resource("start -> end"), Resource("bad.bpmn", b"<nonsense>")

    with pytest.raises(Invalid) as refusal:
        house.engine.deploy([good, bad], by="alice")

    assert refusal.value.problems[0].resource == "bad.bpmn"
    with pytest.raises(NotFound):
        house.engine.start("p")


def test_an_unknown_process_is_not_found(house: House) -> None:
    with pytest.raises(NotFound, match="no process 'nothing'"):
        house.engine.start("nothing")
