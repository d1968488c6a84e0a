"""Who can do a task now: candidates who are active, there, and have its skills."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from engine import store
from engine.errors import NotFound
from tests.web.conftest import PASSWORD, Clock
from web import accounts
from web.accounts.colleagues import colleagues
from web.app.tables import absence


def test_skills_languages_and_absences_decide(app: Flask, clock: Clock) -> None:
    database = app.extensions["peyvand"].database
    with app.app_context():
        accounts.create("lina", PASSWORD, groups=["care_agent"], locale="lt")
        accounts.create("mona", PASSWORD, groups=["care_agent"])
        accounts.set_skills("mona", ["lt", "returns"])
        accounts.set_skills("charlie", ["returns"])

    def there(*skills: str) -> list[str]:
        with store.reading(database) as connection:
            return list(colleagues(connection, ["care_agent"], [], skills, clock()))

    assert there() == ["charlie", "lina", "mona"]
    assert there("lt") == ["lina", "mona"]
    assert there("lt", "returns") == ["mona"]

    now = clock()
    away = {"username": "mona", "begins_at": now, "ends_at": now + timedelta(days=1)}
    with store.writing(database) as connection:
        connection.execute(
            insert(absence),
            away
            | {"substitute": "charlie", "processes": []}
            | {"created_at": now, "created_by": "mona"},
        )
    assert there("lt") == ["lina"]
    clock.forward(days=1)
    assert there("lt") == ["lina", "mona"]


def test_skills_of_nobody_are_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(NotFound):
        accounts.set_skills("nobody", ["lt"])
