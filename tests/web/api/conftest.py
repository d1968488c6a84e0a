"""A house with an engine, a real server on loopback, and its people.

Alice runs everything (admin); Bob works here (group `sales`); Charlie is signed in but belongs to
nobody; Ida is a program (integrator).
"""

import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from camunda_orchestration_sdk import CamundaClient
from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from engine import store
from engine.engine import Engine
from engine.worker import Worker
from tasks.installed import METADATA
from tests.web.api.files import FILES
from web import accounts
from web.app.clock import utc_now
from web.app.settings import Settings
from web.composition.application import create_app

PASSWORD = "correct horse"


@dataclass
class Clock:
    """The present, which a test may move."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@dataclass
class World:
    """The application and what a test needs to reach it."""

    app: Flask
    engine: Engine
    clock: Clock
    address: str
    tokens: dict[str, str]

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.clients: list[CamundaClient] = []

    def call(
        self, method: str, path: str, body: object = None, who: str = "alice", **more: object
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        headers |= more.pop("headers", {})  # type: ignore[arg-type,operator]
        return self.session.request(
            method, self.address + path, json=body, headers=headers, timeout=30, **more
        )

    def post(self, path: str, body: object = None, who: str = "alice", **more: object) -> object:
        """Post and give the answer's JSON; anything but a 2xx fails the test."""
        answer = self.call("POST", path, {} if body is None else body, who, **more)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str, who: str = "alice") -> object:
        answer = self.call("GET", path, None, who)
        assert answer.ok, answer.text
        return answer.json()

    def deploy(self, *names: str, who: str = "alice") -> requests.Response:
        parts = [("resources", (name, FILES[name])) for name in names]
        return self.call("POST", "/v2/deployments", who=who, files=parts)

    def client(self, who: str = "alice") -> CamundaClient:
        client = CamundaClient(
            configuration={
                "CAMUNDA_REST_ADDRESS": self.address,
                "CAMUNDA_AUTH_STRATEGY": "BASIC",
                "CAMUNDA_BASIC_AUTH_USERNAME": who,
                "CAMUNDA_BASIC_AUTH_PASSWORD": PASSWORD,
                "CAMUNDA_SDK_LOG_LEVEL": "silent",
            }
        )
        self.clients.append(client)
        return client


@dataclass(frozen=True)
class Furnished:
    """An empty house with its people: a database file to copy, and their tokens."""

    file: Path
    tokens: dict[str, str]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """Make the tables and the people once, not for each test."""
    folder = tmp_path_factory.mktemp("furnished")
    database = store.connect(f"sqlite:///{folder / 'test.sqlite3'}")
    store.create(database)
    accounts.migrate(database)
    METADATA.create_all(database)
    app = create_app(Settings(secret_key="s" * 40, var=folder), database=database)
    with app.app_context():
        tokens = _people()
    database.dispose()  # the last connection writes the log back into the file
    return Furnished(folder / "test.sqlite3", tokens)


@pytest.fixture
def world(tmp_path: Path, furnished: Furnished) -> Iterator[World]:
    clock = Clock()
    settings = Settings(
        secret_key="s" * 40,
        basic_auth=True,
        clock_control=True,
        webhooks_private=True,
        var=tmp_path,
    )
    shutil.copy(furnished.file, tmp_path / "test.sqlite3")
    database = store.connect(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    app = create_app(settings, clock=clock, database=database)
    engine = app.extensions["peyvand"].engine
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server = create_server(app, host="127.0.0.1", port=0, threads=8, channel_request_lookahead=1)
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=0.05, map=server._map, count=1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.effective_port}"
    made = World(app, engine, clock, address, furnished.tokens)
    yield made
    for client in made.clients:
        client.close()
    made.session.close()
    stopping.set()
    thread.join(5)
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
    server.close()
    wasyncore.close_all(server._map, ignore_all=True)
    database.dispose()


@pytest.fixture
def alice(world: World) -> CamundaClient:
    return world.client("alice")


@pytest.fixture
def hands(world: World) -> Iterator[None]:
    """Somebody who does what waits in the background, as `peyvand run` has."""
    worker, stopping = Worker(world.engine), threading.Event()

    def work() -> None:
        while not stopping.wait(0.1):
            worker.run_until_idle()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    stopping.set()
    thread.join(10)


def _people() -> dict[str, str]:
    people = {
        "alice": {"roles": ["admin"], "groups": ["sales"]},
        "bob": {"groups": ["sales"]},
        "charlie": {},
        "ida": {"roles": ["integrator"]},
    }
    return {
        name: accounts.make_token(accounts.create(name, PASSWORD, **place), "test")  # type: ignore[arg-type]
        for name, place in people.items()
    }
