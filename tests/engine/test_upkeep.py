"""What is over is kept as long as it must be, people can be forgotten, and the proof remains."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from engine import reads, store
from engine.errors import BpmnError, Conflict, NotFound
from engine.limits import Retention
from engine.model import Resource, StartRequest
from engine.transaction import idempotency
from tests.engine.house import House
from tests.support.bpmn import resource

TASK = "start -> user:A -> end"
SHOP = """
start -> user:Ask -> rule:Decide(decision=one; result=decided) -> service:Greet(type=shop.greet)
Greet -> catch:Paid(message=payment; key== customer) -> call:Gate(process=child; propagate=true)
Gate -> end
"""
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="one" name="one"><literalExpression><text>customer</text>
  </literalExpression></decision></definitions>"""


def count(house: House, table: Any) -> int:
    with store.reading(house.database) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def ended(house: House, process_id: str = "p") -> int:
    instance = house.start(process_id)
    house.do(instance, "A")
    return instance.instance_key


def test_instances_are_kept_as_long_as_the_setting_or_their_process_says(house: House) -> None:
    house.deploy(TASK)
    own = '<zeebe:property name="retentionDays" value="3"/>'
    house.engine.definitions.deploy(
        [resource(TASK, "q", f"<zeebe:properties>{own}</zeebe:properties>")]
    )
    house.engine.retention = Retention(instances_days=30)
    old, short, running = ended(house), ended(house, "q"), house.start()
    house.clock.advance(days=10)
    new = ended(house)

    assert house.engine.upkeep.purge()["instances"] == 1
    with pytest.raises(NotFound):
        house.look(short)
    house.clock.advance(days=25)
    assert house.engine.upkeep.purge()["instances"] == 1

    with pytest.raises(NotFound):
        house.look(old)
    assert [house.state(each) for each in (running, new)] == ["ACTIVE", "COMPLETED"]


def test_without_a_setting_nothing_of_an_instance_is_deleted(house: House) -> None:
    house.deploy(TASK)
    key = ended(house)
    house.clock.advance(days=10_000)

    assert house.engine.upkeep.purge()["instances"] == 0
    assert house.state(key) == "COMPLETED"


def test_more_than_a_chunk_is_deleted_with_what_was_called(house: House) -> None:
    house.deploy("start -> end", "child")
    house.deploy("start -> call:Gate(process=child) -> end")
    house.engine.retention = Retention(instances_days=1)
    house.engine.instances.start_many("p", [(f"n-{n}", {}) for n in range(120)])
    house.clock.advance(days=2)

    assert house.engine.upkeep.purge()["instances"] == 120
    assert [count(house, t) for t in (store.instance, store.history)] == [0, 0]


def test_messages_requests_and_batches_are_kept_for_their_time(house: House) -> None:
    house.deploy("start -> catch:Paid(message=payment; key==order) -> end")
    house.start(order="o-1")
    house.engine.messages.publish("payment", "o-1", ttl_ms=60_000)  # taken
    house.engine.messages.publish("payment", "o-2")  # reached nobody
    with idempotency.request(idempotency.IdempotentRequest("key-1", "alice", "digest")):
        house.start(order="o-3")
    house.engine.batches.create("RESOLVE_INCIDENT", store.instance.c.process_id == "p")

    house.clock.advance(minutes=2)
    kinds = ("instances", "requests", "batches", "decisions")
    assert house.engine.upkeep.purge() == dict.fromkeys(kinds, 0) | {"messages": 1}
    house.clock.advance(days=8)
    assert house.engine.upkeep.purge()["messages"] == 1
    house.clock.advance(days=100)
    gone = house.engine.upkeep.purge()
    assert (gone["requests"], gone["batches"]) == (1, 1)


def test_decisions_asked_for_outside_of_instances_have_their_own_time(house: House) -> None:
    house.engine.definitions.deploy([Resource("d.dmn", DMN.encode())])
    house.engine.decisions.evaluate("one", variables={"customer": "Zofija"})
    house.clock.advance(days=40)

    assert house.engine.upkeep.purge()["decisions"] == 0
    house.engine.retention = Retention(decisions_days=30)
    assert house.engine.upkeep.purge()["decisions"] == 1


def everything(house: House, without: tuple[str, ...] = ()) -> str:
    with store.reading(house.database) as connection:
        return "\n".join(
            repr(tuple(row))
            for table in store.metadata.sorted_tables
            if table.name not in without
            for row in connection.execute(select(table))
        )


def test_a_person_is_forgotten_in_every_table_and_the_history_still_holds(
    house: House, url: str
) -> None:
    # given a story that leaves the person's marker wherever values go
    mark = "Zofija-7731"
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy(SHOP, "p", Resource("d.dmn", DMN.encode()))
    house.engine.messages.publish("unheard", mark, {"name": mark})
    with idempotency.request(idempotency.IdempotentRequest("key-1", "alice", "digest")):
        instance = house.engine.by("alice").instances.start(
            StartRequest("p", variables={"customer": mark}, business_key=mark, tags=[mark])
        )
    house.fail_next = [OSError(f"no answer for {mark}")] * 3
    house.do(instance, "Ask", note=f"about {mark}")
    for _ in range(4):
        house.run()
        house.clock.advance(hours=1)
    with store.reading(house.database) as connection:
        [incident] = reads.incidents(connection).items
    house.engine.incidents.resolve(incident.key)
    house.run()
    house.engine.messages.publish("payment", mark, {"paid_by": mark}, ttl_ms=600_000)
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, instance.instance_key)
    chosen = store.instance.c.business_key == mark
    with pytest.raises(Conflict, match="still runs"):
        house.engine.privacy.erase(chosen)
    house.do(child.key, "Inner", more=mark)
    assert everything(house).count(mark) >= 20

    # when the person is forgotten
    erased = house.engine.by("alice").privacy.erase(chosen, correlation_keys=[mark])
    store.compact(house.database)

    # then there is no trace, and the chain holds
    assert erased == [instance.instance_key]
    assert mark not in everything(house)
    if url.startswith("sqlite"):
        files = Path(url.removeprefix("sqlite:///")).parent.glob("engine.db*")
        assert not any(mark.encode() in file.read_bytes() for file in files)
    with store.reading(house.database) as connection:
        for key in (instance.instance_key, child.key):
            assert reads.verify(connection, key) is None
            steps = reads.history(connection, key)
            assert (steps[-1].command, steps[-1].actor) == ("erase", "alice")
    assert house.state(instance) == "COMPLETED"
    assert {e.element_id for e in _elements(house, instance.instance_key)} >= {"Ask", "Paid"}


def _elements(house: House, key: int) -> list[Any]:
    with store.reading(house.database) as connection:
        return reads.elements(connection, key)


def test_every_history_is_verified_page_by_page(house: House) -> None:
    house.deploy(TASK)
    keys = [ended(house) for _ in range(5)]
    with store.writing(house.database) as connection:
        connection.execute(
            store.history.update()
            .where(store.history.c.instance_key == keys[2], store.history.c.seq == 2)
            .values(at=datetime(2020, 1, 1, tzinfo=UTC))
        )
        connection.execute(
            store.history.delete().where(
                store.history.c.instance_key == keys[4], store.history.c.seq == 2
            )
        )

    with store.reading(house.database) as connection:
        broken = list(reads.verify_all(connection, page=2))

    assert broken == [(keys[2], 2), (keys[4], 2)]


def test_the_house_is_looked_after_by_the_clock(house: House) -> None:
    house.deploy(TASK)
    house.engine.retention = Retention(instances_days=1)
    key = ended(house)
    house.clock.advance(days=2)

    house.worker.purge({})

    with pytest.raises(NotFound):
        house.look(key)
    with store.reading(house.database) as connection:
        assert connection.execute(text("SELECT count(*) FROM pv_history")).scalar() == 0


def test_a_business_error_leaves_no_trace_either(house: House) -> None:
    house.deploy("start -> service:Greet(type=shop.greet) -> end")
    instance = house.start(customer="Zofija-7731")
    house.fail_next = [BpmnError("Zofija-7731", "Zofija-7731")]
    house.run()
    house.engine.instances.cancel(instance.instance_key)

    house.engine.privacy.erase(store.instance.c.key == instance.instance_key)

    assert "Zofija-7731" not in everything(house)
