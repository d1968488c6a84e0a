"""For all tests: databases that are thrown away do not wait for the disk, hashes cost nothing."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from engine.store import database
from web.accounts import passwords

database.SYNCHRONOUS = "OFF"


@pytest.fixture(autouse=True)
def _durable(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite wait for the disk where a test says that it is about that."""
    if request.node.get_closest_marker("durable"):
        monkeypatch.setattr(database, "SYNCHRONOUS", "FULL")


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """Hash passwords as cheaply as can be: their cost in production would test nothing more."""
    costly, passwords.hasher = passwords.hasher, PasswordHasher(1, 8, 1)
    yield
    passwords.hasher = costly
