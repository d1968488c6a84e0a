"""Contacts decided in lock-step come to what they come to one by one, whatever the drawing says."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import store
from engine.model import Resource
from tasks.campaigns.records import CampaignMember
from tasks.cases.records import Case
from tasks.contacts.records import Contact, Message
from tasks.customers.records import ContactPoint
from tests.support.crm import DAY, NOON, campaign, customer, member, say
from tests.support.town import Town, processes

PEOPLE = 20
GATE, TABLE = "contact_gate.bpmn", "d01_contact_gate.dmn"
PURPOSE, TEMPLATE = "marketing", "vip-gift"  # written for e-mail, SMS and telephone
ZONES = ("UTC", "Asia/Tehran", "Europe/Vilnius", "Pacific/Auckland", "America/Los_Angeles")
FLOW = (
    b'<bpmn:sequenceFlow id="f_deliver" name="yes" sourceRef="still_the_same"'
    b' targetRef="deliver" />'
)
LOOK = b"""<bpmn:userTask id="look" name="Look at it"><bpmn:extensionElements><zeebe:userTask />
<zeebe:assignmentDefinition candidateGroups="care_head" /></bpmn:extensionElements>
<bpmn:incoming>f_deliver</bpmn:incoming><bpmn:outgoing>f_looked</bpmn:outgoing></bpmn:userTask>
<bpmn:sequenceFlow id="f_deliver" name="yes" sourceRef="still_the_same" targetRef="look" />
<bpmn:sequenceFlow id="f_looked" sourceRef="look" targetRef="deliver" />"""


def shipped(files: Iterable[Resource]) -> list[Resource]:
    return list(files)


def with_other_rules(files: Iterable[Resource]) -> list[Resource]:
    """Let the table call off what it deferred, and let important contacts wait."""
    return [
        Resource(each.name, each.content.replace(b'"defer"', b'"skip"', 2))
        if each.name == TABLE
        else each
        for each in files
    ]


def with_a_human_step(files: Iterable[Resource]) -> list[Resource]:
    """Let a person look at every message before it goes."""
    edited = []
    for each in files:
        content = each.content
        if each.name == GATE:
            content = content.replace(FLOW, LOOK)
            content = content.replace(
                b"<bpmn:incoming>f_deliver</bpmn:incoming>\n      <bpmn:outgoing>f_delivered",
                b"<bpmn:incoming>f_looked</bpmn:incoming>\n      <bpmn:outgoing>f_delivered",
            )
            assert content != each.content
        edited.append(Resource(each.name, content))
    return edited


@dataclass
class Outcome:
    """Everything that is left of the contacts: rows people, reports and replay read."""

    ledger: list[Any]
    messages: list[Any]
    members: list[Any]
    elements: dict[str, list[Any]]
    decisions: dict[str, list[Any]]
    history: dict[str, list[Any]]
    states: dict[str, Any]
    incidents: list[str]


def somebody(town: Town, session: Any, chance: random.Random, found: Any) -> int:
    """Add a customer about whom anything may be true."""
    channels = ["email", *chance.sample(("sms", "phone", "portal"), chance.randint(0, 2))]
    person = customer(
        session,
        name=f"Person {chance.random():.6f}",
        allows=[(each, PURPOSE) for each in channels],
        reachable=[each for each in channels if chance.random() < 0.9],
        preferred=chance.choice((None, *channels)),
        max_per_30d=chance.choice((None, None, 1, 3)),
        timezone=chance.choice(ZONES),
        language=chance.choice(("en", "fa", "lt")),
    )
    for at in range(chance.choice((0, 0, 0, 1, 2, 3))):
        when = NOON - timedelta(days=3 * at + chance.randint(1, 9))
        session.add(
            Contact(
                customer_id=person.id,
                purpose=PURPOSE,
                template_name=TEMPLATE,
                channel="email",
                decision="send",
                decided_at=when,
                sent_at=when,
                created_at=when,
                deferrals=0,
                rule="",
                reason="",
                priority=3,
                clicked_at=when if chance.random() < 0.3 else None,
            )
        )
    session.flush()
    person.deceased = chance.random() < 0.03
    person.do_not_contact = chance.random() < 0.05
    person.intensive_care_until = NOON + DAY if chance.random() < 0.05 else None
    if chance.random() < 0.1:
        say(session, person, chance.choice(channels), PURPOSE, "denied", NOON)
    if chance.random() < 0.1:
        closed = chance.choice((None, NOON - 5 * DAY))
        session.add(
            Case(
                number=f"C-{person.id}",
                channel="email",
                customer_id=person.id, kind="complaint", text="Late.", opened_at=NOON - 9 * DAY,
                closed_at=closed, state="closed" if closed else "open", created_at=NOON - 9 * DAY,
            )
        )  # fmt: skip
    member(session, found, person, chance.choice(("treat",) * 9 + ("control",)), "released")
    return person.id


def play(path: Path, files: list[Resource], people: int, seed: int, *, together: bool) -> Outcome:
    """Let the same people be contacted, in one of the two ways."""
    town, chance = Town(f"sqlite:///{path}", deploy=False), random.Random(seed)  # noqa: S311
    town.engine.definitions.deploy(files)
    with town.session() as session:
        found = campaign(session, offers=["cd-10"])
        numbers = [somebody(town, session, chance, found) for _ in range(people)]
        for one, other in zip(numbers[::9], numbers[4::9], strict=False):  # share an address
            address = select(ContactPoint).where(ContactPoint.customer_id == one)
            for point in session.scalars(address):
                session.add(
                    ContactPoint(customer_id=other, channel=point.channel, value=point.value,
                                 created_at=NOON)
                )  # fmt: skip
        session.commit()
        campaign_id = found.id
    given = {
        "purpose": PURPOSE, "message_ref": TEMPLATE, "priority": 3, "campaign_id": campaign_id,
        "expires_at": (NOON + timedelta(hours=20)).isoformat(), "relevance": 0.5,
    }  # fmt: skip
    items = [(f"member-{each}", given | {"customer_id": each}) for each in numbers]
    if together:
        town.engine.instances.start_together("contact_gate", items, town.engine.services)
    else:
        town.engine.instances.start_many("contact_gate", items)
    town.play()
    town.later(hours=30)  # who was deferred is decided about again
    outcome = look(town)
    town.database.dispose()
    return outcome


def look(town: Town) -> Outcome:
    with town.session() as session:
        ledger = session.scalars(select(Contact).order_by(Contact.customer_id, Contact.id)).all()
        rows = [
            (c.customer_id, c.decision, c.rule, c.reason, c.channel, c.not_before, c.deferrals,
             c.priority, c.cost, c.sent_at, c.failed_at, c.relevance)
            for c in ledger
        ]  # fmt: skip
        whose = {contact.id: contact.customer_id for contact in ledger}
        messages = sorted(
            (whose[m.contact_id or 0], m.channel, m.recipient, m.subject, m.state, m.transport,
             m.attempts, m.body)
            for m in session.scalars(select(Message))
        )  # fmt: skip
        members = session.execute(
            select(CampaignMember.customer_id, CampaignMember.state, CampaignMember.reason)
        ).all()
    with store.reading(town.database) as connection:
        instance = store.instance.c
        gates = select(instance.key, instance.business_key, instance.state).where(
            instance.process_id == "contact_gate"
        )
        named = connection.execute(gates).all()

        def of(table: Any, *columns: Any) -> dict[str, list[Any]]:
            order = table.c.seq if table is store.history else table.c.key
            query = select(table.c.instance_key, *columns).order_by(order)
            names = {key: name for key, name, _ in named}
            found: dict[str, list[Any]] = {name: [] for name in names.values()}
            for row in connection.execute(query.where(table.c.instance_key.in_(names))):
                found[names[row[0]]].append(tuple(row[1:]))
            return found

        element, decision = store.element_instance.c, store.decision_instance.c
        return Outcome(
            ledger=rows,
            messages=messages,
            members=sorted(tuple(row) for row in members),
            elements=of(store.element_instance, element.element_id, element.state),
            decisions=of(store.decision_instance, decision.decision_id, decision.output),
            history=of(store.history, store.history.c.command, store.history.c.actor),
            states={name: state for _, name, state in named},
            incidents=town.incidents(),
        )


def same(tmp_path: Path, files: list[Resource], people: int, seed: int) -> Outcome:
    one, other = (
        play(tmp_path / f"{how}.db", files, people, seed, together=how) for how in (True, False)
    )
    for name in Outcome.__dataclass_fields__:
        assert getattr(one, name) == getattr(other, name), name
    return one


DRAWINGS = {
    "shipped": shipped,
    "with other rules": with_other_rules,
    "with a human step": with_a_human_step,
}


@pytest.mark.parametrize("drawing", sorted(DRAWINGS))
def test_both_ways_come_to_the_same(
    tmp_path: Path, drawing: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = same(tmp_path, DRAWINGS[drawing](processes(("shared",))), PEOPLE, seed=7)

    assert len(found.states) == PEOPLE
    assert "one by one" not in caplog.text  # no set failed
    if drawing == "with a human step":
        assert found.messages == []  # everybody waits for the person, as an ordinary instance
    else:
        assert found.messages


@pytest.mark.soak
@pytest.mark.parametrize("drawing", sorted(DRAWINGS))
def test_both_ways_come_to_the_same_for_many(tmp_path: Path, drawing: str) -> None:
    same(tmp_path, DRAWINGS[drawing](processes(("shared",))), 10_000, seed=11)
