"""A town to run campaigns in, on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(f"sqlite:///{tmp_path / 'town.db'}", people=30)
    yield found
    found.database.dispose()
