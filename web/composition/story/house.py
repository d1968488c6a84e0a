"""A company of its own for a story: a database, a clock, a mail server, people and customers."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from engine import store
from engine.model import Resource
from tasks import migrations as records
from tasks.consents.records import Consent
from tasks.consents.say import said
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.words import PURPOSES
from tasks.seeding.catalogue import load_catalogue
from web import accounts
from web.app.data_files import data_folder
from web.app.services import Services
from web.app.settings import Settings
from web.composition import demo
from web.composition.application import create_app
from web.composition.story.company import PEOPLE
from web.composition.story.letters import Letters
from web.composition.story.player import BEGINS, Player, StoryClock

STRANGERS = ("Nora",)  # who is no customer at the beginning


@contextmanager
def company(
    folder: Path,
    *,
    people: Sequence[str] = PEOPLE,
    processes: Sequence[Resource] = (),
    colleagues: Collection[str] = (),
    without: Collection[str] = (),
    **settings: Any,
) -> Iterator[Player]:
    """Give a player of a new company in this folder; everything is closed after it.

    It has all processes that ship and all colleagues, or those that are given. `without` names
    processes that are left out, which saves the time of what begins every night.
    """
    clock, letters = StoryClock(), Letters()
    wanted: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'story.sqlite3'}",
        "secret_key": "only for the story, whose people and customers are made up",
        "public_url": "http://localhost",
        "smtp_url": letters.url,
        "mail_from": "crm@example.org",
        "var": folder,
    }
    app = create_app(Settings(**(wanted | settings)), clock=clock)
    house: Services = app.extensions["peyvand"]
    for part in (store, records, accounts):
        part.migrate(house.database)
    with app.app_context():
        demo.add_people(colleagues)
    with Session(house.database) as session, session.begin():
        load_catalogue(session, data_folder("seeds"), BEGINS)
        customers = {name: _customer(session, name) for name in people}
    house.engine.by("story").definitions.deploy(list(processes) or _processes(without))
    try:
        yield Player(app, clock, letters, customers)
    finally:
        letters.stop()
        house.database.dispose()


def _customer(session: Session, name: str) -> int:
    stage = "prospect" if name in STRANGERS else "provisional"
    person = Customer(
        name=f"{name} Story", language="en", timezone="UTC", lifecycle_stage=stage,
        created_at=BEGINS, demo=True,
    )  # fmt: skip
    session.add(person)
    session.flush()
    address = f"{name.lower().replace(' ', '-')}@example.com"
    session.add(
        ContactPoint(customer_id=person.id, channel="email", value=address, created_at=BEGINS)
    )
    for purpose in PURPOSES:
        told = said(person.id, "email", purpose, "allowed", source="story", at=BEGINS, now=BEGINS)
        session.add(Consent(**told))
    session.flush()
    return person.id


def _processes(without: Collection[str]) -> list[Resource]:
    return [
        Resource(file.name, file.read_bytes())
        for file in sorted(data_folder("processes").glob("*/*"))
        if file.suffix in {".bpmn", ".dmn", ".form"} and file.stem not in without
    ]
