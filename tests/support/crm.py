"""The customers of the stories: built in one line, permitted what the story says."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import store
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.consents.records import Consent, Preference
from tasks.customers.records import ContactPoint, Customer
from tasks.installed import METADATA
from tasks.seeding.catalogue import load_catalogue

SEEDS = Path(__file__).parents[2] / "seeds"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)


def company() -> Engine:
    """Open a fresh database in memory with the catalogue of the demo company and no customers."""
    return restored(_untouched())


def kept(database: Engine) -> bytes:
    """Return all of a database in memory, to be `restored` where another one begins like it."""
    return _raw(database).serialize()


def restored(everything: bytes) -> Engine:
    """Open a database in memory that begins with what was `kept` of another one."""
    database = store.connect("sqlite://")
    _raw(database).deserialize(everything)
    return database


@cache
def _untouched() -> bytes:
    """Make the tables and load the catalogue once in a process: what each company begins with."""
    database = store.connect("sqlite://")
    METADATA.create_all(database)
    with Session(database) as session:
        load_catalogue(session, SEEDS, NOON)
        session.commit()
    return kept(database)


def _raw(database: Engine) -> sqlite3.Connection:
    raw = database.raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    raw.close()  # back into the pool, which keeps this one connection
    return connection


@contextmanager
def looking(database: Engine) -> Iterator[Session]:
    """Look at the database for a moment."""
    with Session(database) as session:
        yield session


def customer(
    session: Session,
    *,
    name: str = "Mira Meadow",
    allows: Iterable[tuple[str, str]] = (("email", "marketing"),),
    reachable: Iterable[str] = ("email",),
    preferred: str | None = None,
    max_per_30d: int | None = None,
    timezone: str = "UTC",
    language: str = "en",
    **facts: object,
) -> Customer:
    """Add a customer who allows these (channel, purpose) pairs and has these addresses."""
    person = Customer(
        name=name, timezone=timezone, language=language, created_at=NOON, demo=True, **facts
    )
    session.add(person)
    session.flush()
    for channel in reachable:
        value = f"customer{person.id}@example.com" if channel == "email" else f"+1202555{person.id}"
        session.add(
            ContactPoint(customer_id=person.id, channel=channel, value=value, created_at=NOON)
        )
    for channel, purpose in allows:
        say(session, person, channel, purpose, "allowed", NOON.replace(year=2025))
    if preferred or max_per_30d is not None:
        session.add(
            Preference(
                customer_id=person.id,
                preferred_channel=preferred,
                max_per_30d=max_per_30d,
                created_at=NOON,
            )
        )
    session.flush()
    return person


def say(
    session: Session, person: Customer, channel: str, purpose: str, state: str, at: datetime
) -> None:
    """Let the customer allow or deny a channel for a purpose."""
    session.add(
        Consent(
            customer_id=person.id,
            channel=channel,
            purpose=purpose,
            state=state,
            source="form",
            at=at,
        )
    )
    session.flush()


def campaign(session: Session, **changes: Any) -> Campaign:
    """Add a running campaign of today, changed as the story says."""
    facts: dict[str, Any] = {
        "name": "Spring",
        "objective": "retain",
        "hypothesis": "a reminder brings people back",
        "segment": "everybody",
        "starts": NOON.date(),
        "ends": NOON.date(),
        "budget": 1000,
        "margin_per_response": 500,
        "expected_response": 0.03,
        "success_measure": "orders",
        "template_name": "cd-news",
        "status": "running",
        "created_at": NOON,
    }
    found = Campaign(**(facts | changes))
    session.add(found)
    session.flush()
    return found


def member(
    session: Session,
    campaign: Campaign,
    person: Customer,
    arm: str = "treat",
    state: str | None = None,
) -> CampaignMember:
    """Put a customer into a campaign: sent to if treated, else only planned."""
    found = CampaignMember(
        campaign_id=campaign.id,
        customer_id=person.id,
        arm=arm,
        state=state or ("sent" if arm == "treat" else "planned"),
    )
    session.add(found)
    session.flush()
    return found
