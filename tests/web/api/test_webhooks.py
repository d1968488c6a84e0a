"""Whoever subscribes is told what happens here: signed, once it is true, until it is taken."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.errors import Invalid
from tasks import outbound_webhooks
from tasks.installed import SUBJECTS
from tasks.outbound_webhooks.sending import RETRY_AFTER_S
from tasks.signed_http import post as signed_post
from tasks.signed_http.post import PUBLIC, Reach
from tasks.signed_http.signature import NotSigned, verify
from tests.support.receiver import Receiver, receiving
from tests.web.api.conftest import World

HERE = Reach(schemes=frozenset({"http"}), ports=None, private=True)
PATH = "/crm/v1/webhooks"


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def _subscribe(world: World, shop: Receiver, *types: str) -> dict[str, Any]:
    body = {"name": "Shop", "url": shop.url, "types": list(types)}
    made = world.post(PATH, body, "ida")
    assert isinstance(made, dict)
    return made


def _send(world: World) -> int:
    return outbound_webhooks.Dispatcher(world.engine.database, world.clock, HERE).run_due()


def _deliveries(world: World, **query: Any) -> list[dict[str, Any]]:
    answer = world.call("GET", "/crm/v1/webhook-deliveries", None, "ida", params=query)
    assert answer.ok, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _start(world: World) -> str:
    body = {"processDefinitionId": "plain", "variables": {"secret": "MARK-1"}}
    key: str = world.post("/v2/process-instances", body)["processInstanceKey"]  # type: ignore[index]
    return key


def test_a_task_is_told_of_with_a_signature_and_without_its_data(
    world: World, shop: Receiver
) -> None:
    # Given a shop that wants to hear of tasks
    world.deploy("plain.bpmn")
    made = _subscribe(world, shop, "task.*")

    # When a process comes to a task, and the background work is done
    key = _start(world)
    assert _send(world) == 1

    # Then the shop can prove who told it, and hears where the task is but not what is in it
    [(headers, body)] = shop.got
    assert verify([made["secret"]], headers, body, world.clock()).startswith("msg_")
    [told] = shop.told
    assert told["type"] == "task.created"
    assert told["data"]["instance_key"] == key
    assert b"MARK-1" not in body
    with pytest.raises(NotSigned):
        verify([made["secret"]], headers, body + b" ", world.clock())
    [delivery] = _deliveries(world)
    assert (delivery["state"], delivery["message_id"]) == ("delivered", headers["webhook-id"])
    assert [a["status"] for a in delivery["attempts"]] == [204]


def test_the_whole_life_of_task_and_instance_is_told_in_order(world: World, shop: Receiver) -> None:
    world.deploy("plain.bpmn")
    _subscribe(world, shop, "*")
    _start(world)
    task = world.post("/v2/user-tasks/search")["items"][0]["userTaskKey"]  # type: ignore[index]
    world.post(f"/v2/user-tasks/{task}/assignment", {"assignee": "bob"})
    world.post(f"/v2/user-tasks/{task}/completion", {}, "bob")
    _send(world)
    assert shop.types == [
        "instance.started", "task.created", "task.assigned", "task.completed",
        "instance.completed",
    ]  # fmt: skip
    assert shop.told[2]["data"]["assignee"] == "bob"
    assert shop.told[3]["data"]["by"] == "bob"


def test_what_is_rolled_back_is_told_to_nobody(world: World, shop: Receiver) -> None:
    world.deploy("plain.bpmn")
    _subscribe(world, shop, "*")
    refused = world.call("POST", "/v2/process-instances", {"processDefinitionId": "nothing"})
    assert refused.status_code == 404
    assert _send(world) == 0


def test_a_complaint_opens_a_case_and_a_stranger_becomes_a_customer(
    world: World, shop: Receiver
) -> None:
    _subscribe(world, shop, "case.opened", "customer.created")
    complaint = {
        "event_id": "c-1", "type": "complaint.received", "source": "shop",
        "occurred_at": "2026-01-05T10:00:00Z", "customer": {"email": "new@example.com"},
        "payload": {"text": "MARK-2 broken"},
    }  # fmt: skip
    world.post("/crm/v1/events", complaint, "ida")
    _send(world)
    assert shop.types == ["customer.created", "case.opened"]
    assert b"MARK-2" not in shop.got[1][1]


def test_a_receiver_in_trouble_is_tried_again_by_the_schedule_under_the_same_id(
    world: World, shop: Receiver
) -> None:
    # Given a receiver that has fallen over
    shop.status = 500
    number = _subscribe(world, shop, "webhook.test")["id"]
    world.post(f"{PATH}/{number}/test", None, "ida")

    # When the whole schedule goes by
    waited = 0
    assert _send(world) == 1
    for pause in RETRY_AFTER_S:
        world.clock.ahead += _seconds(pause - 2)
        assert _send(world) == 0
        world.clock.ahead += _seconds(4)
        assert _send(world) == 1
        waited += pause

    # Then it was tried ten times with one id, and given up
    assert waited > 3 * 86_400
    assert len(shop.got) == 10
    assert len({headers["webhook-id"] for headers, _ in shop.got}) == 1
    [dead] = _deliveries(world, state="dead")
    assert len(dead["attempts"]) == 10

    # And when it is well again, somebody delivers it again
    shop.status = 200
    world.post(f"/crm/v1/webhook-deliveries/{dead['id']}/redelivery", None, "ida")
    assert _send(world) == 1
    [again] = _deliveries(world)
    assert (again["state"], len(again["attempts"])) == ("delivered", 11)


@contextmanager
def _speaking(said: bytes, *, drip: float = 0) -> Iterator[str]:
    """Serve who says this to everybody who comes, a byte at a time if it drips."""

    class Says(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(OSError):
                for piece in [said[i : i + 1] for i in range(len(said))] if drip else [said]:
                    self.request.sendall(piece)
                    time.sleep(drip)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Says) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


SPEECHES = {
    "another protocol": b"220 mail.example.org ESMTP\r\n",
    "nothing": b"",
    "a status that is none": b"HTTP/1.1 okay fine\r\n\r\n",
    "a line without end": b"HTTP/1.1 200 " + b"x" * 70_000,
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n",
    "less than promised": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nab",
}


@pytest.mark.parametrize("name", SPEECHES)
def test_d15_who_does_not_speak_http_is_an_answer_like_any_other(world: World, name: str) -> None:
    with _speaking(SPEECHES[name]) as url:
        body = {"name": "Odd", "url": url, "types": ["webhook.test"]}
        number = world.post(PATH, body, "ida")["id"]  # type: ignore[index]
        world.post(f"{PATH}/{number}/test", None, "ida")
        assert _send(world) == 1
        [told] = _deliveries(world)
        assert told["state"] == "pending", "it is tried again by the schedule"
        [attempt] = told["attempts"]
        assert attempt["status"] is None
        assert attempt["error"]
        assert _send(world) == 0


def test_d15_who_answers_a_byte_at_a_time_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_post, "LONGEST", 0.3)
    with _speaking(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 90, drip=0.05) as url:
        began = time.monotonic()
        with pytest.raises(signed_post.NotHttp, match="longer than"):
            signed_post.post(url, b"{}", {}, HERE)
        assert time.monotonic() - began < 20, "not 40 seconds"


def test_a_receiver_that_is_gone_is_switched_off(world: World, shop: Receiver) -> None:
    shop.status = 410
    number = _subscribe(world, shop, "*")["id"]
    world.post(f"{PATH}/{number}/test", None, "ida")
    _send(world)
    shown = world.get(f"{PATH}/{number}", "ida")
    assert (shown["active"], "410" in shown["stopped_reason"]) == (False, True)  # type: ignore[index]
    assert world.call("POST", f"{PATH}/{number}/test", {}, "ida").status_code == 409
    shop.status = 204
    world.call("PATCH", f"{PATH}/{number}", {"active": True}, "ida")
    world.post(f"{PATH}/{number}/test", None, "ida")
    assert _send(world) == 1


def test_a_redirect_is_not_followed(world: World, shop: Receiver) -> None:
    shop.status = 307
    number = _subscribe(world, shop, "*")["id"]
    world.post(f"{PATH}/{number}/test", None, "ida")
    _send(world)
    [delivery] = _deliveries(world)
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("pending", 307)


def test_a_new_secret_signs_beside_the_old_one_for_a_day(world: World, shop: Receiver) -> None:
    made = _subscribe(world, shop, "*")
    new = world.post(f"{PATH}/{made['id']}/secret", None, "ida")["secret"]  # type: ignore[index]
    world.post(f"{PATH}/{made['id']}/test", None, "ida")
    _send(world)
    for secret in (made["secret"], new):
        verify([secret], *shop.got[0], world.clock())
    world.clock.ahead += _seconds(90_000)
    world.post(f"{PATH}/{made['id']}/test", None, "ida")
    _send(world)
    verify([new], *shop.got[1], world.clock())
    with pytest.raises(NotSigned):
        verify([made["secret"]], *shop.got[1], world.clock())


def test_a_secret_is_shown_once(world: World, shop: Receiver) -> None:
    made = _subscribe(world, shop, "*")
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in world.call("GET", PATH, None, "ida").text


def test_who_subscribes_twice_under_one_key_subscribed_once(world: World, shop: Receiver) -> None:
    body = {"name": "Shop", "url": shop.url, "types": ["*"]}

    first, again = (
        world.call("POST", PATH, body, "ida", headers={"Idempotency-Key": "shop-1"})
        for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(world.get(PATH, "ida")["items"]) == 1  # type: ignore[index]


WRONG = (
    ({"types": ["task.exploded"]}, "task.exploded"),
    ({"types": []}, "types"),
    ({"url": "ftp://example.com/"}, "url"),
    ({"url": "http://user:pass@127.0.0.1/"}, "url"),
    ({"name": " "}, "name"),
    ({"url": "http://127.0.0.1/a hook"}, "url"),
    ({"url": "http://127.0.0.1/ho\tok"}, "url"),
    ({"url": "http://127.0.0.1/š"}, "url"),
)


def test_a_wrong_subscription_is_refused_with_its_field(world: World, shop: Receiver) -> None:
    for change, mentioned in WRONG:
        body = {"name": "Shop", "url": shop.url, "types": ["*"]} | change
        answer = world.call("POST", PATH, body, "ida")
        assert answer.status_code == 400, answer.text
        assert mentioned in answer.json()["detail"]


def test_without_the_setting_nobody_subscribes_our_own_network(world: World) -> None:
    for url in ("http://example.com/", "https://127.0.0.1/", "https://10.0.0.9/"):
        given = {"name": "Shop", "url": url, "types": ["*"]}
        with Session(world.engine.database) as session, pytest.raises(Invalid):
            outbound_webhooks.add(
                session, SUBJECTS.subscribable, given, PUBLIC, "ida", world.clock()
            )


def test_a_host_that_moved_into_our_network_is_not_called(world: World, shop: Receiver) -> None:
    number = _subscribe(world, shop, "*")["id"]
    world.post(f"{PATH}/{number}/test", None, "ida")
    outbound_webhooks.Dispatcher(world.engine.database, world.clock, PUBLIC).run_due()
    assert shop.got == []
    [delivery] = _deliveries(world)
    assert "https" in delivery["attempts"][0]["error"]


def test_only_integrators_subscribe_and_operators_look(world: World, shop: Receiver) -> None:
    body = {"name": "Shop", "url": shop.url, "types": ["*"]}
    assert world.call("POST", PATH, body, "bob").status_code == 403
    assert world.call("GET", PATH, None, "bob").status_code == 403


def test_the_catalogue_says_what_comes_later(world: World) -> None:
    items = world.get("/crm/v1/event-types", "ida")["items"]  # type: ignore[index]
    available = {each["type"]: each["available"] for each in items}
    assert available["task.created"]
    assert not available["case.breached"]


def _seconds(count: int) -> Any:
    from datetime import timedelta

    return timedelta(seconds=count)
