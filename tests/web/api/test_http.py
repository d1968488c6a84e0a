"""The API by hand: what a terminal sends, and what it is told."""

import threading
import time

import pytest

from tests.web.api.conftest import World


def _start(world: World, process: str, **more: object) -> str:
    body = {"processDefinitionId": process} | more
    return world.post("/v2/process-instances", body)["processInstanceKey"]  # type: ignore[index]


def _ask(world: World) -> str:
    """Deploy the order, start it, and give the key of its first task."""
    world.deploy("order.bpmn", "discount.dmn", "amount.form")
    _start(world, "order")
    return world.post("/v2/user-tasks/search")["items"][0]["userTaskKey"]  # type: ignore[index]


def _refused(answer: object, status: int, title: str) -> str:
    assert answer.status_code == status, answer.text  # type: ignore[attr-defined]
    problem = answer.json()  # type: ignore[attr-defined]
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["title"] == title
    return str(problem["detail"])


def test_a_broken_diagram_is_refused_with_file_element_and_reason(world: World) -> None:
    detail = _refused(world.deploy("broken.bpmn", "amount.form"), 400, "INVALID_ARGUMENT")
    assert "broken.bpmn" in detail
    assert "nowhere" in detail or "f_Which_end" in detail
    forms = world.call("GET", "/v2/forms/2251799813685249")
    assert _refused(forms, 404, "NOT_FOUND")


def test_nothing_to_deploy_is_refused(world: World) -> None:
    empty = world.call("POST", "/v2/deployments", files=[("other", ("a.bpmn", b"x"))])
    assert "resources" in _refused(empty, 400, "INVALID_ARGUMENT")
    _refused(world.call("POST", "/v2/deployments", {}), 415, "Unsupported Media Type")


def test_a_refused_command_says_so_in_full(world: World) -> None:
    answer = world.call("POST", "/v2/jobs/42/completion", {})
    assert _refused(answer, 404, "NOT_FOUND") == (
        "Command 'COMPLETE' rejected with code 'NOT_FOUND': "
        "Expected to complete job with key '42', but no such job was found"
    )


@pytest.mark.parametrize("key", ["abc", "1.5", "9" * 26, "%00"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    _refused(world.call("GET", f"/v2/user-tasks/{key}"), 400, "INVALID_ARGUMENT")


def test_a_key_larger_than_any_finds_nothing(world: World) -> None:
    _refused(world.call("GET", f"/v2/user-tasks/{'9' * 25}"), 404, "NOT_FOUND")
    found = world.post("/v2/user-tasks/search", {"filter": {"userTaskKey": "9" * 25}})
    assert found["items"] == []  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "mentioned"),
    [
        ({}, "processDefinitionId"),
        ({"processDefinitionId": "p", "processDefinitionKey": "5"}, "one of"),
        ({"processDefinitionId": "p", "variables": []}, "variables"),
        ({"processDefinitionId": "p", "tags": ["1bad"]}, "tags"),
        ({"processDefinitionKey": 5}, "processDefinitionKey"),
    ],
)
def test_a_wrong_start_is_refused_with_its_field(
    world: World, body: dict[str, object], mentioned: str
) -> None:
    answer = world.call("POST", "/v2/process-instances", body)
    assert mentioned in _refused(answer, 400, "INVALID_ARGUMENT")


def test_an_unknown_process_is_not_found(world: World) -> None:
    answer = world.call("POST", "/v2/process-instances", {"processDefinitionId": "nobody"})
    detail = _refused(answer, 404, "NOT_FOUND")
    assert detail.startswith("Command 'CREATE' rejected with code 'NOT_FOUND'")


def test_a_process_is_started_by_the_groups_it_names(world: World) -> None:
    world.deploy("plain.bpmn", "quick.bpmn")
    for process, who, status in (
        ("plain", "bob", 200),
        ("plain", "charlie", 403),
        ("quick", "bob", 403),  # names no group: for those who run the platform
        ("quick", "ida", 200),
    ):
        answer = world.call("POST", "/v2/process-instances", {"processDefinitionId": process}, who)
        assert answer.status_code == status, (process, who)


def test_a_task_is_completed_once_and_its_form_is_kept_to(world: World) -> None:
    task = _ask(world)
    wrong = world.call("POST", f"/v2/user-tasks/{task}/completion", {"variables": {"amount": 0}})
    assert "amount" in _refused(wrong, 400, "INVALID_ARGUMENT")
    given = {"variables": {"amount": 5, "discount": 100, "undeclared": True}}
    assert world.call("POST", f"/v2/user-tasks/{task}/completion", given).status_code == 204
    _refused(world.call("POST", f"/v2/user-tasks/{task}/completion", given), 404, "NOT_FOUND")
    names = {each["name"] for each in world.post("/v2/variables/search")["items"]}  # type: ignore[index]
    assert "undeclared" not in names


def test_people_see_and_do_only_what_is_theirs(world: World) -> None:
    # Given a task for sales: Bob is of sales, Charlie is not, Ida is a program
    task = _ask(world)
    path = f"/v2/user-tasks/{task}"
    listed = {
        who: [each["userTaskKey"] for each in world.post("/v2/user-tasks/search", {}, who)["items"]]  # type: ignore[index]
        for who in ("alice", "bob", "charlie", "ida")
    }
    assert listed == {"alice": [task], "bob": [task], "charlie": [], "ida": []}
    mine = {"assignee": "charlie"}
    for method, where, body in (
        ("GET", path, None),
        ("GET", f"{path}/form", None),
        ("POST", f"{path}/effective-variables/search", {}),
        ("POST", f"{path}/assignment", mine),
        ("POST", f"{path}/completion", {"variables": {"amount": 5}}),
        ("PATCH", path, {"changeset": {"priority": 1}}),
        ("DELETE", f"{path}/assignee", None),
    ):
        _refused(world.call(method, where, body, "charlie"), 403, "FORBIDDEN")

    # When Bob claims it, nobody else may take it; he may not give it away either
    assert world.call("POST", f"{path}/assignment", {"assignee": "bob"}, "bob").ok
    _refused(
        world.call("POST", f"{path}/assignment", {"assignee": "alice"}, "bob"), 403, "FORBIDDEN"
    )
    again = world.call("POST", f"{path}/assignment", {"assignee": "alice", "allowOverride": False})
    assert "bob" in _refused(again, 409, "INVALID_STATE")
    assert world.get(path)["assignee"] == "bob"  # type: ignore[index]
    assert world.call("DELETE", f"{path}/assignee", who="bob").status_code == 204
    assert world.get(path)["assignee"] is None  # type: ignore[index]


def test_a_task_is_changed(world: World) -> None:
    path = f"/v2/user-tasks/{_ask(world)}"
    changes = {"priority": 90, "dueDate": "2027-01-01T00:00:00Z", "candidateUsers": ["dora"]}
    assert world.call("PATCH", path, {"changeset": changes}).status_code == 204
    task = world.get(path)
    assert (task["priority"], task["dueDate"]) == (90, "2027-01-01T00:00:00.000Z")  # type: ignore[index]
    found = world.post("/v2/user-tasks/search", {"filter": {"candidateUser": "dora"}})
    assert found["page"]["totalItems"] == 1  # type: ignore[index]
    # an older client's path
    assert world.call("PATCH", f"{path}/update", {"changeset": {"dueDate": ""}}).ok
    assert world.get(path)["dueDate"] is None  # type: ignore[index]


def test_a_worker_waits_for_a_job_that_comes_later(world: World) -> None:
    task = _ask(world)

    def complete_soon() -> None:
        time.sleep(0.4)
        world.engine.by("alice").tasks.complete(int(task), {"amount": 5})

    helper = threading.Thread(target=complete_soon)
    helper.start()
    body = {"type": "ship", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": 20_000}
    began = time.monotonic()
    (job,) = world.post("/v2/jobs/activation", body)["jobs"]  # type: ignore[index]
    helper.join()
    assert time.monotonic() - began < 10
    assert job["deadline"] > time.time() * 1000


def test_a_worker_that_hangs_up_leaves_the_jobs_to_others(world: World) -> None:
    task = _ask(world)
    body = {"type": "ship", "timeout": 600_000, "maxJobsToActivate": 1, "requestTimeout": 20_000}
    with pytest.raises(Exception, match="timed out"):
        world.session.post(
            f"{world.address}/v2/jobs/activation",
            json=body,
            headers={"Authorization": f"Bearer {world.tokens['ida']}"},
            timeout=0.5,
        )
    time.sleep(0.5)
    world.engine.by("alice").tasks.complete(int(task), {"amount": 5})
    jobs = world.post("/v2/jobs/activation", body | {"requestTimeout": -1})["jobs"]  # type: ignore[index]
    assert len(jobs) == 1


def test_a_lock_that_runs_out_frees_the_job(world: World) -> None:
    task = _ask(world)
    world.engine.by("alice").tasks.complete(int(task), {"amount": 5})
    body = {"type": "ship", "timeout": 300, "maxJobsToActivate": 1, "requestTimeout": -1}
    assert len(world.post("/v2/jobs/activation", body)["jobs"]) == 1  # type: ignore[index]
    assert world.post("/v2/jobs/activation", body)["jobs"] == []  # type: ignore[index]
    time.sleep(0.4)
    assert len(world.post("/v2/jobs/activation", body)["jobs"]) == 1  # type: ignore[index]


def test_documents_are_kept_and_given_back(world: World) -> None:
    parts = [
        ("file", ("offer.txt", b"Dear Mira", "text/plain")),
        ("metadata", (None, '{"customProperties": {"case": 7}}', "application/json")),
    ]
    answer = world.call("POST", "/v2/documents?documentId=offer-1", files=parts)
    assert answer.status_code == 201, answer.text
    reference = answer.json()
    assert reference["camunda.document.type"] == "camunda"
    assert reference["metadata"]["customProperties"] == {"case": 7}
    assert world.call("GET", "/v2/documents/offer-1").content == b"Dear Mira"
    again = world.call("POST", "/v2/documents?documentId=offer-1", files=parts)
    _refused(again, 409, "ALREADY_EXISTS")
    assert world.call("DELETE", "/v2/documents/offer-1").status_code == 204
    _refused(world.call("GET", "/v2/documents/offer-1"), 404, "NOT_FOUND")


def test_a_body_that_is_no_json_is_refused(world: World) -> None:
    for raw, kind, status in (
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b'{"variables": {"x": "' + b"y" * 1_100_000 + b'"}}', "application/json", 413),
    ):
        answer = world.session.post(
            f"{world.address}/v2/process-instances",
            data=raw,
            headers={"Authorization": f"Bearer {world.tokens['alice']}", "Content-Type": kind},
            timeout=30,
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    world.deploy("plain.bpmn")
    keys = [_start(world, "plain", businessId=f"b{n % 3}") for n in range(7)]
    query = {"sort": [{"field": "businessId", "order": "DESC"}], "page": {"limit": 3}}
    seen: list[str] = []
    pages: list[dict[str, object]] = []
    while True:
        page = world.post("/v2/process-instances/search", query)
        if not page["items"]:  # type: ignore[index]
            break
        pages.append(page["page"])  # type: ignore[index]
        seen += [each["processInstanceKey"] for each in page["items"]]  # type: ignore[index]
        query["page"] = {"limit": 3, "after": page["page"]["endCursor"]}  # type: ignore[index]
    assert sorted(seen) == sorted(keys)
    assert len(pages) == 3
    assert page["page"] == {  # type: ignore[index]
        "totalItems": 7,
        "hasMoreTotalItems": False,
        "startCursor": None,
        "endCursor": None,
    }
    query["page"] = {"limit": 3, "before": pages[2]["startCursor"]}  # type: ignore[dict-item]
    back = world.post("/v2/process-instances/search", query)["items"]  # type: ignore[index]
    assert [each["processInstanceKey"] for each in back] == seen[3:6]
    offset = world.post("/v2/process-instances/search", query | {"page": {"from": 2, "limit": 2}})
    assert [each["processInstanceKey"] for each in offset["items"]] == seen[2:4]  # type: ignore[index]


@pytest.mark.parametrize("cursor", ["nonsense", "bm9uc2Vuc2U=", "W10=", "e30=", "W1tdLFtdXQ=="])
def test_a_made_up_cursor_is_refused(world: World, cursor: str) -> None:
    answer = world.call("POST", "/v2/process-instances/search", {"page": {"after": cursor}})
    _refused(answer, 400, "INVALID_ARGUMENT")


def test_a_method_that_is_not_there_is_told_with_those_that_are(world: World) -> None:
    answer = world.call("DELETE", "/v2/process-instances/search")
    assert answer.status_code == 405
    assert answer.json()["title"] == "Method Not Allowed"
    assert "POST" in answer.headers["Allow"]


def test_a_task_listener_is_told_what_is_about_to_change(world: World) -> None:
    world.deploy("heard.bpmn")
    world.post("/v2/process-instances", {"processDefinitionId": "heard"})
    [task] = world.post("/v2/user-tasks/search")["items"]  # type: ignore[index]
    path = f"/v2/user-tasks/{task['userTaskKey']}"
    world.post(f"{path}/assignment", {"assignee": "bob"})
    lend = {"type": "check", "timeout": 60_000, "maxJobsToActivate": 5, "requestTimeout": -1}
    [job] = world.post("/v2/jobs/activation", lend)["jobs"]  # type: ignore[index]
    assert (job["kind"], job["listenerEventType"]) == ("TASK_LISTENER", "ASSIGNING")
    asked = job["userTask"]
    assert asked["userTaskKey"] == task["userTaskKey"]
    assert (asked["action"], asked["assignee"], asked["priority"]) == ("assign", "bob", 70)
    assert asked["changedAttributes"] == ["assignee"]

    # The listener denies it, and the reason is on record
    denied = {"type": "userTask", "denied": True, "deniedReason": "Bob is away"}
    world.post(f"/v2/jobs/{job['jobKey']}/completion", {"result": denied})
    assert world.get(path)["assignee"] != "bob"  # type: ignore[index]
    search = {"filter": {"isDenied": True, "deniedReason": {"$like": "Bob*"}}}
    [told] = world.post("/v2/jobs/search", search)["items"]  # type: ignore[index]
    assert (told["jobKey"], told["deniedReason"]) == (job["jobKey"], "Bob is away")

    # Asked again, it corrects it
    world.post(f"{path}/assignment", {"assignee": "bob"})
    [job] = world.post("/v2/jobs/activation", lend)["jobs"]  # type: ignore[index]
    [open_] = world.post("/v2/jobs/search", {"filter": {"jobKey": job["jobKey"]}})["items"]  # type: ignore[index]
    assert open_["isDenied"] is None, "not asked yet"
    corrected = {"type": "userTask", "corrections": {"assignee": "alice"}}
    world.post(f"/v2/jobs/{job['jobKey']}/completion", {"result": corrected})
    assert world.get(path)["assignee"] == "alice"  # type: ignore[index]
