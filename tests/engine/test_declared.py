"""What a process declares once: one open per value, what stops it, protection, four eyes."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import store
from engine.engine import Engine
from engine.errors import AlreadyExists, Forbidden, Invalid
from engine.model import Kind, Started, StartRequest
from engine.transaction.ports import Encounter
from tests.engine.house import House
from tests.support.bpmn import resource
from tests.support.bpmn_zeebe import properties

ASK = "start -> user:Ask(groups=care) -> end"
ONE = {"one_open_per": "= customer_id"}
STOPS = {"stop.on": "erased, do_not_contact"}


def column(house: House, instance: Started, name: str) -> Any:
    with store.reading(house.database) as connection:
        found = select(store.instance.c[name]).where(store.instance.c.key == instance.instance_key)
        return connection.execute(found).scalar_one()


# -- one open per … --------------------------------------------------------------------------


def test_at_most_one_instance_of_a_customer_is_open(house: House) -> None:
    house.deploy_with(ONE, ASK)
    first, other = house.start(customer_id=7), house.start(customer_id=8)
    with pytest.raises(AlreadyExists, match=f"instance {first.instance_key} .*'7'"):
        house.start(customer_id="7")
    assert column(house, other, "open_per") == "8"

    house.do(first, "Ask")
    house.do(house.start(customer_id=7), "Ask")
    house.start()
    house.start()  # without a value there is nothing to be one of


def test_whatever_the_door(house: House) -> None:
    house.deploy_with(ONE, "start:Come(message=come) -> user:Ask -> end", "by_message")
    house.deploy_with(ONE, "start:Come(signal=ring) -> user:Ask -> end", "by_signal")
    house.deploy_with(ONE, ASK)
    house.deploy("start -> call:Call(process=p) -> end", "caller")
    for _ in range(2):
        house.engine.messages.publish("come", "", {"customer_id": 7})
        house.engine.signals.broadcast("ring", {"customer_id": 7})
    first = house.start(customer_id=7)
    caller = house.start("caller", customer_id=7)

    with store.reading(house.database) as connection:
        found = select(store.instance.c.process_id).order_by(store.instance.c.key)
        assert list(connection.execute(found).scalars()) == [
            "by_message",
            "by_signal",
            "p",
            "caller",
        ]
    assert house.waits(caller)["Call"].kind is Kind.INCIDENT
    assert house.engine.instances.start_many("p", [("b", {"customer_id": 7})]) == [
        first.instance_key
    ]
    assert house.steps(first)[-1] == "start skipped"


# -- whom it is about, and what stops it -----------------------------------------------------


def test_an_instance_says_whom_it_is_about_and_follows_its_variables(house: House) -> None:
    house.deploy(ASK)
    house.deploy_with({"customer": "= order.buyer"}, ASK, "order")
    plain, order = house.start(customer_id=7), house.start("order", order={"buyer": "C-9"})
    assert (column(house, plain, "customer"), column(house, order, "customer")) == ("7", "C-9")
    house.do(plain, "Ask", customer_id=8)
    assert column(house, plain, "customer") == "8"


def test_what_stops_a_process_ends_it_with_the_reason_and_closes_its_tasks(house: House) -> None:
    house.deploy_with(STOPS, ASK)
    house.deploy(ASK, "goes_on")
    stopped, other, goes_on = house.start(customer_id=7), house.start(customer_id=8), None
    goes_on = house.start("goes_on", customer_id=7)
    task = house.task(stopped, "Ask")

    alice = house.engine.by("alice").instances
    assert alice.stop_about("7", "lapsed") == []
    assert alice.stop_about("7", "erased") == [stopped.instance_key]
    assert alice.stop_about("7", "erased") == []

    assert house.steps(stopped)[-1] == "stop erased"
    assert house.state(stopped) == "TERMINATED"
    assert house.task_row(task).state == "CANCELED"
    assert house.state(other) == house.state(goes_on) == "ACTIVE"


def test_a_suspended_instance_is_stopped_too(house: House) -> None:
    house.deploy_with(STOPS, ASK)
    instance = house.start(customer_id=7)
    house.engine.instances.suspend(instance.instance_key)
    house.engine.instances.stop_about("7", "erased")
    assert house.state(instance) == "TERMINATED"


def test_a_stopped_child_throws_at_its_call_activity(house: House) -> None:
    house.deploy_with(STOPS, ASK)
    house.deploy(
        """
        start -> call:Call(process=p) -> end
        boundary:Stopped(on=Call; error=stopped) -> user:Look -> end:Over
        """,
        "catches",
    )
    house.deploy("start -> call:Call(process=p) -> end", "does_not")
    catches, does_not = (
        house.start("catches", customer_id=7),
        house.start("does_not", customer_id=7),
    )

    house.engine.instances.stop_about("7", "do_not_contact")
    assert list(house.waits(catches)) == ["Look"]
    assert house.variables(catches)["stop_reason"] == "do_not_contact"
    assert house.waits(does_not)["Call"].kind is Kind.INCIDENT


def test_a_process_may_answer_its_caller_when_it_is_stopped(house: House) -> None:
    house.deploy_with(STOPS | {"stop.answer": '= {decision: "block", why: stop_because}'}, ASK)
    house.deploy("start -> call:Call(process=p) -> user:Next -> end", "caller")
    caller = house.start("caller", customer_id=7)
    house.engine.instances.stop_about("7", "erased", because="asked to be forgotten")
    assert list(house.waits(caller)) == ["Next"]
    assert house.variables(caller)["decision"] == "block"
    assert house.variables(caller)["why"] == "asked to be forgotten"


def test_instances_of_a_merged_customer_move_to_the_one_that_stays(house: House) -> None:
    house.deploy("start -> catch:Wait(message=answer; key== string(customer_id)) -> end")
    house.deploy_with({"stop.on": "merged"}, ASK, "ends")
    moved, ends = house.start(customer_id=7), house.start("ends", customer_id=7)

    house.engine.instances.move_to_customer("7", "8")
    assert house.variables(moved) == {"customer_id": 8}
    assert column(house, moved, "customer") == "8"
    assert house.steps(moved)[-1] == "move to customer 7 -> 8"
    assert house.steps(ends)[-1] == "stop merged into 8"
    house.engine.messages.correlate("answer", "8")
    assert house.state(moved) == "COMPLETED"


def test_where_both_have_an_open_one_the_older_stays(house: House) -> None:
    house.deploy_with(ONE, ASK)
    older, younger = house.start(customer_id=7), house.start(customer_id=8)
    house.engine.instances.move_to_customer("7", "8")
    assert house.steps(younger)[-1] == f"stop merged into {older.instance_key}"
    assert (column(house, older, "customer"), column(house, older, "open_per")) == ("8", "8")
    house.engine.instances.move_to_customer("8", "9")
    assert column(house, older, "open_per") == "9"


# -- protection, strictness, four eyes -------------------------------------------------------


def test_a_protected_process_goes_only_the_ways_that_are_drawn(house: House) -> None:
    house.deploy_with({"protected": "true"}, ASK)
    house.deploy(ASK, "other")
    instance = house.start()
    key, instances = instance.instance_key, house.engine.instances
    target = house.start("other").definition_key
    forbidden: list[Any] = [
        lambda: instances.start(StartRequest("p", start_instructions=[{"elementId": "Ask"}])),
        lambda: instances.modify(key, terminate=[{"elementId": "Ask"}]),
        lambda: instances.set_variables(key, {"x": 1}),
        lambda: instances.migrate(key, target),
    ]
    for each in forbidden:
        with pytest.raises(Forbidden, match="'p' is protected"):
            each()
    house.do(instance, "Ask")


FORM = '{"id": "f", "type": "default", "components": [{"type": "number", "key": "amount"}]}'


def test_a_strict_process_takes_only_what_its_forms_declare(house: House) -> None:
    drawing = (
        "start(form_key=camunda-forms:bpmn:f) -> user:Ask(form_key=camunda-forms:bpmn:f) -> end"
    )
    told = f'<zeebe:userTaskForm id="f">{FORM}</zeebe:userTaskForm>'
    told += properties({"prop.strict": "true"})
    house.engine.definitions.deploy([resource(drawing, attributes=told)])

    with pytest.raises(Invalid, match="limit") as refusal:
        house.start(amount=3, limit=9)
    assert [problem.element for problem in refusal.value.problems] == ["limit"]
    with pytest.raises(Invalid):
        house.start(amount="much")
    instance = house.start(amount=3)
    with pytest.raises(Invalid, match="limit"):
        house.do(instance, "Ask", amount=4, limit=9)
    house.do(instance, "Ask", amount=4)


def test_four_eyes_are_two_persons_at_claim_assignment_and_completion(house: House) -> None:
    house.deploy("start -> user:Write -> user:Approve(prop.not.by=Write) -> end")
    instance = house.start()
    house.do(instance, "Write", by="bob")
    task, bob = house.task(instance, "Approve"), house.engine.by("bob").tasks
    for each in (
        lambda: bob.claim(task),
        lambda: house.engine.by("alice").tasks.assign(task, "bob"),
        lambda: bob.complete(task, {}),
    ):
        with pytest.raises(Forbidden, match="four eyes: 'bob'"):
            each()
    house.engine.by("alice").tasks.claim(task)
    with pytest.raises(Forbidden):
        house.engine.by("alice").tasks.delegate(task, "bob")
    house.do(instance, "Approve", by="alice")


def test_each_approval_of_a_round_is_of_another_person(house: House) -> None:
    house.deploy(
        """
        start -> xor:Again -> user:Approve(each== [1, 2]; item=n; prop.not.by=Approve) -> xor:Well
        Well -[well]-> end
        Well -/-> Again
        """
    )
    instance = house.start(well=False)

    def round_(first: str, second: str) -> None:
        with store.reading(house.database) as connection:
            column = store.user_task.c
            found = select(column.key).where(column.state == "CREATED").order_by(column.key)
            one, two = connection.execute(found).scalars()
        house.engine.by(first).tasks.complete(one, {})
        with pytest.raises(Forbidden):
            house.engine.by(first).tasks.complete(two, {})
        house.engine.by(second).tasks.complete(two, {"well": second == "dana"})

    round_("alice", "bob")
    round_("alice", "dana")
    assert house.state(instance) == "COMPLETED"


def test_feel_may_name_who_may_not(house: House) -> None:
    house.deploy("start -> user:Judge(prop.not.by== about) -> end")
    instance = house.start(about="bob")
    with pytest.raises(Forbidden):
        house.do(instance, "Judge", by="bob")
    house.do(instance, "Judge", by="alice")


# -- encounters ------------------------------------------------------------------------------


def test_a_completed_element_with_a_touchpoint_is_recorded_as_an_encounter(
    house: House,
) -> None:
    met: list[Encounter] = []
    engine = Engine(
        house.database, clock=house.clock, encounters=lambda _, encounters: met.extend(encounters)
    )
    house.deploy("start -> user:Call(prop.touchpoint=welcome call) -> user:Note -> end")
    instance = engine.instances.start(StartRequest("p", variables={"customer_id": 7}))
    assert met == []
    engine.by("alice").tasks.complete(house.task(instance, "Call"), {})
    engine.by("alice").tasks.complete(house.task(instance, "Note"), {})
    [encounter] = met
    assert (encounter.touchpoint, encounter.customer) == ("welcome call", "7")
    assert (encounter.instance_key, encounter.at) == (instance.instance_key, house.clock.now)
