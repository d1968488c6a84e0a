"""The conformance test of adapters passes one that keeps the rules and names what others break."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tasks.channels.conformance import findings
from tasks.signed_http.post import Reach
from tasks.signed_http.signature import NotSigned, new_secret, verify

HERE = Reach(schemes=frozenset({"http"}), ports=None, private=True)
SECRET = new_secret()


class Adapter(HTTPServer):
    """What docs/adapters.md asks for, in twenty lines; `careless` looks at no signature."""

    def __init__(self, *, careless: bool) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.careless = careless
        self.delivered: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/contacts"


class Answering(BaseHTTPRequestHandler):
    server: Adapter

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            known = verify([SECRET], headers, body, datetime.now(UTC))
        except NotSigned:
            known = ""
        if known or self.server.careless:
            self.server.delivered.add(known)
        self.send_response(204 if known or self.server.careless else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running(*, careless: bool) -> Iterator[Adapter]:
    with Adapter(careless=careless) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("careless", "broken"), [(False, 0), (True, 4)])
def test_an_adapter_is_judged_by_what_it_answers(*, careless: bool, broken: int) -> None:
    with running(careless=careless) as server:
        found = list(findings(server.url, SECRET, datetime.now(UTC), HERE))
        delivered = len(server.delivered - {""})

    assert len(found) == 6
    assert [one.rule for one in found if not one.kept] == [
        "refuses a wrong signature",
        "refuses a contact without a signature",
        "refuses a signature of an hour ago",
        "refuses a body that was changed",
    ][:broken]
    assert delivered == 1
