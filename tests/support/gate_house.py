"""A running contact gate: the real diagram, tables and service tasks on a database in memory."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from engine.engine import Engine
from engine.model import Resource, StartRequest
from engine.worker import Worker
from tasks.contacts.records import Contact, Message
from tasks.customers.records import Customer
from tasks.installed import SUBJECTS
from tests.support.crm import NOON, company, kept, restored

SHARED = Path(__file__).parents[2] / "processes" / "shared"


@cache
def _untouched() -> bytes:
    """Deploy what is shared once in a process: what each house begins with."""
    database = company()
    store.create(database)
    engine = Engine(database, clock=lambda: NOON, service_tasks=SUBJECTS.service_tasks)
    engine.by("bob").definitions.deploy(
        [
            Resource(path.name, path.read_bytes())
            for path in sorted(SHARED.iterdir())
            if path.suffix in {".bpmn", ".dmn", ".form"}
        ]
    )
    return kept(database)


class House:
    """The gate with a clock in our hand and an outbox instead of a mail server."""

    def __init__(self) -> None:
        self.now = NOON
        self.database = restored(_untouched())
        settings = SimpleNamespace(
            smtp_url="", mail_from="crm@example.org", webhook_url="", webhook_secret=""
        )
        self.engine = Engine(
            self.database,
            clock=lambda: self.now,
            service_tasks=SUBJECTS.service_tasks,
            services=SimpleNamespace(
                settings=settings, message_links=lambda _: {}, link_url=lambda _: ""
            ),
        )
        self.worker = Worker(self.engine)

    def session(self) -> Session:
        """Open the records."""
        return Session(self.database, expire_on_commit=False)

    def want(self, person: Customer, **asked: Any) -> int:
        """Ask the gate for a contact, and let it go as far as it can."""
        key = self.ask(person, **asked)
        self.worker.run_until_idle()
        return key

    def ask(self, person: Customer, **asked: Any) -> int:
        """Ask the gate for a contact and do nothing yet."""
        wanted = {
            "customer_id": person.id,
            "purpose": "marketing",
            "message_ref": "cd-news",
            "priority": 3,
            "relevance": 0.08,
            "message_fields": {"offer.title": "10 % off"},
        }
        return self.engine.instances.start(
            StartRequest("contact_gate", variables=wanted | asked)
        ).instance_key

    def later(self, until: datetime | timedelta) -> None:
        """Let time pass."""
        self.now = self.now + until if isinstance(until, timedelta) else until
        self.worker.run_until_idle()

    def answer(self, key: int) -> dict[str, Any]:
        """Look at the variables of a gate."""
        variable = store.variable.c
        with store.reading(self.database) as connection:
            rows = connection.execute(
                select(variable.name, variable.value).where(variable.scope_key == key)
            )
            return {row.name: row.value for row in rows}

    def ended(self, key: int) -> str | None:
        """Name the end event a gate reached; None while it waits."""
        element = store.element_instance.c
        with store.reading(self.database) as connection:
            return connection.scalar(
                select(element.element_id).where(
                    element.instance_key == key, element.type == "END_EVENT"
                )
            )

    def incidents(self) -> list[str]:
        """List what went wrong."""
        with store.reading(self.database) as connection:
            return list(connection.scalars(select(store.incident.c.message)))

    def messages(self) -> list[Message]:
        """List what went out."""
        with self.session() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def ledger(self) -> list[Contact]:
        """Read the pressure ledger."""
        with self.session() as session:
            return list(session.scalars(select(Contact).order_by(Contact.id)))
