"""Every POST that creates or changes something can be repeated under an Idempotency-Key.

The story is told once for each of them: the first answer is kept and given again, nothing happens
twice, and the same key with another body is 422. A new operation without a line here fails.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from sqlalchemy import event, func, inspect, select, table
from sqlalchemy.exc import OperationalError

from engine.worker import Worker
from tests.web.api.conftest import World
from tests.web.api.files import FILES
from web.composition.application import resources

Made = tuple[str, Any]  # path and body
FAMILY = {"processDefinitionId": "steps"}


def _start(world: World, process: str = "steps", **more: object) -> str:
    body = {"processDefinitionId": process, **more}
    return str(world.post("/v2/process-instances", body)["processInstanceKey"])  # type: ignore[index]


def _task(world: World) -> str:
    wanted = {"filter": {"processInstanceKey": _start(world), "state": "CREATED"}}
    return str(world.post("/v2/user-tasks/search", wanted)["items"][0]["userTaskKey"])  # type: ignore[index]


def _job(world: World) -> str:
    _start(world, "work")
    lend = {"type": "work", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": -1}
    return str(world.post("/v2/jobs/activation", lend)["jobs"][0]["jobKey"])  # type: ignore[index]


def _incident(world: World) -> str:
    world.post(f"/v2/jobs/{_job(world)}/failure", {"retries": 0, "errorMessage": "jam"})
    found = world.post("/v2/incidents/search", {"filter": {"state": "ACTIVE"}})
    return str(found["items"][-1]["incidentKey"])  # type: ignore[index]


def _ended(world: World) -> str:
    key = _start(world)
    world.post(f"/v2/process-instances/{key}/cancellation")
    return key


def _asleep(world: World) -> str:
    key = _start(world)
    world.post(f"/v2/process-instances/{key}/suspension")
    return key


def _newest(world: World, process: str) -> str:
    wanted = {"filter": {"processDefinitionId": process, "isLatestVersion": True}}
    found = world.post("/v2/process-definitions/search", wanted)
    return str(found["items"][0]["processDefinitionKey"])  # type: ignore[index]


def _plan(world: World) -> dict[str, Any]:
    return {"targetProcessDefinitionKey": _newest(world, "steps"), "mappingInstructions": []}


def _form(world: World) -> str:
    return str(world.deploy("amount.form").json()["deployments"][0]["form"]["formKey"])


def _open(world: World) -> str:
    wanted = {"filter": {"processInstanceKey": _start(world, "choose"), "state": "ACTIVE"}}
    found = world.post("/v2/element-instances/search", wanted)["items"]  # type: ignore[index]
    return next(each["elementInstanceKey"] for each in found if each["elementId"] == "Do")


def _batch(world: World, *, paused: bool = False) -> str:
    _start(world)
    begun = world.post("/v2/process-instances/suspension", {"filter": FAMILY})
    key = str(begun["batchOperationKey"])  # type: ignore[index]
    if paused:
        world.post(f"/v2/batch-operations/{key}/suspension")
    return key


def _waits(world: World) -> str:
    _start(world, "talk", variables={"order_id": "A-1"})
    return "A-1"


def _document(world: World) -> str:
    sent = world.call("POST", "/v2/documents", files={"file": ("a.txt", b"hello", "text/plain")})
    return str(sent.json()["documentId"])


def _at(path: str, body: Any = None) -> Callable[[World, str], Made]:
    return lambda _, key: (f"/v2{path.format(key)}", {} if body is None else body)


MOVE = [{"sourceElementId": "First", "targetElementId": "Second"}]
# Path of the operation → how to make what it works on, and what is sent.
CASES: dict[str, tuple[Callable[[World], str], Callable[[World, str], Made]]] = {
    "/resources/<resource_key>/deletion": (_form, _at("/resources/{}/deletion")),
    "/process-instances": (
        lambda _: "",
        _at("/process-instances", {"processDefinitionId": "steps"}),
    ),
    "/process-instances/<process_instance_key>/cancellation": (
        _start,
        _at("/process-instances/{}/cancellation"),
    ),
    "/process-instances/<process_instance_key>/modification": (
        _start,
        _at(
            "/process-instances/{}/modification",
            {"activateInstructions": [{"elementId": "Second"}]},
        ),
    ),
    "/process-instances/<process_instance_key>/migration": (
        _start,
        lambda world, key: (f"/v2/process-instances/{key}/migration", _plan(world)),
    ),
    "/process-instances/<process_instance_key>/deletion": (
        _ended,
        _at("/process-instances/{}/deletion"),
    ),
    "/process-instances/<process_instance_key>/incident-resolution": (
        _start,
        _at("/process-instances/{}/incident-resolution"),
    ),
    "/process-instances/<process_instance_key>/suspension": (
        _start,
        _at("/process-instances/{}/suspension"),
    ),
    "/process-instances/<process_instance_key>/resumption": (
        _asleep,
        _at("/process-instances/{}/resumption"),
    ),
    "/element-instances/ad-hoc-activities/<ad_hoc_sub_process_instance_key>/activation": (
        _open,
        _at(
            "/element-instances/ad-hoc-activities/{}/activation",
            {"elements": [{"elementId": "One"}]},
        ),
    ),
    **{
        f"/process-instances/{what}": (_start, _at(f"/process-instances/{what}", body))
        for what, body in (
            ("cancellation", {"filter": FAMILY}),
            ("modification", {"filter": FAMILY, "moveInstructions": MOVE}),
            ("incident-resolution", {"filter": FAMILY}),
            ("deletion", {"filter": FAMILY}),
            ("suspension", {"filter": FAMILY}),
            ("resumption", {"filter": FAMILY}),
        )
    },
    "/process-instances/migration": (
        _start,
        lambda world, _: (
            "/v2/process-instances/migration",
            {"filter": FAMILY, "migrationPlan": _plan(world)},
        ),
    ),
    "/batch-operations/<batch_operation_key>/cancellation": (
        _batch,
        _at("/batch-operations/{}/cancellation"),
    ),
    "/batch-operations/<batch_operation_key>/suspension": (
        _batch,
        _at("/batch-operations/{}/suspension"),
    ),
    "/batch-operations/<batch_operation_key>/resumption": (
        lambda world: _batch(world, paused=True),
        _at("/batch-operations/{}/resumption"),
    ),
    "/cluster-variables/global": (
        lambda _: "",
        _at("/cluster-variables/global", {"name": "limit", "value": 3}),
    ),
    "/jobs/<job_key>/completion": (_job, _at("/jobs/{}/completion", {"variables": {"a": 1}})),
    "/jobs/<job_key>/failure": (_job, _at("/jobs/{}/failure", {"retries": 2})),
    "/jobs/<job_key>/error": (_job, _at("/jobs/{}/error", {"errorCode": "no"})),
    "/incidents/<incident_key>/resolution": (_incident, _at("/incidents/{}/resolution")),
    "/user-tasks/<user_task_key>/assignment": (
        _task,
        _at("/user-tasks/{}/assignment", {"assignee": "bob"}),
    ),
    "/user-tasks/<user_task_key>/completion": (_task, _at("/user-tasks/{}/completion")),
    "/messages/publication": (
        _waits,
        _at("/messages/publication", {"name": "paid", "correlationKey": "A-1"}),
    ),
    "/messages/correlation": (
        _waits,
        _at("/messages/correlation", {"name": "paid", "correlationKey": "A-1"}),
    ),
    "/signals/broadcast": (
        lambda world: _start(world, "alarm"),
        _at("/signals/broadcast", {"signalName": "alarm"}),
    ),
    "/conditionals/evaluation": (
        lambda _: "",
        _at("/conditionals/evaluation", {"variables": {"degrees": 40}}),
    ),
    "/decision-definitions/evaluation": (
        lambda _: "",
        _at(
            "/decision-definitions/evaluation",
            {"decisionDefinitionId": "discount", "variables": {"amount": 200}},
        ),
    ),
    "/documents/<document_id>/links": (_document, _at("/documents/{}/links")),
    "/documents/<document_id>/link": (_document, _at("/documents/{}/link")),
    "/users": (lambda _: "", _at("/users", {"username": "dora", "password": "a long secret"})),
    "/groups": (lambda _: "", _at("/groups", {"groupId": "lab", "name": "Laboratory"})),
    "/roles": (lambda _: "", _at("/roles", {"roleId": "auditor", "name": "Auditor"})),
}
FILES_SENT = {"/deployments", "/documents"}


def _changing() -> Iterator[str]:
    for routes in resources("v2"):
        yield from (operation.path for operation in routes.operations if operation.changes)


def _rows(world: World) -> dict[str, int]:
    """Count the rows of every table; what happens twice is there twice."""
    with world.engine.database.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in inspect(connection).get_table_names()
        }


def _twice(world: World, send: Callable[[dict[str, str]], requests.Response]) -> requests.Response:
    """Send it twice under one key; answers the first answer."""
    headers = {"Idempotency-Key": "once"}
    first = send(headers)
    assert first.ok, first.text
    there = _rows(world)
    again = send(headers)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("Content-Type") == first.headers.get("Content-Type")
    assert _rows(world) == there
    return first


def test_every_changing_operation_is_told_here() -> None:
    assert sorted(_changing()) == sorted([*CASES, *FILES_SENT])


@pytest.fixture
def busy(world: World) -> World:
    world.deploy(*(name for name in FILES if name not in {"broken.bpmn", "longer.bpmn"}))
    return world


@pytest.mark.parametrize("path", CASES)
def test_a_repeat_has_no_further_effect(busy: World, path: str) -> None:
    prepare, make = CASES[path]
    where, body = make(busy, prepare(busy))
    _twice(busy, lambda headers: busy.call("POST", where, body, headers=headers))
    other = {**body, "somethingElse": True}
    refused = busy.call("POST", where, other, headers={"Idempotency-Key": "once"})
    assert refused.status_code == 422
    Worker(busy.engine).run_until_idle()


@contextmanager
def fault_at(world: World, number: int) -> Iterator[list[int]]:
    """Let the database go away at a call: what was done is not told, as if the server had died."""
    calls = [0]

    def count(*_: Any) -> None:
        calls[0] += 1
        if calls[0] == number:
            raise OperationalError("", {}, Exception("gone"))

    for moment in ("before_cursor_execute", "commit"):
        event.listen(world.engine.database, moment, count)
    yield calls
    for moment in ("before_cursor_execute", "commit"):
        event.remove(world.engine.database, moment, count)


# What changes something without the engine: its key must be kept in the change's transaction.
OUTSIDE = ["/groups", "/roles", "/users", "/cluster-variables/global", "webhooks"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_repeat_after_any_fault_has_one_effect_and_the_first_answer(
    busy: World, path: str
) -> None:
    hook = {"name": "shop", "url": "http://localhost:8081/in", "types": ["task.created"]}
    where, body = CASES[path][1](busy, "") if path in CASES else ("/crm/v1/webhooks", hook)
    before = _rows(busy)
    number, told = 0, 503
    while told == 503:
        number += 1
        with fault_at(busy, number):
            told = busy.call("POST", where, body, headers={"Idempotency-Key": "k"}).status_code

    assert told in {200, 201}
    assert number > 4
    changed = {name: count - before[name] for name, count in _rows(busy).items()}
    assert {n: c for n, c in changed.items() if c} == dict.fromkeys(
        ("pv_idempotency", *(n for n, c in changed.items() if c and n != "pv_idempotency")), 1
    )


@pytest.mark.parametrize(("path", "field"), [("/deployments", "resources"), ("/documents", "file")])
def test_files_sent_again_are_kept_once(world: World, path: str, field: str) -> None:
    def send(headers: dict[str, str], content: bytes = b"hello") -> requests.Response:
        files = [(field, ("a.txt", content, "text/plain"))]
        return world.call("POST", f"/v2{path}", headers=headers, files=files)

    _twice(world, send)
    assert send({"Idempotency-Key": "once"}, b"something else").status_code == 422
