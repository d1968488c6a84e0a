"""Camunda Modeler: what it sends, in its order, to deploy, start and try single tasks."""

from typing import Any

from tests.web.api.conftest import World
from tests.web.api.files import FILES


def _topology(world: World, **more: Any) -> Any:
    """It asks for the topology first, and falls back to gRPC when that fails."""
    return world.call("GET", "/v2/topology", **more)


def _deploy(world: World, name: str) -> Any:
    parts = [("resources", (name, FILES[name], "application/octet-stream"))]
    sent = world.call("POST", "/v2/deployments", files=parts, data={"tenantId": "<default>"})
    assert sent.status_code == 200, sent.text
    return sent.json()["deployments"][0]["processDefinition"]


def _start(world: World, body: dict[str, Any]) -> str:
    sent = world.call("POST", "/v2/process-instances", {"tenantId": "<default>", **body})
    assert sent.status_code == 200, sent.text
    return str(sent.json()["processInstanceKey"])


def _state(world: World, key: str) -> str:
    return str(world.get(f"/v2/process-instances/{key}")["state"])  # type: ignore[index]


def _elements(world: World, key: str) -> dict[str, str]:
    wanted = {"filter": {"processInstanceKey": key}, "sort": [{"field": "startDate"}]}
    found = world.post("/v2/element-instances/search", wanted)["items"]  # type: ignore[index]
    return {each["elementId"]: each["state"] for each in found}


def test_a_diagram_is_deployed_and_started(world: World) -> None:
    topology = _topology(world).json()
    assert topology["gatewayVersion"].startswith("8.9")
    assert topology["brokers"][0]["partitions"]
    deployed = _deploy(world, "plain.bpmn")
    assert deployed["processDefinitionId"] == "plain"
    key = _start(world, {"processDefinitionKey": deployed["processDefinitionKey"], "variables": {}})
    assert _state(world, key) == "ACTIVE"
    # the address it shows leads to the instance
    assert world.get(f"/v2/process-instances/{key}")["processDefinitionId"] == "plain"  # type: ignore[index]


def test_a_wrong_credential_is_told_by_the_word_it_looks_for(world: World) -> None:
    refused = _topology(world, who="", headers={"Authorization": "Basic YWxpY2U6d3Jvbmc="})
    assert refused.status_code == 401
    assert "Unauthorized" in refused.json()["detail"]
    assert refused.json()["title"] == "Unauthorized"


def test_what_is_wrong_with_a_diagram_is_told_with_its_element(world: World) -> None:
    parts = [("resources", ("broken.bpmn", FILES["broken.bpmn"]))]
    refused = world.call("POST", "/v2/deployments", files=parts)
    assert refused.status_code == 400
    assert "broken.bpmn" in refused.json()["detail"]
    assert "Which" in refused.json()["detail"]


def test_one_task_is_tried_alone(world: World) -> None:
    deployed = _deploy(world, "steps.bpmn")
    key = _start(
        world,
        {
            "processDefinitionKey": deployed["processDefinitionKey"],
            "variables": {"n": 1},
            "startInstructions": [{"elementId": "First"}],
            "runtimeInstructions": [
                {"type": "TERMINATE_PROCESS_INSTANCE", "afterElementId": "First"}
            ],
        },
    )
    wanted = {"filter": {"processInstanceKey": key, "state": "CREATED"}}
    [task] = world.post("/v2/user-tasks/search", wanted)["items"]  # type: ignore[index]
    world.post(f"/v2/user-tasks/{task['userTaskKey']}/completion", {"variables": {"done": True}})
    assert _state(world, key) == "TERMINATED"
    seen = _elements(world, key)
    assert seen["First"] == "COMPLETED"
    assert "Second" not in seen
    found = world.post("/v2/variables/search", {"filter": {"processInstanceKey": key}})["items"]  # type: ignore[index]
    assert {each["name"] for each in found} >= {"n"}


def test_a_short_process_stops_where_it_was_told_to(world: World) -> None:
    _deploy(world, "quick.bpmn")
    stop = [{"afterElementId": "Double"}]
    body = {"processDefinitionId": "quick", "variables": {"amount": 4}}
    key = _start(world, {**body, "runtimeInstructions": stop})
    assert _state(world, key) == "TERMINATED"
    assert "end" not in _elements(world, key)
    assert _state(world, _start(world, body)) == "COMPLETED"
    for wrong in ([{"afterElementId": "Nowhere"}], [{"type": "JUMP", "afterElementId": "Double"}]):
        refused = world.call(
            "POST", "/v2/process-instances", {**body, "runtimeInstructions": wrong}
        )
        assert refused.status_code == 400
