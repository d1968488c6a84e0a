"""Loads the demo company, and the standards no house can do without; a second run adds nothing."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tasks.seeding.catalogue import load_standards as load_missing
from tasks.seeding.demo import cdnow_path, load_demo
from web import accounts
from web.context import House
from web.home import data_folder


def load(app: Flask) -> Iterator[str]:
    """Load people, catalogue, customers and purchases; yields a line for each kind added."""
    house: House = app.extensions["peyvand"]
    seeds = data_folder("seeds")
    with app.app_context():
        added = [person["username"] for person in _people(seeds)["people"] if _add(seeds, person)]
    if added:
        yield f"{len(added)} people"
    with Session(house.database) as session, session.begin():
        counts = load_demo(session, seeds, cdnow_path(), house.clock().date())
    for kind, count in counts.items():
        if count:
            yield f"{count} {kind.replace('_', ' ')}"


def load_standards(house: House) -> None:
    """Add the policy values and business calendars that are missing, in every house."""
    midnight = datetime.combine(house.clock().date(), time(), UTC)
    with suppress(IntegrityError), Session(house.database) as session, session.begin():
        # When several start together, one of them has already added them.
        load_missing(session, data_folder("seeds"), midnight)


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
