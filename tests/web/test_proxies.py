"""Behind a reverse proxy, through the real server; guesses are slowed, and lock nobody out."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from flask import Flask

from tests.web.browser import Browser
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.app.proxies import Prefixed
from web.app.settings import Settings
from web.cli import main
from web.cli.open import migrate
from web.cli.serve import serving
from web.composition.application import create_app

Opens = Callable[..., Browser]


@contextmanager
def served(var: Path, **settings: Any) -> Iterator[tuple[Flask, str]]:
    url = f"sqlite:///{var / 'p.sqlite3'}"
    app = create_app(Settings(database_url=url, secret_key="k" * 40, var=var, **settings))
    migrate(app.extensions["peyvand"])
    with app.app_context():
        accounts.create("bob", PASSWORD, groups=["care_head"])
    server = serving(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield app, f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)
        app.extensions["peyvand"].database.dispose()


def guess(session: requests.Session, base: str, name: str, password: str, address: str) -> Any:
    headers = {"X-Forwarded-For": address}
    page = session.get(f"{base}/login", headers=headers).text
    [token] = re.findall(r'name="csrf_token" value="([^"]+)"', page)[:1]
    sent = {"csrf_token": token, "username": name, "password": password}
    return session.post(f"{base}/session", data=sent, headers=headers, allow_redirects=False)


def test_e2_the_address_that_the_proxy_tells_is_believed(tmp_path: Path) -> None:
    with served(tmp_path, proxies=1, sign_in_failures=3) as (_app, base):
        for _ in range(4):
            guess(requests.Session(), base, "bob", "wrong wrong", "203.0.113.9")
        here = guess(requests.Session(), base, "bob", PASSWORD, "203.0.113.9")
        elsewhere = guess(requests.Session(), base, "bob", PASSWORD, "198.51.100.7")
    assert here.status_code == 429
    assert int(here.headers["Retry-After"]) <= 60
    assert elsewhere.status_code == 303


def test_e2_without_proxies_nobody_is_believed(tmp_path: Path) -> None:
    with served(tmp_path, sign_in_failures=3) as (_app, base):
        for number in range(4):
            guess(requests.Session(), base, "bob", "wrong wrong", f"203.0.113.{number}")
        assert guess(requests.Session(), base, "bob", PASSWORD, "198.51.100.7").status_code == 429


@pytest.mark.parametrize("strips", [True, False])
def test_e2_a_path_in_the_public_address_is_in_every_link(tmp_path: Path, strips: bool) -> None:  # noqa: FBT001
    inside = "" if strips else "/crm"
    with served(tmp_path, proxies=1, public_url="http://example.org/crm") as (_app, base):
        page = requests.get(f"{base}{inside}/login", timeout=10).text
        away = requests.get(f"{base}{inside}/customers", timeout=10, allow_redirects=False)
    assert 'src="/crm/static/js/peyvand.js' in page
    assert 'action="/crm/session"' in page
    assert away.headers["Location"] == "/crm/login?next=/customers"


def test_e2_a_path_that_only_looks_like_the_prefix_stays() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.update(environ)
        return []

    Prefixed(app, "/crm")({"PATH_INFO": "/crm/v1/events"}, None)
    assert (seen["PATH_INFO"], seen["SCRIPT_NAME"]) == ("/v1/events", "/crm")
    Prefixed(app, "/crm")({"PATH_INFO": "/crmx"}, None)
    assert seen["PATH_INFO"] == "/crmx"


def test_e2_ninety_nine_wrong_passwords_lock_nobody_else_out(
    app: Flask, enter: Opens, clock: Clock
) -> None:
    with app.app_context():
        for number in range(200):
            accounts.note_failure(f"guess{number}", "192.0.2.1", clock())
        assert accounts.wait_before_sign_in("bob", "192.0.2.1", clock()) <= 5
        for number in range(200):
            accounts.note_failure("bob", f"198.51.100.{number}", clock())
        assert accounts.wait_before_sign_in("bob", "192.0.2.77", clock()) <= 15
        for _ in range(200):
            accounts.note_failure("bob", "192.0.2.1", clock())
        assert accounts.wait_before_sign_in("bob", "192.0.2.1", clock()) <= 60


def test_e2_an_invented_token_has_no_rate_limit_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    limited = Settings(
        database_url=url, secret_key="k" * 40, var=tmp_path, rate_limit="5 per minute"
    )
    app = create_app(limited)
    migrate(app.extensions["peyvand"])
    with app.test_request_context():
        token = accounts.make_token(accounts.create("ida", roles=["integrator"]), "t")
    client = app.test_client()
    invented = [
        client.get("/v2/topology", headers={"Authorization": f"Bearer pv_{n}"}).status_code
        for n in range(7)
    ]
    assert invented[-1] == 429
    app = create_app(limited)  # counts anew
    client = app.test_client()
    right = {"Authorization": f"Bearer {token}"}
    assert client.get("/v2/topology", headers=right).status_code == 200
    for n in range(6):
        client.get("/v2/topology", headers={"Authorization": f"Bearer pv_{n}"})
    assert client.get("/v2/topology", headers=right).status_code == 200
    app.extensions["peyvand"].database.dispose()


def test_e7_a_line_break_in_an_address_leads_home(enter: Opens) -> None:
    for wanted in ("/customers\r\nSet-Cookie: x=1", "/\x00", "/a\tb"):
        stranger = enter()
        stranger.get("/login")
        answer = stranger.post("/session", username="bob", password=PASSWORD, next=wanted)
        assert (answer.status_code, answer.location) == (303, "/")


def test_e9_a_port_that_is_taken_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEYVAND_VAR", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(main, ["run", "--no-worker", "--port", port])
    assert done.exit_code == 1
    assert f"127.0.0.1:{port} cannot be used: Address already in use." in done.output
