"""Takes an event in: checks it, keeps it once, lets it act, tells the waiting processes.

The records are committed before the engine is told: the two are separate transactions. If we die
in between, the sender repeats the event, and only the telling is made up for.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from marshmallow import Schema, ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import AlreadyExists, Forbidden, Invalid
from engine.model import Problem
from tasks.contacts.records import Contact
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.instants import iso
from tasks.declare.payload import not_taken
from tasks.inbound_events.envelope import Envelope
from tasks.inbound_events.identify import who
from tasks.inbound_events.records import Event, id_of_forgotten

TTL_MS = 60_000  # long enough that a repeat after a crash is recognised
TELL_AFTER = timedelta(seconds=30)  # whoever takes an event in tells of it at once
SKEW = timedelta(days=1)  # clocks differ
MOST_NOT_TAKEN = 20  # fields named in an answer
# told of every event about a customer, for processes that listen to whatever happens to one
ENCOUNTER = "customer.encounter"


Types = Mapping[str, EventType]


class Publisher(Protocol):
    """What of the engine we need."""

    def publish(
        self,
        name: str,
        correlation_key: str = "",
        variables: Mapping[str, Any] | None = None,
        ttl_ms: int = 0,
        message_id: str | None = None,
    ) -> int:
        """Deliver a message to whoever waits for it."""


def receive(
    session: Session,
    types: Types,
    messages: Publisher,
    event: Mapping[str, Any],
    now: datetime,
    *,
    may_permit: bool = False,
) -> dict[str, Any]:
    """Take one event; a repeated (source, event_id) gets the first answer and does nothing.

    Only who `may_permit` may say that a customer allows something; anybody, that they refuse.

    Return ``event_id``, ``type``, ``customer_id`` and what it did as ``effect``. Raise Invalid
    with the field in each problem's ``element``. Commits the session.
    """
    envelope = _checked(types, event, now)
    if not may_permit and _permits(envelope):
        raise Forbidden("Saying what a customer permits needs the right “consent.give”.")
    kept = _kept(session, envelope) or _take_in(session, types, envelope, now)
    session.commit()
    if not kept.published:
        _tell(messages, kept)
        kept.published = True
        session.commit()
    return dict(kept.effect) | {"event_id": envelope["event_id"]}


def tell_missed(session: Session, messages: Publisher, now: datetime, limit: int = 100) -> int:
    """Tell the processes of events that were kept just before the lights went out.

    Return how many. Whoever sent them may never repeat them.
    """
    missed = select(Event).where(~Event.published, Event.received_at < now - TELL_AFTER)
    found = session.scalars(missed.order_by(Event.id).limit(limit)).all()
    for event in found:
        _tell(messages, event)
        event.published = True
        session.commit()
    return len(found)


def _checked(types: Types, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    envelope = _load(Envelope(), event, "")
    kind = envelope["type"]
    if kind not in types:
        raise _wrong("type", f"“{kind[:60]}” is not an event we know.")
    if envelope["occurred_at"] > now + SKEW:
        raise _wrong("occurred_at", "This lies in the future.")
    if types[kind].about_somebody and not envelope["customer"]:
        raise _wrong("customer", "Say whose: id, external_id, email or phone.")
    schema, sent = types[kind].payload(), envelope["payload"]
    envelope["payload"] = _load(schema, sent, "payload.")
    envelope["not_taken"] = list(islice(not_taken(schema, sent), MOST_NOT_TAKEN))
    return envelope


def _permits(envelope: Mapping[str, Any]) -> bool:
    said = envelope["payload"]
    given = [each for each in said.get("consents", ()) if each["state"] == "allowed"]
    return bool(given) or said.get("do_not_contact") is False


def _kept(session: Session, envelope: Mapping[str, Any]) -> Event | None:
    source, number = envelope["source"], envelope["event_id"]
    names = (number, id_of_forgotten(source, number))
    return session.scalar(select(Event).where(Event.source == source, Event.event_id.in_(names)))


def _take_in(session: Session, types: Types, envelope: Mapping[str, Any], now: datetime) -> Event:
    event = Event(
        source=envelope["source"],
        event_id=envelope["event_id"],
        type=envelope["type"],
        occurred_at=envelope["occurred_at"],
        received_at=now,
        payload=_jsonable(envelope["payload"]),
        effect={},
        published=False,
    )
    session.add(event)
    try:
        session.flush()
    except IntegrityError:  # the same event came in twice at the same moment
        session.rollback()
        first = _kept(session, envelope)
        if first is None:
            raise
        return first
    event.customer_id = _customer(session, envelope, now)
    kind, inbound = types[event.type], _inbound(event, envelope, now)
    event.effect = {
        "event_id": event.event_id,
        "type": event.type,
        "customer_id": event.customer_id,
        "effect": kind.effect(session, inbound) if kind.effect else {"recorded": True},
    }
    for follow in kind.follows:
        follow(session, inbound)
    if envelope["not_taken"]:
        event.effect = event.effect | {"not_taken": envelope["not_taken"]}
    session.flush()
    return event


def _inbound(event: Event, envelope: Mapping[str, Any], now: datetime) -> InboundEvent:
    return InboundEvent(
        number=event.id,
        source=event.source,
        event_id=event.event_id,
        type=event.type,
        about=event.customer_id,
        payload=envelope["payload"],
        at=envelope["occurred_at"],
        now=now,
    )


def _customer(session: Session, envelope: Mapping[str, Any], now: datetime) -> int | None:
    if envelope["customer"]:
        return who(session, envelope["customer"], envelope["source"], now)
    contact_id = envelope["payload"].get("contact_id")
    if envelope["type"].startswith("message."):
        contact = session.get(Contact, contact_id)
        if contact is None:
            raise _wrong("payload.contact_id", "There is no such contact.")
        return contact.customer_id
    return None


def _tell(messages: Publisher, event: Event) -> None:
    variables = {
        "customer_id": event.customer_id,
        "event": {
            "type": event.type,
            "source": event.source,
            "occurred_at": iso(event.occurred_at),
            "payload": event.payload,
            "effect": event.effect.get("effect", {}),
        },
    }
    payload = event.payload
    sent = f"{event.source}:{event.event_id}"
    whom = payload.get("case_id") or event.customer_id or payload.get("token") or ""
    _publish(messages, event.type, str(whom), variables, sent)
    if event.customer_id is not None:
        _publish(messages, ENCOUNTER, str(event.customer_id), variables, f"{sent}:{ENCOUNTER}")


def _publish(
    messages: Publisher, name: str, key: str, variables: Mapping[str, Any], message_id: str
) -> None:
    try:
        messages.publish(name, key, variables, TTL_MS, message_id)
    except AlreadyExists:
        return  # told before the process died


def _load(schema: Schema, data: Any, prefix: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise _wrong(prefix.rstrip(".") or "event", "This must be an object.")
    try:
        loaded: dict[str, Any] = schema.load(dict(data))
    except ValidationError as error:
        messages: Any = error.normalized_messages()  # type: ignore[no-untyped-call]
        problems = list(_flat(messages, prefix))
        raise Invalid("The event is not valid.", problems) from error
    return loaded


def _flat(messages: Any, path: str) -> list[Problem]:
    if isinstance(messages, Mapping):
        return [
            problem for key, inner in messages.items() for problem in _flat(inner, f"{path}{key}.")
        ]
    return [Problem(str(text), element=path.rstrip("."), rule="event") for text in messages]


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, [Problem(message, element=field, rule="event")])


def _jsonable(value: Any) -> Any:
    """Return a checked payload as plain JSON again."""
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
