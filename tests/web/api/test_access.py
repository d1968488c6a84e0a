"""Nobody gets in without signing in; everybody gets what he may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.web.api.conftest import PASSWORD, World


def _routes(world: World) -> list[tuple[str, str, str]]:
    """Every method and address of both APIs, with a key where one belongs, and its policy."""
    found = []
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith(("/v2", "/crm/v1")):
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(f"<{name}>", "1" if name.endswith("_key") else "nobody")
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            policy = world.app.view_functions[rule.endpoint].policy  # type: ignore[attr-defined]
            found += [(method, path, policy) for method in methods]
    return found


# The licence is asked for without signing in; a link to a document carries its own signature.
OPEN = {"/v2/status": 204, "/v2/license": 200, "/v2/documents/links/nobody": 404}


def test_the_status_is_open_and_little_else_is(world: World) -> None:
    for method, path, policy in _routes(world):
        answer = world.call(method, path, {} if method != "GET" else None, who="")
        expected = OPEN[path] if policy == "anybody" else 401
        assert answer.status_code == expected, (method, path, answer.text)
    assert {path for _, path, policy in _routes(world) if policy == "anybody"} == set(OPEN)


def test_a_refusal_is_a_problem_document_with_every_field(world: World) -> None:
    answer = world.call("GET", "/v2/topology", who="")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Unauthorized: sign in with a token or a password",
        "instance": "/v2/topology",
    }


def test_charlie_who_belongs_to_nobody_may_only_ask_about_himself(world: World) -> None:
    open_to_all = {"system.see", "account.own", "anybody"}
    about_tasks = {"task.see", "task.claim", "task.release", "task.update", "task.complete"}
    for method, path, policy in _routes(world):
        if policy in open_to_all | about_tasks | {"process.start"}:
            continue
        answer = world.call(method, path, {} if method != "GET" else None, who="charlie")
        assert answer.status_code == 403, (method, path, answer.text)
        assert answer.json()["title"] == "FORBIDDEN"


def test_a_password_opens_the_door_where_the_setting_allows(world: World) -> None:
    right = world.session.get(f"{world.address}/v2/authentication/me", auth=("bob", PASSWORD))
    assert right.json()["username"] == "bob"
    assert right.json()["groups"] == ["sales"]
    wrong = world.session.get(f"{world.address}/v2/authentication/me", auth=("bob", "guess"))
    assert wrong.status_code == 401


def test_a_token_is_taken_for_the_password_of_its_owner(world: World) -> None:
    house = world.app.extensions["peyvand"]
    house.settings = replace(house.settings, basic_auth=False)
    me, token = f"{world.address}/v2/authentication/me", world.tokens["bob"]
    assert world.session.get(me, auth=("bob", token)).json()["username"] == "bob"
    for name, secret in (("alice", token), ("bob", token + "x"), ("bob", PASSWORD)):
        assert world.session.get(me, auth=(name, secret)).status_code == 401


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer pv_wrong", "Basic xyz", "Digest a"])
def test_a_wrong_credential_is_nobody(world: World, header: str) -> None:
    answer = world.call("GET", "/v2/topology", who="", headers={"Authorization": header})
    assert answer.status_code == 401


def test_the_unknown_is_a_problem_document_too(world: World) -> None:
    nowhere = world.call("GET", "/v2/nowhere")
    assert (nowhere.status_code, nowhere.json()["status"]) == (404, 404)
    wrong_method = world.call("DELETE", "/v2/topology")
    assert (wrong_method.status_code, wrong_method.json()["title"]) == (405, "Method Not Allowed")


def test_the_topology_has_a_broker_with_a_partition(world: World) -> None:
    client = world.client()
    topology = client.get_topology()
    assert topology.gateway_version == "8.9.0"
    assert topology.brokers[0].partitions[0].partition_id == 1
    assert client.get_license().valid_license
    assert client.get_authentication().username == "alice"


def test_who_guesses_passwords_has_to_wait(world: World) -> None:
    def ask(password: str) -> int:
        address = f"{world.address}/v2/authentication/me"
        return world.session.get(address, auth=("bob", password), timeout=30).status_code

    assert [ask("guess") for _ in range(10)] == [401] * 10
    assert ask(PASSWORD) == 429
    world.clock.ahead += timedelta(minutes=16)
    assert ask(PASSWORD) == 200
