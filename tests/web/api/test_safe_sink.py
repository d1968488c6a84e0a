"""Over HTTP: installed jobs are not the API's, permissions are a right, one click unsubscribes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from engine.model import Resource, StartRequest
from tasks.consents.records import Consent
from tasks.contacts.records import Contact
from tasks.customers.permission import allowed_channels
from tasks.customers.records import Customer
from tasks.inbound_events.records import Event
from tests.web.api.conftest import World
from web import accounts
from web.app.clock import utc_now
from web.app.tickets import REACTION, ticket_for

DUE = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="x">
<bpmn:process id="due" isExecutable="true">
<bpmn:startEvent id="s"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>
<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t"/>
<bpmn:serviceTask id="t"><bpmn:extensionElements>
<zeebe:taskDefinition type="calendars.due_dates"/></bpmn:extensionElements>
<bpmn:incoming>f</bpmn:incoming><bpmn:outgoing>g</bpmn:outgoing></bpmn:serviceTask>
<bpmn:sequenceFlow id="g" sourceRef="t" targetRef="e"/>
<bpmn:endEvent id="e"><bpmn:incoming>g</bpmn:incoming></bpmn:endEvent>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture
def mira(world: World) -> int:
    with Session(world.engine.database) as session:
        person = Customer(name="Mira", created_at=utc_now())
        session.add(person)
        session.flush()
        said = {"channel": "email", "purpose": "marketing", "state": "allowed", "source": "form"}
        at = utc_now() - timedelta(days=9)
        session.add(Consent(customer_id=person.id, at=at, **said))
        session.commit()
        return person.id


def contact(world: World, mira: int) -> int:
    with Session(world.engine.database) as session:
        facts = {"purpose": "marketing", "channel": "email", "decision": "send"}
        made = Contact(customer_id=mira, decided_at=utc_now(), created_at=utc_now(), **facts)
        session.add(made)
        session.commit()
        return made.id


@pytest.mark.parametrize(
    ("method", "way", "body"),
    [
        ("POST", "/completion", {"variables": {"channels_allowed": ["email"]}}),
        ("POST", "/failure", {"retries": 0, "errorMessage": "x"}),
        ("POST", "/error", {"errorCode": "not_deliverable"}),
        ("PATCH", "", {"changeset": {"retries": 9}}),
    ],
)
def test_a3_a_job_of_this_installation_is_nobody_elses(
    world: World, method: str, way: str, body: dict[str, Any]
) -> None:
    world.engine.by("alice").definitions.deploy([Resource("due.bpmn", DUE)])
    started = world.engine.by("alice").instances.start(StartRequest("due"))
    job = store.job.c
    with store.reading(world.engine.database) as connection:
        key = connection.scalar(select(job.key).where(job.instance_key == started.instance_key))

    answer = world.call(method, f"/v2/jobs/{key}{way}", body, "ida")

    assert answer.status_code == 403, answer.text


def test_a5_a_token_for_events_alone_gives_no_permission(world: World, mira: int) -> None:
    event = {
        "event_id": "e-1",
        "type": "preference.changed",
        "occurred_at": utc_now().isoformat(),
        "source": "shop",
        "customer": {"id": mira},
        "payload": {"do_not_contact": False},
    }

    with world.app.app_context():
        ida = accounts.get("ida")
        assert ida is not None
        world.tokens["narrow"] = accounts.make_token(ida, "test", 30, ["event"])

    refused = world.call("POST", "/crm/v1/events", event, "narrow")
    taken = world.call("POST", "/crm/v1/events", event, "ida")

    assert refused.status_code == 403, refused.text
    assert taken.status_code == 202, taken.text


def test_a10_one_click_takes_the_permission_back(world: World, mira: int) -> None:
    ticket = ticket_for(world.app.config["SECRET_KEY"], contact(world, mira))
    address = f"{world.address}/crm/links/unsubscribe/{ticket}"

    looked = world.session.get(address, timeout=30)
    assert looked.status_code == 200
    with Session(world.engine.database) as session:
        assert allowed_channels(session, mira, "marketing") == ["email"], "looking changes nothing"

    for _ in range(2):
        form = {"List-Unsubscribe": "One-Click"}
        done = world.session.post(address, data=form, timeout=30)
        assert done.status_code == 200, done.text
    with Session(world.engine.database) as session:
        assert allowed_channels(session, mira, "marketing") == []
        denied = session.scalars(select(Consent).where(Consent.state == "denied")).all()
        assert [each.source for each in denied] == ["link:unsubscribe"]


def test_a10_a_ticket_that_is_not_ours_finds_nothing(world: World) -> None:
    answer = world.session.post(f"{world.address}/crm/links/unsubscribe/x.y", timeout=30)

    assert answer.status_code == 404


def test_a_click_says_what_the_reader_thinks_and_a_look_says_nothing(
    world: World, mira: int
) -> None:
    number = contact(world, mira)
    ticket = ticket_for(world.app.config["SECRET_KEY"], number, REACTION)
    address = f"{world.address}/crm/links/reaction/{ticket}/not_useful"

    looked = world.session.get(address, timeout=30)

    assert looked.text.count('class="btn primary"') == 1
    assert reactions(world) == [], "mail scanners fetch links"
    key = looked.text.split('name="key" value="')[1].split('"')[0]
    for _ in range(2):
        done = world.session.post(address, data={"key": key}, timeout=30)
        assert "Thank you" in done.text, done.text
    assert reactions(world) == [{"contact_id": number, "reaction": "not_useful"}]


@pytest.mark.parametrize("way", ["{reaction}/loved", "{unsubscribe}/useful", "x.y/useful"])
def test_a_click_that_is_not_ours_finds_nothing(world: World, mira: int, way: str) -> None:
    secret, number = world.app.config["SECRET_KEY"], contact(world, mira)
    tickets = {"reaction": ticket_for(secret, number, REACTION)}
    tickets["unsubscribe"] = ticket_for(secret, number)

    address = f"{world.address}/crm/links/reaction/{way.format(**tickets)}"

    assert world.session.get(address, timeout=30).status_code == 404
    assert world.session.post(address, timeout=30).status_code == 404
    assert reactions(world) == []


def reactions(world: World) -> list[dict[str, Any]]:
    with Session(world.engine.database) as session:
        found = select(Event.payload).where(Event.type == "message.reacted")
        return list(session.scalars(found))
