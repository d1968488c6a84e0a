"""People sign in through the company's OpenID provider, and are in the groups it says."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import store
from tasks.installed import METADATA
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.app.clock import utc_now
from web.app.settings import Settings
from web.composition.application import create_app

GROUPS = "crm-care=care_agent, crm-sales=sales_rep, crm-ops=role:operator, crm-root=role:root"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider that runs: its address."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.support.oidc_provider", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, **quiet) as process:  # type: ignore[call-overload]
        address = f"http://localhost:{port}"
        for _ in range(600):
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
        process.terminate()


@pytest.fixture
def app(provider: str, tmp_path: Path) -> Iterator[Flask]:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'peyvand.sqlite3'}", secret_key="k" * 40,
        public_url="http://localhost", oidc_issuer=provider, oidc_client_id="peyvand",
        oidc_client_secret="shared", oidc_name="Company", oidc_groups=GROUPS,
    )  # fmt: skip
    app = create_app(settings, clock=utc_now)
    database = app.extensions["peyvand"].database
    store.create(database)
    METADATA.create_all(database)
    accounts.migrate(database)
    with app.app_context():
        accounts.create("alice", PASSWORD, groups=["campaign_manager"])
    yield app
    database.dispose()


def _known(provider: str, subject: str, **claims: Any) -> None:
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=10).raise_for_status()


def _go(client: FlaskClient, subject: str, wanted: str = "") -> str:
    """Go to the provider, say yes there; answers the address it sends the browser back to."""
    away = client.get("/login/openid", query_string={"next": wanted})
    assert away.status_code == 302
    asked = parse_qs(urlsplit(away.location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost/login/openid/back"]
    said = requests.post(away.location, {"sub": subject}, allow_redirects=False, timeout=10)
    return said.headers["Location"]


def _sign_in(app: Flask, subject: str, wanted: str = "") -> tuple[FlaskClient, Any]:
    client = app.test_client()
    return client, client.get(_go(client, subject, wanted))


def _who(app: Flask, client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v2/authentication/me").get_json()
    return found


def test_somebody_new_gets_an_account_in_the_mapped_groups_and_no_others(
    app: Flask, provider: str
) -> None:
    _known(
        provider, "s-1", preferred_username="dana", name="Dana Dell", email="dana@example.com",
        groups=["crm-care", "crm-root", "lunch"],
    )  # fmt: skip
    assert "Sign in with Company" in app.test_client().get("/login").text

    client, back = _sign_in(app, "s-1", "/customers")

    assert (back.status_code, back.location) == (303, "/customers")
    me = _who(app, client)
    assert (me["username"], me["displayName"], me["groups"]) == (
        "dana",
        "Dana Dell",
        ["care_agent"],
    )
    with app.app_context():
        found = accounts.get("dana")
    assert found is not None
    assert (found.roles, found.email) == (frozenset(), "dana@example.com")


def test_groups_are_those_of_the_last_sign_in(app: Flask, provider: str) -> None:
    _known(provider, "s-2", preferred_username="emil", groups=["crm-care", "crm-ops"])
    _sign_in(app, "s-2")
    _known(provider, "s-2", preferred_username="renamed", groups="crm-sales")
    client, _ = _sign_in(app, "s-2")
    assert _who(app, client)["groups"] == ["sales_rep"]
    with app.app_context():
        found = accounts.get("emil")
    assert found is not None
    assert found.roles == frozenset()


def test_processes_are_told_of_whom_the_provider_took_out_of_every_group(
    app: Flask, provider: str
) -> None:
    for groups in (["crm-care"], [], []):
        _known(provider, "s-9", preferred_username="frida", groups=groups)
        _sign_in(app, "s-9")

    message = store.message.c
    query = select(message.correlation_key, message.variables)
    with store.reading(app.extensions["peyvand"].database) as connection:
        rows = connection.execute(query.where(message.name == "user.deactivated")).all()
    assert [tuple(row) for row in rows] == [("frida", {"username": "frida", "reason": "no group"})]


def test_nobody_gets_a_local_account_for_bearing_its_name_until_it_is_linked(
    app: Flask, provider: str
) -> None:
    _known(provider, "s-3", preferred_username="alice")
    client, back = _sign_in(app, "s-3")
    assert back.status_code == 409
    assert client.get("/account").status_code == 302
    with app.app_context():
        accounts.link("alice", provider, "s-3")
    client, back = _sign_in(app, "s-3")
    assert back.status_code == 303
    assert _who(app, client)["username"] == "alice"


def test_an_answer_is_good_once_for_the_browser_that_asked(app: Flask, provider: str) -> None:
    _known(provider, "s-4", preferred_username="fay")
    victim, thief = app.test_client(), app.test_client()
    address = _go(thief, "s-4")
    assert victim.get(address).status_code == 401  # it did not ask: no state, no verifier
    assert thief.get(address).status_code == 303
    assert thief.get(address).status_code == 401  # the code is used up


def test_whoever_says_no_there_is_nobody_here(app: Flask, provider: str) -> None:
    client = app.test_client()
    away = client.get("/login/openid")
    no = requests.post(away.location, {"action": "deny"}, allow_redirects=False, timeout=10)
    back = client.get(no.headers["Location"])
    assert back.status_code == 401
    assert "try again" in back.text
    assert client.get("/account").status_code == 302


def test_after_coming_back_nobody_is_sent_to_another_site(app: Flask, provider: str) -> None:
    _known(provider, "s-5", preferred_username="gus")
    _, back = _sign_in(app, "s-5", "https://evil.example/")
    assert back.location == "/"


def test_a_provider_that_is_away_closes_only_its_own_door(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'p.sqlite3'}"
    app = create_app(
        Settings(database_url=url, secret_key="k", oidc_issuer="http://127.0.0.1:9"), clock=clock
    )
    accounts.migrate(app.extensions["peyvand"].database)
    assert app.test_client().get("/login/openid").status_code == 401
    assert app.test_client().get("/login").status_code == 200
    app.extensions["peyvand"].database.dispose()


def test_without_a_provider_there_is_no_button_and_no_way(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'p.sqlite3'}"
    app = create_app(Settings(database_url=url, secret_key="k"))
    accounts.migrate(app.extensions["peyvand"].database)
    client = app.test_client()
    assert "/login/openid" not in client.get("/login").text
    assert client.get("/login/openid").status_code == 404
    assert client.get("/login/openid/back").status_code == 404
    app.extensions["peyvand"].database.dispose()
