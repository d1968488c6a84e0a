"""What happened lately in the demo company: events that begin its processes, each taken once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine import store
from engine.model import StartRequest
from tasks import inbound_events
from tasks.customers.records import Customer, Identifier
from tasks.inbound_events.records import Event
from tasks.installed import SUBJECTS
from tasks.key_accounts.records import KeyStatus
from tasks.seeding.catalogue import read
from tasks.seeding.demo import SYSTEM
from web.app.data_files import data_folder
from web.app.services import Services


def tell(services: Services) -> Iterator[str]:
    """Take in the events of `seeds/events.toml`; yield the type of each that is new.

    The processes must be deployed: an event starts those that listen when it comes.
    """
    told = inbound_events.Processes(services.engine.messages, services.engine.instances)
    for entry in read(data_folder("seeds"), "events")["events"]:
        with Session(services.database) as session:
            if session.scalar(select(Event.id).where(*_same(entry))) is not None:
                continue
            event = _event(entry, services)
            inbound_events.receive(session, SUBJECTS.events, told, event, services.clock())
        yield str(entry["type"])


def begin(services: Services) -> Iterator[str]:
    """Begin the processes of `starts` in `seeds/events.toml` that never ran; yield their names."""
    for entry in read(data_folder("seeds"), "events").get("starts", ()):
        process_id, variables = entry["process"], dict(entry.get("variables", {}))
        with Session(services.database) as session:
            ran = select(store.instance.c.key).where(store.instance.c.process_id == process_id)
            if session.execute(ran.limit(1)).first() is not None:
                continue
            if "customer" in entry:
                variables |= _about(session, entry, services)
                session.commit()
        if "message" in entry:
            key = str(variables.get("customer_id", ""))
            services.engine.messages.publish(entry["message"], key, variables)
        else:
            services.engine.by("peyvand").instances.start(
                StartRequest(process_id, variables=variables)
            )
        yield str(process_id)


def _about(session: Session, entry: dict[str, Any], services: Services) -> dict[str, Any]:
    """Return the customer of an entry; make a key customer of one that says so."""
    customer = session.scalars(
        select(Customer)
        .join(Identifier, Identifier.customer_id == Customer.id)
        .where(Identifier.system == SYSTEM, Identifier.external_id == entry["customer"])
    ).one()
    if status := entry.get("key_status"):
        now = services.clock()
        until = now.date() + timedelta(days=30 * status["months"])
        session.add(
            KeyStatus(
                customer_id=customer.id, status="key", reason=status["reason"],
                decided_by=["sales_head", "care_head", "finance"], decided_at=now,
                expires_on=until, created_at=now,
            )
        )  # fmt: skip
    found: dict[str, Any] = {"customer_id": customer.id}
    if "owner" in entry.get("variables", {}):
        found["customer_name"] = customer.name
    return found


def _same(entry: dict[str, Any]) -> tuple[ColumnElement[bool], ...]:
    return (Event.source == SYSTEM, Event.event_id == entry["event_id"])


def _event(entry: dict[str, Any], services: Services) -> dict[str, Any]:
    at = services.clock() - timedelta(hours=entry["hours_ago"])
    kept = {name: entry[name] for name in ("event_id", "type", "customer", "payload")}
    return kept | {"source": SYSTEM, "occurred_at": at.isoformat()}
