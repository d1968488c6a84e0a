"""The page of webhooks: who is told, each delivery with its attempts, who may tell us."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tasks import outbound_webhooks
from tasks.signed_http.post import Reach
from tests.support.receiver import Receiver, receiving
from tests.web.browser import Browser
from tests.web.conftest import PASSWORD
from web import accounts

Opens = Callable[..., Browser]
HERE = Reach(schemes=frozenset({"http"}), ports=None, private=True)


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def ida(app: Flask, enter: Opens, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Ida, who connects programs; from here she may use addresses of this machine."""
    with app.app_context():
        accounts.create("ida", PASSWORD, roles=["integrator"])
    monkeypatch.setattr("web.pages.webhooks.views.reach", lambda: HERE)
    return enter("ida")


def _send(app: Flask) -> int:
    house = app.extensions["peyvand"]
    return outbound_webhooks.Dispatcher(house.database, house.clock, HERE).run_due()


def _secret(answer: Any) -> str:
    secret: str = answer.text.split('class="secret">')[1].split("<")[0]
    return secret


def test_ida_adds_a_receiver_tests_it_and_sees_each_attempt(
    app: Flask, ida: Browser, shop: Receiver
) -> None:
    ida.get("/webhooks")
    added = ida.post("/webhooks", name="Shop <b>", url=shop.url, types="task.* incident.created")
    assert added.status_code == 201
    assert _secret(added).startswith("whsec_")
    page = ida.get("/webhooks")
    assert _secret(added) not in page
    assert "Shop &lt;b&gt;" in page

    shop.status = 500
    ida.get("/webhooks/1")
    assert ida.post("/webhooks/1/test").status_code == 303
    assert _send(app) == 1
    page = ida.get("/webhooks/1?state=pending")
    assert "webhook.test" in page
    assert "500" in page
    assert "next attempt:" in page
    assert "Nothing was sent yet." in ida.get("/webhooks/1?state=dead")


def test_what_was_given_up_is_delivered_again(app: Flask, ida: Browser, shop: Receiver) -> None:
    ida.get("/webhooks")
    ida.post("/webhooks", name="Shop", url=shop.url, types="*")
    shop.status = 410
    ida.get("/webhooks/1")
    ida.post("/webhooks/1/test")
    _send(app)
    page = ida.get("/webhooks/1")
    assert "Switched off: nothing is sent." in page
    assert "given up" in page
    shop.status = 204
    ida.post("/webhooks/1/state", active="1")
    ida.get("/webhooks/1")
    assert ida.post("/webhooks/deliveries/1/redelivery").status_code == 303
    assert _send(app) == 1
    assert shop.types == ["webhook.test", "webhook.test"]
    assert "delivered" in ida.get("/webhooks/1")


def test_a_wrong_receiver_is_refused_and_what_was_typed_stays(ida: Browser) -> None:
    ida.get("/webhooks")
    answer = ida.post("/webhooks", name="Mine", url="http://127.0.0.1:9/", types="task.exploded")
    assert answer.status_code == 422
    assert "task.exploded" in answer.text
    assert 'value="Mine"' in answer.text


def test_sources_get_secrets_and_are_switched_off(ida: Browser) -> None:
    ida.get("/webhooks")
    first = _secret(ida.post("/webhooks/sources", source="shop"))
    assert ida.post("/webhooks/sources", source="shop").status_code == 422
    assert ida.post("/webhooks/sources", source="no spaces").status_code == 422
    assert _secret(ida.post("/webhooks/sources/shop/secret")) != first
    assert ida.post("/webhooks/sources/shop/state", active="0").status_code == 303
    assert "Switch on" in ida.get("/webhooks")


def test_operators_look_and_change_nothing(enter: Opens, ida: Browser, shop: Receiver) -> None:
    ida.get("/webhooks")
    ida.post("/webhooks", name="Shop", url=shop.url, types="*")
    olga = enter("olga")
    assert "Tell this address" not in olga.get("/webhooks")
    assert "Send a test" not in olga.get("/webhooks/1")
    assert olga.post("/webhooks/1/test").status_code == 403
    enter("charlie").get("/webhooks", 403)
