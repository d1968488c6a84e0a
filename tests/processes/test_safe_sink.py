"""Nobody gets past the gate and the approvals: no start in the middle, no side door, four eyes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.errors import Forbidden, Invalid
from engine.model import Resource, StartRequest
from tasks.approvals.records import Approval
from tasks.contacts.records import Contact
from tasks.offers.records import Offer
from tasks.policy.records import PolicyValue, single_operator
from tests.support.crm import customer
from tests.support.gate_house import House
from tests.support.town import Town

SIDE_DOOR = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="x">
<bpmn:process id="{process}" isExecutable="true">
<bpmn:startEvent id="s"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>
<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t"/>
<bpmn:serviceTask id="t"><bpmn:extensionElements>
<zeebe:taskDefinition type="{job}"/></bpmn:extensionElements>
<bpmn:incoming>f</bpmn:incoming><bpmn:outgoing>g</bpmn:outgoing></bpmn:serviceTask>
<bpmn:sequenceFlow id="g" sourceRef="t" targetRef="e"/>
<bpmn:endEvent id="e"><bpmn:incoming>g</bpmn:incoming></bpmn:endEvent>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(f"sqlite:///{tmp_path}/town.db", people=60)
    yield made
    made.database.dispose()


def drawing(process: str, job: str) -> Resource:
    text = SIDE_DOOR.format(process=process, job=job.replace('"', "&quot;"))
    return Resource("door.bpmn", text.encode())


@pytest.mark.parametrize("element", ["deliver", "reserve_slot", "record_decision", "record_sent"])
def test_a1_nobody_starts_the_gate_in_the_middle(house: House, element: str) -> None:
    with pytest.raises(Forbidden, match="protected"):
        house.engine.by("mallory").instances.start(
            StartRequest("contact_gate", start_instructions=[element])
        )

    assert house.messages() == []


def test_a1_nobody_moves_the_gate_or_sets_its_variables(house: House) -> None:
    with house.session() as session:
        mira = customer(session, allows=[])
        session.commit()
    key = house.ask(mira)

    for meddle in (
        lambda: house.engine.by("olga").instances.set_variables(key, {"decision": "send"}),
        lambda: house.engine.by("olga").instances.modify(key, activate=[{"elementId": "deliver"}]),
    ):
        with pytest.raises(Forbidden, match="protected"):
            meddle()
    house.worker.run_until_idle()

    assert house.ended(key) == "blocked"
    assert house.messages() == []


@pytest.mark.parametrize("job", ["contact_gate.deliver", "targeting.release_wave"])
def test_a4_a_service_task_of_one_process_is_refused_in_another(house: House, job: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.engine.by("bob").definitions.deploy([drawing("side_door", job)])

    assert "refused elsewhere" in refused.value.problems[0].message


def test_a4_a_job_type_worked_out_by_feel_is_refused_when_it_runs(house: House) -> None:
    house.engine.by("bob").definitions.deploy(
        [drawing("side_door", '="contact_gate." + "deliver"')]
    )
    started = house.engine.by("bob").instances.start(
        StartRequest("side_door", variables={"contact_id": 1})
    )
    house.worker.run_until_idle()

    assert house.ended(started.instance_key) is None
    assert any("does not belong" in told for told in house.incidents())


def test_a4_a_table_that_always_says_send_reaches_nobody_who_refused() -> None:
    house = House()
    table = Path(__file__).parents[2] / "processes" / "shared" / "d01_contact_gate.dmn"
    careless = table.read_text("utf-8")
    for word in ("block", "skip", "defer", "next channel"):
        careless = careless.replace(f'<text>"{word}"</text>', '<text>"send"</text>')
    house.engine.by("bob").definitions.deploy([Resource(table.name, careless.encode())])
    with house.session() as session:
        refused = customer(session, allows=[])
        silent = customer(session, do_not_contact=True)
        session.commit()

    for person in (refused, silent):
        house.want(person, wanted_channel="email")

    assert house.messages() == []
    assert [contact for contact in house.ledger() if contact.decision == "send"] == []


def test_a2_a_campaign_cannot_be_started_past_its_approvals(town: Town) -> None:
    with pytest.raises(Forbidden, match="protected"):
        town.engine.by("alice").instances.start(
            StartRequest("campaign_planning", start_instructions=["draw_control"])
        )


def test_a2_what_was_approved_is_kept_and_nothing_else_is_released(town: Town) -> None:
    started = town.begin(budget=9_000, starts="2026-11-26")
    for person in ("mary", "fred", "zoe"):
        if "approve_campaign" in town.waits(started):
            town.do(started, "approve_campaign", person, decision="approve")
    with town.session() as session:
        kept = session.scalars(select(Approval)).all()
        assert {each.person for each in kept} >= {"mary"}
        assert len({each.digest for each in kept}) == 1
        session.execute(update(Offer).values(discount=0.9))  # not what they saw
        session.commit()

    town.later(days=3)

    with town.session() as session:
        assert session.scalars(select(Contact)).all() == []


@pytest.mark.parametrize("door", ["complete", "claim", "assign"])
def test_a12_who_wrote_the_campaign_does_not_approve_it(town: Town, door: str) -> None:
    started = town.begin(budget=9_000)
    task = town.task(started, "approve_campaign")
    doors = {
        "complete": lambda: town.engine.by("alice").tasks.complete(task, {"decision": "approve"}),
        "claim": lambda: town.engine.by("alice").tasks.claim(task),
        "assign": lambda: town.engine.by("olga").tasks.assign(task, "alice"),
    }

    with pytest.raises(Forbidden, match="four eyes"):
        doors[door]()


def test_a12_a_company_of_one_confirms_to_itself(tmp_path: Path) -> None:
    town = Town(f"sqlite:///{tmp_path}/town.db", people=60)
    town.engine.one_person_may_do_all = single_operator
    with town.session() as session:
        one = PolicyValue.key == "company.single_operator"
        session.execute(update(PolicyValue).where(one).values(value=True))
        session.commit()
    started = town.begin(budget=9_000)

    while "approve_campaign" in town.waits(started):
        town.do(started, "approve_campaign", "alice", decision="approve")

    with town.session() as session:
        assert {each.person for each in session.scalars(select(Approval))} == {"alice"}
    town.database.dispose()
