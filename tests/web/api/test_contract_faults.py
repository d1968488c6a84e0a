"""Where the interface once did otherwise than Camunda 8's contract, or than integrators expect."""

import re
import threading
from typing import Any

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from engine import store
from engine.worker import Worker
from tasks import inbound_events
from tasks.customers.records import Identifier
from tasks.seeding.catalogue import load_catalogue
from tests.support.crm import SEEDS, customer
from tests.web.api.conftest import PASSWORD, World
from web.accounts import passwords
from web.app.clock import utc_now
from web.app.settings import Settings


def _refused(answer: requests.Response, status: int, title: str) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["title"] == title
    return str(told["detail"])


def _task(world: World) -> dict[str, Any]:
    """Start an order and return its task."""
    world.deploy("order.bpmn", "discount.dmn", "amount.form")
    world.post("/v2/process-instances", {"processDefinitionId": "order"})
    [task] = world.post("/v2/user-tasks/search")["items"]  # type: ignore[index]
    return dict(task)


def test_d3_the_subject_of_a_cloud_event_is_the_customer_of_its_source(world: World) -> None:
    # Given Mira, whose number here a shop happens to use for somebody else
    with Session(world.engine.database) as session:
        load_catalogue(session, SEEDS, utc_now())
        mira = customer(session).id
        session.commit()
    event = {
        "specversion": "1.0",
        "id": "C-1",
        "source": "shop",
        "type": "order.placed",
        "time": "2026-01-05T10:00:00Z",
        "subject": str(mira),
        "data": {"order_id": "C-1", "amount": 500, "chanel": "web", "colour": "red"},
    }
    as_cloud = {"headers": {"Content-Type": "application/cloudevents+json"}}

    told: Any = world.post("/crm/v1/events", event, "ida", **as_cloud)

    assert told["customer_id"] not in (None, mira), "a stranger's order is not Mira's"
    with Session(world.engine.database) as session:
        found = select(Identifier).where(Identifier.customer_id == told["customer_id"])
        known = session.scalars(found).one()
        assert (known.system, known.external_id) == ("shop", str(mira))
    # And what the payload has too much is told, with the nearest right name
    assert told["not_taken"] == [
        "payload.chanel (did you mean 'channel'?)",
        "payload.colour",
    ]
    assert world.post("/crm/v1/events", event, "ida", **as_cloud) == told, "sent again: the same"


def test_d4_a_time_that_was_given_can_be_asked_for(world: World) -> None:
    created = _task(world)["creationDate"]

    def hits(condition: Any) -> int:
        asked = {"filter": {"creationDate": condition}}
        return int(world.post("/v2/user-tasks/search", asked)["page"]["totalItems"])  # type: ignore[index]

    assert (hits(created), hits({"$eq": created}), hits({"$in": [created]})) == (1, 1, 1)
    assert (hits({"$gte": created}), hits({"$lte": created})) == (1, 1)
    assert (hits({"$gt": created}), hits({"$lt": created}), hits({"$neq": created})) == (0, 0, 0)


def test_d5_another_tenant_is_refused(world: World) -> None:
    task = _task(world)
    world.deploy("alarm.bpmn")
    lend = {"type": "ship", "timeout": 1_000, "maxJobsToActivate": 1}
    for path, body in (
        ("/v2/process-instances", {"processDefinitionId": "order"}),
        ("/v2/messages/publication", {"name": "paid", "correlationKey": "1"}),
        ("/v2/messages/correlation", {"name": "paid", "correlationKey": "1"}),
        ("/v2/signals/broadcast", {"signalName": "alarm"}),
        ("/v2/decision-definitions/evaluation", {"decisionDefinitionId": "discount"}),
    ):
        answer = world.call("POST", path, body | {"tenantId": "another"})
        assert "tenantId" in _refused(answer, 400, "INVALID_ARGUMENT"), path
    answer = world.call("POST", "/v2/jobs/activation", lend | {"tenantIds": ["another"]})
    assert "tenantIds" in _refused(answer, 400, "INVALID_ARGUMENT")
    answer = world.call(
        "POST",
        "/v2/deployments",
        files=[("resources", ("plain.bpmn", b"<x/>"))],
        data={"tenantId": "another"},
    )
    assert "tenantId" in _refused(answer, 400, "INVALID_ARGUMENT")
    # The one that is there may be named; to look for another one finds nothing
    start = {"processDefinitionId": "order", "tenantId": "<default>"}
    assert world.call("POST", "/v2/process-instances", start).ok
    look = {"filter": {"tenantId": "another"}}
    assert world.post("/v2/user-tasks/search", look)["items"] == []  # type: ignore[index]
    look = {"filter": {"tenantId": task["tenantId"]}}
    assert len(world.post("/v2/user-tasks/search", look)["items"]) == 2  # type: ignore[index]


def test_d6_a_change_that_is_none_is_refused(world: World) -> None:
    path = f"/v2/user-tasks/{_task(world)['userTaskKey']}"
    for date in ("tomorrow", "2026-12-01T10:00:00", "2026-13-01T10:00:00Z", "0000"):
        for member in ("dueDate", "followUpDate"):
            answer = world.call("PATCH", path, {"changeset": {member: date}})
            assert member in _refused(answer, 400, "INVALID_ARGUMENT")
    for nothing in ({}, {"changeset": {}}, {"changeset": {"dueDate": None}}):
        answer = world.call("PATCH", path, nothing)
        assert "Nothing to change" in _refused(answer, 400, "INVALID_ARGUMENT")
    assert world.call("PATCH", path, {"changeset": {"dueDate": ""}}).status_code == 204


def test_d9_what_is_over_is_not_found(world: World) -> None:
    task = _task(world)
    path = f"/v2/user-tasks/{task['userTaskKey']}"
    instance = f"/v2/process-instances/{task['processInstanceKey']}"
    done = {"variables": {"amount": 5}}
    assert world.call("POST", f"{path}/completion", done).status_code == 204
    for method, where, body in (
        ("POST", f"{path}/completion", done),
        ("POST", f"{path}/assignment", {"assignee": "bob"}),
        ("DELETE", f"{path}/assignee", None),
        ("PATCH", path, {"changeset": {"priority": 1}}),
    ):
        told = _refused(world.call(method, where, body), 404, "NOT_FOUND")
        assert "completed" in told, "and why is said"
    assert world.call("POST", f"{instance}/cancellation", {}).ok
    _refused(world.call("POST", f"{instance}/cancellation", {}), 404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/v2", "/v2/", "/v2/nothing", "/crm/v1", "/crm/v1/nothing"])
def test_d9_an_unknown_address_is_a_problem_document(world: World, path: str) -> None:
    for method in ("GET", "POST"):
        answer = world.call(method, path, {})
        assert answer.status_code == 404, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_d9_an_order_is_spelt_one_way_and_read_in_two(world: World) -> None:
    described: Any = world.get("/v2/openapi.json")
    orders = {
        tuple(schema["properties"]["order"]["enum"])
        for name, schema in described["components"]["schemas"].items()
        if name.endswith("Sort") and "order" in schema.get("properties", {})
    }
    assert orders == {("ASC", "DESC")}
    _task(world)
    for order in ("ASC", "desc"):
        world.post("/v2/user-tasks/search", {"sort": [{"field": "priority", "order": order}]})
    sort = [{"field": "priority", "order": "up"}]
    answer = world.call("POST", "/v2/user-tasks/search", {"sort": sort})
    _refused(answer, 400, "INVALID_ARGUMENT")


def test_d9_a_password_is_hashed_once_not_with_each_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []

    class Hasher:
        def verify(self, stored: str, given: str) -> bool:
            hashed.append(stored)
            return given == PASSWORD

    monkeypatch.setattr(passwords, "hasher", Hasher())
    monkeypatch.setattr(passwords, "_right", {})

    def ask(password: str) -> int:
        url = f"{world.address}/v2/topology"
        return requests.get(url, auth=("alice", password), timeout=30).status_code

    assert [ask(PASSWORD) for _ in range(3)] == [200, 200, 200]
    assert len(hashed) == 1
    assert [ask("wrong horse") for _ in range(2)] == [401, 401]
    assert len(hashed) == 3, "a wrong one is not remembered"


def test_d9_an_empty_rate_limit_is_none() -> None:
    given = {"PEYVAND_SECRET_KEY": "k" * 40}
    assert Settings.from_environment(given).rate_limit == "12000 per minute"
    assert Settings.from_environment(given | {"PEYVAND_RATE_LIMIT": ""}).rate_limit == ""


def test_d10_a_client_that_knows_only_oauth_gets_its_token(world: World) -> None:
    url, secret = f"{world.address}/oauth/token", world.tokens["ida"]
    form = {"grant_type": "client_credentials", "audience": "peyvand"}
    named = form | {"client_id": "ida", "client_secret": secret}
    for answer in (
        requests.post(url, data=named, timeout=30),
        requests.post(url, data=form, auth=("ida", secret), timeout=30),
    ):
        assert answer.status_code == 200, answer.text
        given = answer.json()
        assert given["token_type"] == "Bearer"
        assert given["expires_in"] > 0
        bearer = {"Authorization": f"Bearer {given['access_token']}"}
        topology = requests.get(f"{world.address}/v2/topology", headers=bearer, timeout=30)
        assert topology.status_code == 200
    for change, status, error in (
        ({"client_secret": world.tokens["bob"]}, 401, "invalid_client"),
        ({"client_id": "bob"}, 401, "invalid_client"),
        ({"client_secret": PASSWORD}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ):
        answer = requests.post(url, data=named | change, timeout=30)
        assert (answer.status_code, answer.json()["error"]) == (status, error), change


TOO_MANY = {
    "alternatives": {"filter": {"$or": [{}] * 101}},
    "many alternatives": {"filter": {"$or": [{}] * 200_000}},
    "tags": {"filter": {"tags": ["a"] * 20_000}},
    "variables": {"filter": {"localVariables": [{"name": "a", "value": "1"}] * 5_000}},
    "orders": {"sort": [{"field": "priority"}] * 30_000},
    "values": {"filter": {"priority": {"$in": [1] * 200_000}}},
    "values of alternatives": {"filter": {"$or": [{"priority": {"$in": [1] * 9_000}}] * 20}},
}


@pytest.mark.parametrize("name", TOO_MANY)
def test_d14_sizes_are_judged_before_anything_else(world: World, name: str) -> None:
    _task(world)
    told = _refused(
        world.call("POST", "/v2/user-tasks/search", TOO_MANY[name]), 400, "INVALID_ARGUMENT"
    )
    assert re.search(r"maximum length|More than|takes a list", told), told


def test_d14_what_one_search_may_hold_is_answered(world: World) -> None:
    _task(world)
    wide = {"filter": {"$or": [{"priority": {"$in": list(range(99))}}] * 100}}
    assert world.post("/v2/user-tasks/search", wide)["page"]["totalItems"] == 1  # type: ignore[index]


def test_d8_a_batch_of_cancellations_takes_running_roots_whatever_the_filter_says(
    world: World,
) -> None:
    instance = _task(world)["processInstanceKey"]
    url = "/v2/process-instances/cancellation"
    for state in ("COMPLETED", {"$in": ["ACTIVE", "TERMINATED"]}):
        answer = world.call("POST", url, {"filter": {"state": state}})
        assert "state" in _refused(answer, 400, "INVALID_ARGUMENT")
    chosen = {"processDefinitionId": "order", "parentProcessInstanceKey": "1"}
    batch: Any = world.post(url, {"filter": chosen})
    Worker(world.engine).run_until_idle()
    done: Any = world.get(f"/v2/batch-operations/{batch['batchOperationKey']}")
    assert (done["state"], done["operationsTotalCount"]) == ("COMPLETED", 1)
    assert world.get(f"/v2/process-instances/{instance}")["state"] == "TERMINATED"  # type: ignore[index]


def test_d13_a_burst_of_events_waits_in_line_for_the_writer(world: World) -> None:
    told: list[int] = []
    client = {"Authorization": f"Bearer {world.tokens['ida']}"}

    def send(number: int) -> None:
        event = {
            "event_id": f"B-{number}",
            "type": "lead.created",
            "occurred_at": "2026-01-05T10:00:00Z",
            "source": "shop",
            "customer": {"external_id": f"S-{number}"},
            "payload": {"product": "lamp"},
        }
        answer = world.app.test_client().post("/crm/v1/events", json=event, headers=client)
        told.append(answer.status_code)

    burst = [threading.Thread(target=send, args=[number]) for number in range(40)]
    with store.writing(world.engine.database):
        for each in burst:
            each.start()
        threading.Event().wait(1)
        assert told == []
    for each in burst:
        each.join(60)
    assert told == [202] * 40


def test_d13_no_connection_left_is_an_outage_and_no_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise PoolTimeout("QueuePool limit reached")

    monkeypatch.setattr(inbound_events, "receive", none_left)
    event = {"event_id": "1", "type": "lead.created", "source": "shop"}
    event |= {"occurred_at": "2026-01-05T10:00:00Z", "customer": {"external_id": "S-1"}}
    answer = world.call("POST", "/crm/v1/events", event, "ida")
    _refused(answer, 503, "RESOURCE_EXHAUSTED")
    assert answer.headers["Retry-After"]
