"""A repeated request has one effect and gets its first answer."""

from concurrent.futures import ThreadPoolExecutor

from tests.web.api.conftest import World

PATH = "/v2/process-instances"


def _count(world: World) -> int:
    return int(world.post(f"{PATH}/search")["page"]["totalItems"])  # type: ignore[index]


def test_a_repeated_start_starts_once(world: World) -> None:
    world.deploy("plain.bpmn")
    headers = {"Idempotency-Key": "order-17"}
    body = {"processDefinitionId": "plain", "variables": {"a": 1}}
    first = world.call("POST", PATH, body, headers=headers)
    again = world.call("POST", PATH, body, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert _count(world) == 1


def test_the_key_with_other_content_is_refused(world: World) -> None:
    world.deploy("plain.bpmn")
    headers = {"Idempotency-Key": "order-17"}
    world.call("POST", PATH, {"processDefinitionId": "plain"}, headers=headers)
    other = {"processDefinitionId": "plain", "variables": {"a": 2}}
    answer = world.call("POST", PATH, other, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["title"] == "INVALID_ARGUMENT"
    assert _count(world) == 1


def test_a_key_is_its_senders_own(world: World) -> None:
    world.deploy("plain.bpmn")
    headers = {"Idempotency-Key": "order-17"}
    body = {"processDefinitionId": "plain"}
    world.call("POST", PATH, body, "alice", headers=headers)
    world.call("POST", PATH, body, "bob", headers=headers)
    assert _count(world) == 2


def test_twenty_at_the_same_time_start_once(world: World) -> None:
    world.deploy("plain.bpmn")
    headers = {"Idempotency-Key": "order-18"}
    body = {"processDefinitionId": "plain"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: world.call("POST", PATH, body, headers=headers), range(20))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["processInstanceKey"] for answer in answers}) == 1
    assert _count(world) == 1


def test_a_refused_request_may_be_sent_again(world: World) -> None:
    headers = {"Idempotency-Key": "early"}
    body = {"processDefinitionId": "plain"}
    assert world.call("POST", PATH, body, headers=headers).status_code == 404
    world.deploy("plain.bpmn")
    assert world.call("POST", PATH, body, headers=headers).status_code == 200


def test_other_changes_are_remembered_too(world: World) -> None:
    headers = {"Idempotency-Key": "new-group"}
    body = {"groupId": "lab", "name": "Laboratory"}
    first = world.call("POST", "/v2/groups", body, headers=headers)
    again = world.call("POST", "/v2/groups", body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert world.call("POST", "/v2/groups", body).status_code == 409


def test_a_task_completed_twice_with_one_key_is_no_conflict(world: World) -> None:
    world.deploy("plain.bpmn")
    world.post(PATH, {"processDefinitionId": "plain"})
    task = world.post("/v2/user-tasks/search")["items"][0]["userTaskKey"]  # type: ignore[index]
    path = f"/v2/user-tasks/{task}/completion"
    headers = {"Idempotency-Key": "done"}
    assert [world.call("POST", path, {}, headers=headers).status_code for _ in range(2)] == [
        204
    ] * 2
    assert world.call("POST", path, {}).status_code == 404
