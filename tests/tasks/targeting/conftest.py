"""A town with thirty customers who all allow offers by e-mail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.support.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(f"sqlite:///{tmp_path / 'town.db'}", people=30)
    yield found
    found.database.dispose()


@pytest.fixture
def session(town: Town) -> Iterator[Session]:
    with town.session() as session:
        yield session
