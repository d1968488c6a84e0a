"""A house with Alice, Bob, Charlie and Olga, and the parcel process of Charlie's group."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import store
from engine.model import Resource
from tasks.installed import METADATA
from tests.web.browser import Browser
from web import accounts
from web.app.settings import Settings
from web.composition.application import create_app

DATA = Path(__file__).parent / "data"
PASSWORD = "correct horse battery"


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: int) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables, the people and the parcel process once: a database file to copy."""
    file = tmp_path_factory.mktemp("furnished") / "peyvand.sqlite3"
    app = _application(file, Clock())
    house = app.extensions["peyvand"]
    store.create(house.database)
    METADATA.create_all(house.database)
    accounts.migrate(house.database)
    with app.app_context():
        accounts.create("alice", PASSWORD, display_name="Alice", groups=["campaign_manager"])
        accounts.create("bob", PASSWORD, display_name="Bob", groups=["care_head"])
        accounts.create("charlie", PASSWORD, display_name="Charlie", groups=["care_agent"])
        accounts.create("olga", PASSWORD, display_name="Olga", roles=["operator"])
    house.engine.by("bob").definitions.deploy(
        [Resource(file.name, file.read_bytes()) for file in DATA.iterdir()]
    )
    house.database.dispose()  # the last connection writes the log back into the file
    return file


@pytest.fixture
def app(clock: Clock, tmp_path: Path, furnished: Path) -> Iterator[Flask]:
    shutil.copy(furnished, tmp_path / furnished.name)
    app = _application(tmp_path / furnished.name, clock)
    database = app.extensions["peyvand"].database
    yield app
    database.dispose()


def _application(file: Path, clock: Clock) -> Flask:
    settings = Settings(
        database_url=f"sqlite:///{file}",
        secret_key="only for tests",
        public_url="http://localhost",
    )
    return create_app(settings, clock=clock)


@pytest.fixture
def enter(app: Flask) -> Callable[[str], Browser]:
    """Sign somebody in and answer their browser."""

    def open_for(username: str = "") -> Browser:
        client: FlaskClient = app.test_client()
        browser = Browser(client)
        if username:
            browser.sign_in(username, PASSWORD)
        return browser

    return open_for
