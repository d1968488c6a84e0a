"""What operators do over HTTP: move tokens, migrate, delete, one and many; the clock; the rest."""

from typing import Any

import pytest

from engine.worker import Worker
from tests.web.api.conftest import World


def _start(world: World, process: str, **more: object) -> str:
    body = {"processDefinitionId": process, **more}
    return str(world.post("/v2/process-instances", body)["processInstanceKey"])  # type: ignore[index]


def _instance(world: World, key: str) -> Any:
    return world.get(f"/v2/process-instances/{key}")


def _tasks(world: World, key: str) -> list[Any]:
    wanted = {"filter": {"processInstanceKey": key, "state": "CREATED"}}
    return world.post("/v2/user-tasks/search", wanted)["items"]  # type: ignore[index,no-any-return]


def _finished(world: World, begun: Any) -> Any:
    Worker(world.engine).run_until_idle()
    return world.get(f"/v2/batch-operations/{begun['batchOperationKey']}")


def _definition(world: World, process: str, version: int) -> str:
    wanted = {"filter": {"processDefinitionId": process, "version": version}}
    [found] = world.post("/v2/process-definitions/search", wanted)["items"]  # type: ignore[index]
    return str(found["processDefinitionKey"])


def test_tokens_are_put_moved_and_taken_away(world: World) -> None:
    world.deploy("steps.bpmn")
    key = _start(world, "steps")
    [first] = _tasks(world, key)
    path = f"/v2/process-instances/{key}/modification"

    world.post(
        path,
        {
            "activateInstructions": [
                {
                    "elementId": "Second",
                    "ancestorElementInstanceKey": "-1",
                    "variableInstructions": [{"variables": {"n": 1}, "scopeId": ""}],
                }
            ]
        },
    )
    assert sorted(task["elementId"] for task in _tasks(world, key)) == ["First", "Second"]
    world.post(
        path, {"terminateInstructions": [{"elementInstanceKey": first["elementInstanceKey"]}]}
    )
    assert [task["elementId"] for task in _tasks(world, key)] == ["Second"]
    world.post(
        path,
        {
            "moveInstructions": [
                {
                    "sourceElementInstruction": {"sourceType": "byId", "sourceElementId": "Second"},
                    "targetElementId": "First",
                    "ancestorScopeInstruction": {"ancestorScopeType": "inferred"},
                }
            ]
        },
    )
    assert [task["elementId"] for task in _tasks(world, key)] == ["First"]
    found = world.post("/v2/variables/search", {"filter": {"processInstanceKey": key}})
    assert [(each["name"], each["value"]) for each in found["items"]] == [("n", "1")]  # type: ignore[index]


def test_an_order_that_cannot_be_followed_changes_nothing(world: World) -> None:
    world.deploy("steps.bpmn")
    key = _start(world, "steps")
    path = f"/v2/process-instances/{key}/modification"
    nowhere = {"activateInstructions": [{"elementId": "Nowhere"}]}
    assert world.call("POST", path, nowhere).status_code in {400, 404}
    assert world.call("POST", path, {}).status_code == 400
    assert world.call("POST", "/v2/process-instances/7/modification", nowhere).status_code == 404
    assert world.call("POST", path, nowhere, "bob").status_code == 403
    assert [task["elementId"] for task in _tasks(world, key)] == ["First"]


def test_an_instance_goes_over_to_another_version(world: World) -> None:
    world.deploy("steps.bpmn")
    key = _start(world, "steps")
    world.deploy("longer.bpmn")
    target = _definition(world, "steps", 2)
    path = f"/v2/process-instances/{key}/migration"
    plan = {
        "targetProcessDefinitionKey": target,
        "mappingInstructions": [{"sourceElementId": "First", "targetElementId": "Middle"}],
    }
    world.post(path, plan)
    assert _instance(world, key)["processDefinitionVersion"] == 2
    assert [task["elementId"] for task in _tasks(world, key)] == ["Middle"]

    # What does not fit is refused with the element's name
    plan["mappingInstructions"] = [{"sourceElementId": "Middle", "targetElementId": "Gone"}]
    refused = world.call("POST", path, plan)
    assert refused.status_code == 409
    assert "Gone" in refused.json()["detail"]
    twice = {
        **plan,
        "mappingInstructions": [
            {"sourceElementId": "Middle", "targetElementId": name} for name in ("First", "Second")
        ],
    }
    assert world.call("POST", path, twice).status_code == 400
    assert world.call("POST", path, plan | {"targetProcessDefinitionKey": "7"}).status_code == 404


def test_many_are_cancelled_migrated_and_deleted_in_the_background(world: World) -> None:
    world.deploy("steps.bpmn", "plain.bpmn")
    keys = [_start(world, "steps") for _ in range(3)]
    other = _start(world, "plain")
    world.deploy("longer.bpmn")
    mine = {"processDefinitionId": "steps"}
    plan = {"targetProcessDefinitionKey": _definition(world, "steps", 2), "mappingInstructions": []}

    begun = world.post("/v2/process-instances/migration", {"filter": mine, "migrationPlan": plan})
    assert begun["batchOperationType"] == "MIGRATE_PROCESS_INSTANCE"  # type: ignore[index]
    done = _finished(world, begun)
    assert (done["state"], done["operationsCompletedCount"], done["actorType"]) == (
        "COMPLETED",
        3,
        "USER",
    )
    assert {_instance(world, key)["processDefinitionVersion"] for key in keys} == {2}

    move = [{"sourceElementId": "First", "targetElementId": "Middle"}]
    body = {"filter": {"processInstanceKey": keys[0]}, "moveInstructions": move}
    _finished(world, world.post("/v2/process-instances/modification", body))
    assert [task["elementId"] for task in _tasks(world, keys[0])] == ["Middle"]

    either = {"$or": [{"processInstanceKey": keys[0]}, {"processInstanceKey": keys[1]}]}
    begun = world.post("/v2/process-instances/cancellation", {"filter": either})
    batch = begun["batchOperationKey"]  # type: ignore[index]
    assert _finished(world, begun)["operationsTotalCount"] == 2
    states = [_instance(world, key)["state"] for key in (*keys, other)]
    assert states == ["TERMINATED", "TERMINATED", "ACTIVE", "ACTIVE"]
    items = world.post(
        "/v2/batch-operation-items/search",
        {"filter": {"batchOperationKey": batch}, "sort": [{"field": "itemKey", "order": "DESC"}]},
    )
    assert [(each["itemKey"], each["state"]) for each in items["items"]] == [  # type: ignore[index]
        (keys[1], "COMPLETED"),
        (keys[0], "COMPLETED"),
    ]
    by_batch = world.post("/v2/process-instances/search", {"filter": {"batchOperationKey": batch}})
    assert by_batch["page"]["totalItems"] == 2  # type: ignore[index]
    listed = world.post("/v2/batch-operations/search", {"filter": {"state": "COMPLETED"}})
    assert listed["page"]["totalItems"] == 3  # type: ignore[index]

    begun = world.post("/v2/process-instances/deletion", {"filter": mine})
    assert _finished(world, begun)["operationsCompletedCount"] == 2
    assert world.call("GET", f"/v2/process-instances/{keys[0]}").status_code == 404
    assert world.call("POST", f"/v2/process-instances/{keys[2]}/deletion").status_code == 409


def test_a_batch_can_be_paused_and_stopped_and_needs_a_condition(world: World) -> None:
    world.deploy("steps.bpmn")
    key = _start(world, "steps")
    mine = {"filter": {"processDefinitionId": "steps"}}
    begun = world.post("/v2/process-instances/cancellation", mine)
    path = f"/v2/batch-operations/{begun['batchOperationKey']}"  # type: ignore[index]
    world.post(f"{path}/suspension")
    assert _finished(world, begun)["state"] == "SUSPENDED"
    world.post(f"{path}/cancellation")
    assert _finished(world, begun)["state"] == "CANCELED"
    assert world.call("POST", f"{path}/cancellation").status_code == 409
    assert _instance(world, key)["state"] == "ACTIVE"
    for body in ({}, {"filter": {}}, {"filter": {"nonsense": 1}}):
        assert world.call("POST", "/v2/process-instances/cancellation", body).status_code == 400
    assert world.call("GET", "/v2/batch-operations/7").status_code == 404
    assert world.call("POST", "/v2/process-instances/cancellation", mine, "bob").status_code == 403


def test_all_incidents_of_an_instance_are_resolved_at_once(world: World) -> None:
    world.deploy("order.bpmn", "discount.dmn", "amount.form")
    key = _start(world, "order")
    [task] = _tasks(world, key)
    done = {"variables": {"amount": 3}}
    world.post(f"/v2/user-tasks/{task['userTaskKey']}/completion", done)
    lend = {"type": "ship", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": -1}
    [job] = world.post("/v2/jobs/activation", lend)["jobs"]  # type: ignore[index]
    world.post(f"/v2/jobs/{job['jobKey']}/failure", {"retries": 0, "errorMessage": "jam"})
    assert _instance(world, key)["hasIncident"]
    begun = world.post(f"/v2/process-instances/{key}/incident-resolution")
    assert _finished(world, begun)["operationsCompletedCount"] == 1
    assert not _instance(world, key)["hasIncident"]
    assert world.call("POST", "/v2/process-instances/7/incident-resolution").status_code == 404


def test_the_pinned_clock_lets_timers_go_off(world: World) -> None:
    world.deploy("waits.bpmn")
    key = _start(world, "waits")
    hour = 3_600_000
    soon = int((world.engine.clock()).timestamp() * 1000)
    assert world.call("PUT", "/v2/clock", {"timestamp": soon + hour // 2}).status_code == 204
    assert _instance(world, key)["state"] == "ACTIVE"
    assert world.call("PUT", "/v2/clock", {"timestamp": soon + 2 * hour}).status_code == 204
    ended = _instance(world, key)
    assert ended["state"] == "COMPLETED"
    assert ended["endDate"] > ended["startDate"]
    assert world.call("POST", "/v2/clock/reset").status_code == 204
    assert int(world.engine.clock().timestamp() * 1000) < soon + hour
    assert world.call("PUT", "/v2/clock", {"timestamp": -1}).status_code == 400
    assert world.call("PUT", "/v2/clock", {"timestamp": soon}, "bob").status_code == 403


def test_conditions_start_the_processes_they_hold_for(world: World) -> None:
    world.deploy("hot.bpmn")
    cold = world.post("/v2/conditionals/evaluation", {"variables": {"degrees": 12}})
    assert cold["processInstances"] == []  # type: ignore[index]
    warm = world.post("/v2/conditionals/evaluation", {"variables": {"degrees": 35}})
    [started] = warm["processInstances"]  # type: ignore[index]
    assert [each["elementId"] for each in _tasks(world, started["processInstanceKey"])] == ["Cool"]
    only = {"variables": {"degrees": 35}, "processDefinitionKey": started["processDefinitionKey"]}
    again = world.post("/v2/conditionals/evaluation", only)
    assert len(again["processInstances"]) == 1  # type: ignore[index]
    unknown = only | {"processDefinitionKey": "7"}
    assert world.call("POST", "/v2/conditionals/evaluation", unknown).status_code == 404


def test_elements_of_an_ad_hoc_subprocess_are_started_by_hand(world: World) -> None:
    world.deploy("choose.bpmn")
    key = _start(world, "choose")
    wanted = {"filter": {"processInstanceKey": key, "type": "AD_HOC_SUB_PROCESS"}}
    [adhoc] = world.post("/v2/element-instances/search", wanted)["items"]  # type: ignore[index]
    path = f"/v2/element-instances/ad-hoc-activities/{adhoc['elementInstanceKey']}/activation"
    world.post(path, {"elements": [{"elementId": "Two", "variables": {"n": 2}}]})
    assert [task["elementId"] for task in _tasks(world, key)] == ["Two"]
    assert world.call("POST", path, {"elements": [{"elementId": "Six"}]}).status_code in {400, 404}
    assert (
        world.call(
            "POST",
            path.replace(adhoc["elementInstanceKey"], "7"),
            {"elements": [{"elementId": "Two"}]},
        ).status_code
        == 404
    )


def test_variables_for_all_processes_are_kept(world: World) -> None:
    path = "/v2/cluster-variables/global"
    body = {"name": "limit", "value": {"gold": 3}, "metadata": {"unit": "orders"}}
    made = world.post(path, body)
    assert made == {
        "name": "limit",
        "value": '{"gold":3}',
        "scope": "GLOBAL",
        "tenantId": None,
        "kind": "JSON",
        "metadata": {"unit": "orders"},
    }
    assert world.call("POST", path, body).status_code == 409
    assert world.call("PUT", f"{path}/limit", {"value": [1]}).json()["value"] == "[1]"
    found = world.post("/v2/cluster-variables/search", {"filter": {"value": "[1]"}})
    assert [each["name"] for each in found["items"]] == ["limit"]  # type: ignore[index]
    assert world.call("DELETE", f"{path}/limit").status_code == 204
    for method, sent in (("GET", None), ("DELETE", None), ("PUT", {"value": 1})):
        assert world.call(method, f"{path}/limit", sent).status_code == 404
    assert world.call("POST", path, body, "bob").status_code == 403


def test_what_is_deployed_can_be_taken_back_unless_it_is_used(world: World) -> None:
    world.deploy("steps.bpmn")
    first = _definition(world, "steps", 1)
    key = _start(world, "steps")
    world.deploy("longer.bpmn")
    second = _definition(world, "steps", 2)

    # The newest version goes, the one before takes its place
    gone = world.post(f"/v2/resources/{second}/deletion")
    assert gone == {"resourceKey": second, "batchOperation": None}
    start = {"processDefinitionKey": second}
    assert world.call("POST", "/v2/process-instances", start).status_code == 404
    assert _instance(world, _start(world, "steps"))["processDefinitionKey"] == first

    # What runs keeps it, with its history or without
    history = {"deleteHistory": True}
    assert world.call("POST", f"/v2/resources/{first}/deletion", history).status_code == 409
    world.post("/v2/process-instances/cancellation", {"filter": {"processDefinitionKey": first}})
    Worker(world.engine).run_until_idle()
    assert world.call("POST", f"/v2/resources/{first}/deletion").status_code == 409
    world.post(f"/v2/resources/{first}/deletion", history)
    assert world.call("GET", f"/v2/process-instances/{key}").status_code == 404
    assert world.call("GET", f"/v2/process-definitions/{first}").status_code == 404


def test_forms_decisions_and_files_can_be_taken_back(world: World) -> None:
    deployed = world.deploy("discount.dmn", "amount.form", "notes.txt").json()["deployments"]
    for kind, name in (
        ("form", "formKey"),
        ("decisionRequirements", "decisionRequirementsKey"),
        ("resource", "resourceKey"),
    ):
        [found] = [each[kind][name] for each in deployed if each[kind]]
        assert world.call("POST", f"/v2/resources/{found}/deletion", {}, "bob").status_code == 403
        world.post(f"/v2/resources/{found}/deletion")
        assert world.call("POST", f"/v2/resources/{found}/deletion").status_code == 404
    assert world.post("/v2/decision-definitions/search")["items"] == []  # type: ignore[index]


def test_a_document_is_linked_for_a_while(world: World) -> None:
    sent = world.call("POST", "/v2/documents", files={"file": ("a.txt", b"hello", "text/plain")})
    name = sent.json()["documentId"]
    link = world.post(f"/v2/documents/{name}/links", {"timeToLive": 60_000})
    path = link["url"].removeprefix("http://localhost:8080")  # type: ignore[index]
    assert world.call("GET", path, who="").content == b"hello"
    assert world.call("GET", path[:-2] + "xx", who="").status_code == 404
    later = int(world.engine.clock().timestamp() * 1000) + 120_000
    world.call("PUT", "/v2/clock", {"timestamp": later})
    assert world.call("GET", path, who="").status_code == 404
    assert world.call("POST", "/v2/documents/none/links", {}).status_code == 400


def test_the_configuration_is_told(world: World) -> None:
    told = world.get("/v2/system/configuration", "bob")
    assert told["deployment"]["isMultiTenancyEnabled"] is False  # type: ignore[index]
    assert told["jobMetrics"]["enabled"] is False  # type: ignore[index]


@pytest.mark.parametrize("path", ["suspension", "resumption"])
def test_an_instance_sleeps_and_wakes(world: World, path: str) -> None:
    world.deploy("steps.bpmn")
    key = _start(world, "steps")
    if path == "resumption":
        world.post(f"/v2/process-instances/{key}/suspension")
    world.post(f"/v2/process-instances/{key}/{path}")
    found = _instance(world, key)
    assert found["state"] == {"suspension": "SUSPENDED", "resumption": "ACTIVE"}[path]
    assert bool(found["suspendedDate"]) == (path == "suspension")
    assert world.call("POST", f"/v2/process-instances/{key}/{path}").status_code == 409
