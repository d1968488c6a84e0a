"""What happens outside comes in over HTTP: one by one, in batches, as CloudEvents."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks import inbound_events
from tasks.customers.records import Customer
from tasks.purchases.records import Transaction
from tasks.seeding.catalogue import load_catalogue
from tasks.signed_http import signature
from tests.support.bpmn import bpmn
from tests.support.crm import SEEDS, customer
from tests.web.api.conftest import World
from web.app.clock import utc_now

PATH = "/crm/v1/events"


@pytest.fixture
def mira(world: World) -> int:
    with Session(world.engine.database) as session:
        load_catalogue(session, SEEDS, utc_now())
        person: Customer = customer(session)
        session.commit()
        return int(person.id)


def _order(customer_id: int, number: str, **more: Any) -> dict[str, Any]:
    return {
        "event_id": number,
        "type": "order.placed",
        "occurred_at": "2026-01-05T10:00:00+00:00",
        "source": "shop",
        "customer": {"id": customer_id},
        "payload": {"order_id": number, "amount": 3000},
    } | more


def _orders(world: World) -> int:
    with Session(world.engine.database) as session:
        return int(session.scalar(select(func.count()).select_from(Transaction)) or 0)


def test_an_order_is_taken_in_once_and_told_to_the_process_that_waits(
    world: World, mira: int
) -> None:
    # Given a process that waits for an order of Mira
    world.deploy("buys.bpmn")
    body = {"processDefinitionId": "buys", "variables": {"who": str(mira)}}
    key = world.post("/v2/process-instances", body)["processInstanceKey"]  # type: ignore[index]

    # When the shop tells of it, and tells it again
    first = world.call("POST", PATH, _order(mira, "A-1"), "ida")
    again = world.call("POST", PATH, _order(mira, "A-1"), "ida")

    # Then it was taken once, and the process went on
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.json()["customer_id"] == mira
    assert _orders(world) == 1
    assert world.get(f"/v2/process-instances/{key}")["state"] == "COMPLETED"  # type: ignore[index]


def test_of_a_batch_each_event_is_told_how_it_went(world: World, mira: int) -> None:
    unknown = _order(mira, "A-2", type="order.dreamt")
    answer = world.call("POST", PATH, {"events": [_order(mira, "A-1"), unknown]}, "ida")
    assert answer.status_code == 202
    taken, refused = answer.json()["items"]
    assert (taken["event_id"], taken["accepted"]) == ("A-1", True)
    assert (refused["event_id"], refused["accepted"]) == ("A-2", False)
    assert "order.dreamt" in refused["problem"]


def test_a_batch_with_something_else_in_it_is_refused_as_a_whole(world: World, mira: int) -> None:
    answer = world.call("POST", PATH, [_order(mira, "A-1"), {"type": "order.placed"}], "ida")
    assert answer.status_code == 400
    assert "events[1].event_id" in answer.json()["detail"]
    assert _orders(world) == 0


@pytest.mark.parametrize(
    ("change", "mentioned"),
    [
        ({"type": "order.dreamt"}, "order.dreamt"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"customer": None}, "customer"),
        ({"payload": {"order_id": "A-1", "amount": "much"}}, "amount"),
        ({"source": ""}, "source"),
    ],
)
def test_a_wrong_event_is_refused_with_its_field(
    world: World, mira: int, change: dict[str, Any], mentioned: str
) -> None:
    answer = world.call("POST", PATH, _order(mira, "A-1") | change, "ida")
    assert answer.status_code == 400, answer.text
    assert mentioned in answer.json()["detail"]
    assert _orders(world) == 0


def test_a_cloud_event_is_an_event(world: World, mira: int) -> None:
    cloud = {
        "specversion": "1.0",
        "id": "C-1",
        "source": "shop",
        "type": "order.placed",
        "time": "2026-01-05T10:00:00Z",
        "data": {"customer": {"id": mira}, "payload": {"order_id": "C-1", "amount": 500}},
    }
    structured = {"headers": {"Content-Type": "application/cloudevents+json"}}
    assert world.post(PATH, cloud, "ida", **structured)["customer_id"] == mira  # type: ignore[index]
    batch = {"headers": {"Content-Type": "application/cloudevents-batch+json"}}
    answer = world.post(PATH, [cloud | {"id": "C-2"}, cloud], "ida", **batch)
    assert [item["event_id"] for item in answer["items"]] == ["C-2", "C-1"]  # type: ignore[index]
    headers = {f"ce-{name}": value for name, value in cloud.items() if isinstance(value, str)}
    binary = world.call("POST", PATH, cloud["data"], "ida", headers=headers)
    assert binary.status_code == 202, binary.text
    assert binary.json()["event_id"] == "C-1"  # the id of the headers: known already


def test_only_who_may_send_events_does(world: World, mira: int) -> None:
    assert world.call("POST", PATH, _order(mira, "A-1"), "bob").status_code == 403
    assert world.call("POST", PATH, _order(mira, "A-1"), "").status_code == 401


def test_an_event_starts_a_process_once(world: World, mira: int) -> None:
    diagram = bpmn("start:Back(message=order.returned) -> user:Ask -> end", "returns")
    parts = [("resources", ("returns.bpmn", diagram))]
    assert world.call("POST", "/v2/deployments", files=parts).ok
    back = _order(mira, "R-1", type="order.returned", payload={"order_id": "R-1", "reason": "big"})
    for _ in range(2):
        assert world.call("POST", PATH, back, "ida").status_code == 202
    found = world.post("/v2/process-instances/search")["items"]  # type: ignore[index]
    assert [each["processDefinitionId"] for each in found] == ["returns"]


SIGNED = "/crm/v1/sources/shop/events"


def _signed(world: World, secret: str, body: bytes, identity: str = "w-1", at: Any = None) -> Any:
    headers = signature.sign(secret, identity, at or world.clock(), body)
    headers["Content-Type"] = "application/json"
    return world.session.post(f"{world.address}{SIGNED}", data=body, headers=headers, timeout=30)


def test_a_webhook_proves_its_source_by_signature(world: World, mira: int) -> None:
    # Given a shop with a secret, and no token
    with Session(world.engine.database) as session:
        secret = inbound_events.add_source(session, "shop", "ida", utc_now()).secret
    told = {
        "type": "order.placed",
        "timestamp": "2026-01-05T10:00:00Z",
        "data": {"customer": {"id": mira}, "order_id": "W-1", "amount": 900},
    }
    body = json.dumps(told).encode()

    # When its webhook comes, and comes again
    first, again = _signed(world, secret, body), _signed(world, secret, body)

    # Then it was taken once
    assert (first.status_code, first.json()["event_id"]) == (202, "w-1"), first.text
    assert again.json() == first.json()
    assert _orders(world) == 1

    # And whoever cannot sign, signs something else, or is late, is nobody
    late = world.clock() - timedelta(minutes=6)
    for answer in (
        _signed(world, signature.new_secret(), body, "w-2"),
        _signed(world, secret, body, "w-2", late),
        world.call("POST", SIGNED, told, ""),
        world.call(
            "POST", SIGNED, told, "", headers=signature.sign(secret, "w-2", utc_now(), b"x")
        ),
        world.call("POST", PATH, told, "", headers=signature.sign(secret, "w-2", utc_now(), body)),
    ):
        assert answer.status_code == 401, answer.text
    assert _orders(world) == 1


def test_a_source_gets_a_new_secret_and_may_be_switched_off(world: World, mira: int) -> None:
    body = json.dumps({
        "type": "web.behaviour", "timestamp": "2026-01-05T10:00:00Z", "data": {"page": "/"},
    }).encode()  # fmt: skip
    with Session(world.engine.database) as session:
        old = inbound_events.add_source(session, "shop", "ida", utc_now()).secret
        new = inbound_events.rotate_source(session, "shop", utc_now()).secret
    assert _signed(world, old, body, "w-1").status_code == 202
    assert _signed(world, new, body, "w-2").status_code == 202
    world.clock.ahead += timedelta(days=2)
    assert _signed(world, old, body, "w-3").status_code == 401
    with Session(world.engine.database) as session:
        inbound_events.switch_source(session, "shop", active=False)
    assert _signed(world, new, body, "w-4").status_code == 401


def test_a_webhook_of_one_source_cannot_speak_for_another(world: World, mira: int) -> None:
    with Session(world.engine.database) as session:
        secret = inbound_events.add_source(session, "shop", "ida", utc_now()).secret
    body = json.dumps(_order(mira, "A-9", source="bank")).encode()
    assert _signed(world, secret, body).status_code == 400
    assert _orders(world) == 0
