"""For all tests: databases that are thrown away do not wait for the disk."""

import pytest

from engine.store import database

database.SYNCHRONOUS = "OFF"


@pytest.fixture(autouse=True)
def _durable(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite wait for the disk where a test says that it is about that."""
    if request.node.get_closest_marker("durable"):
        monkeypatch.setattr(database, "SYNCHRONOUS", "FULL")
