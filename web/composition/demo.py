"""Loads the demo company, and the standards no house can do without; a second run adds nothing."""

import tomllib
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import store
from engine.errors import EngineError
from engine.model import StartRequest
from tasks.scores.records import last_night
from tasks.seeding.catalogue import load_standards as load_missing
from tasks.seeding.demo import cdnow_path, load_demo
from web import accounts
from web.app.data_files import data_folder
from web.app.services import Services


def load(app: Flask) -> Iterator[str]:
    """Load people, catalogue, customers and purchases; yields a line for each kind added."""
    services: Services = app.extensions["peyvand"]
    seeds = data_folder("seeds")
    with app.app_context():
        added = [person["username"] for person in _people(seeds)["people"] if _add(seeds, person)]
    if added:
        yield f"{len(added)} people"
    with Session(services.database) as session, session.begin():
        counts = load_demo(session, seeds, cdnow_path(), services.clock().date())
    for kind, count in counts.items():
        if count:
            yield f"{count} {kind.replace('_', ' ')}"


def add_people(names: Collection[str] = ()) -> None:
    """Add the people of the demo company who are missing, all or those named.

    In the context of an application.
    """
    seeds = data_folder("seeds")
    for person in _people(seeds)["people"]:
        if not names or person["username"] in names:
            _add(seeds, person)


def load_standards(services: Services) -> None:
    """Add the policy values and business calendars that are missing, in every house."""
    midnight = datetime.combine(services.clock().date(), time(), UTC)
    with suppress(IntegrityError), Session(services.database) as session, session.begin():
        # When several start together, one of them has already added them.
        load_missing(session, data_folder("seeds"), midnight)


def score_first(services: Services) -> None:
    """Let everybody be scored now if nobody ever was: the first night is hours away."""
    with store.reading(services.database) as connection, Session(connection) as session:
        scored = session.scalar(last_night())
    if scored is None:
        with suppress(EngineError):  # it runs already
            services.engine.by("peyvand").instances.start(StartRequest("nightly_scoring"))


def demo_accounts() -> list[tuple[str, str, str]]:
    """Return user name, password and groups of the demo company's people."""
    seeds = data_folder("seeds")
    data = _people(seeds)
    return [
        (person["username"], data["demo_password"], ", ".join(person["groups"] + person["roles"]))
        for person in data["people"]
    ]


def _people(seeds: Path) -> dict[str, Any]:
    with (seeds / "people.toml").open("rb") as source:
        return tomllib.load(source)


def _add(seeds: Path, person: dict[str, Any]) -> bool:
    if accounts.get(person["username"]) is not None:
        return False
    accounts.create(
        person["username"],
        _people(seeds)["demo_password"],
        display_name=person["display_name"],
        email=person["email"],
        groups=person["groups"],
        roles=person["roles"],
        locale=person["locale"],
        calendar=person["calendar"],
    )
    return True
