"""A company in memory for the stories about records and service tasks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.crm import company


@pytest.fixture
def database() -> Engine:
    return company()


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    with Session(database) as session:
        yield session
