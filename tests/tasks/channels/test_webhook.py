"""Contacts handed to an adapter outside: signed, once, and never into our own network."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.channels import Draft, deliver
from tasks.channels.webhook import NotTaken, post_webhook
from tasks.contacts.records import Message
from tasks.signed_http.post import Reach, Unsafe
from tests.support.crm import NOON

SECRET = "whsec_" + base64.b64encode(b"a shared secret of some length").decode()
HERE = Reach(schemes=frozenset({"http"}), ports=None, private=True)
DRAFT = Draft(internal=True, key="contact-7", channel="sms", recipient="+1202555100", body="سلام")


class Adapter(HTTPServer):
    """Answers with the status the story says and keeps what it got."""

    status = 204

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.got: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/contacts?tenant=1"


class Answering(BaseHTTPRequestHandler):
    server: Adapter

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def adapter() -> Iterator[Adapter]:
    with Adapter() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_contact_is_handed_over_signed_under_its_key(adapter: Adapter) -> None:
    assert post_webhook(adapter.url, SECRET, DRAFT, NOON, HERE) == ""

    [(headers, body)] = adapter.got
    signed = f"contact-7.{int(NOON.timestamp())}.".encode() + body
    expected = hmac.digest(b"a shared secret of some length", signed, "sha256")
    assert headers["webhook-id"] == "contact-7"
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    told = json.loads(body)
    assert told["type"] == "contact.requested"
    assert told["data"]["recipient"] == "+1202555100"
    assert told["data"]["body"] == "سلام"


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_receiver_with_trouble_is_tried_again(adapter: Adapter, status: int) -> None:
    adapter.status = status

    with pytest.raises(NotTaken, match=str(status)):
        post_webhook(adapter.url, SECRET, DRAFT, NOON, HERE)


def test_a_receiver_that_is_gone_is_not_asked_again(adapter: Adapter) -> None:
    adapter.status = 410

    assert "410" in post_webhook(adapter.url, SECRET, DRAFT, NOON, HERE)


def test_a_redirect_is_not_followed(adapter: Adapter) -> None:
    adapter.status = 307

    with pytest.raises(NotTaken, match="307"):
        post_webhook(adapter.url, SECRET, DRAFT, NOON, HERE)
    assert len(adapter.got) == 1


def test_a_webhook_into_our_own_network_leaves_the_message_queued(session: Session) -> None:
    settings = SimpleNamespace(
        smtp_url="", mail_from="", webhook_url="https://127.0.0.1/", webhook_secret=SECRET
    )

    with pytest.raises(Unsafe):
        deliver(session, settings, DRAFT, NOON)

    message = session.scalars(select(Message)).one()
    assert (message.state, message.error) == ("queued", "Unsafe")


def test_a_message_over_the_limit_does_not_leave() -> None:
    huge = Draft(key="k", channel="sms", recipient="1", body="x" * 20_001)

    assert "larger" in post_webhook("https://example.com", SECRET, huge, NOON)


@pytest.mark.parametrize("secret", ["", "whsec_not base64!"])
def test_without_a_proper_secret_nothing_is_signed(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        post_webhook("https://example.com", secret, DRAFT, NOON)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_our_own_network_is_never_called(address: str) -> None:
    reach = Reach(resolver=lambda *_: ["93.184.216.34", address])

    with pytest.raises(Unsafe, match="public"):
        reach.check("https://hooks.example.com/x")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https://user:pass@hooks.example.com/",
        "https://hooks.example.com:22/",
        "https:///nowhere",
    ],
)
def test_only_plain_https_addresses_are_called(url: str) -> None:
    with pytest.raises(Unsafe):
        Reach(resolver=lambda *_: ["93.184.216.34"]).check(url)


def test_the_connection_goes_to_the_address_that_was_checked(adapter: Adapter) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    reach = Reach(schemes=frozenset({"http"}), ports=None, private=True, resolver=resolve)
    url = f"http://adapter.invalid:{adapter.server_port}/"  # no name server knows it

    assert post_webhook(url, SECRET, DRAFT, NOON, reach) == ""
    assert asked == ["adapter.invalid"]
    assert adapter.got[0][0]["host"] == f"adapter.invalid:{adapter.server_port}"
