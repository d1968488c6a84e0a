"""Words of the stories about the contact gate."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.cases.records import Case
from tasks.contact_gate.facts import gather_facts
from tasks.contact_gate.ledger import record, reserve_slot
from tasks.contacts.records import Contact
from tasks.customers.records import Customer
from tests.support.crm import DAY, NOON


def gather(
    session: Session, person: Customer, gate: str = "gate-1", **asked: Any
) -> dict[str, Any]:
    wanted = {"purpose": "marketing", "message_ref": "cd-news"} | asked
    session.flush()
    return gather_facts(session, NOON, gate, customer_id=person.id, **wanted)


def reserve(
    session: Session, person: Customer, gate: str, mark: str | None = None, **asked: Any
) -> dict[str, Any]:
    wanted = {"purpose": "marketing", "message_ref": "cd-news", "channel": "email"} | asked
    if mark is None:
        known = {k: v for k, v in asked.items() if k in {"purpose", "message_ref", "campaign_id"}}
        mark = gather(session, person, gate, **known)["facts_mark"]
    return reserve_slot(session, NOON, gate, customer_id=person.id, facts_mark=mark, **wanted)


def note(
    session: Session, person: Customer, gate: str, decision: str, **asked: Any
) -> dict[str, Any]:
    wanted = {"purpose": "marketing", "message_ref": "cd-news"} | asked
    return record(session, NOON, gate, customer_id=person.id, decision=decision, **wanted)


def touch(session: Session, person: Customer, age: int, **changes: Any) -> None:
    facts = {"purpose": "marketing", "channel": "email", "decision": "send"} | changes
    at = NOON - age * DAY
    if facts["decision"] == "send" and facts["channel"] == "phone":
        at -= timedelta(hours=1)
    contact = Contact(customer_id=person.id, decided_at=at, sent_at=at, created_at=at, **facts)
    session.add(contact)
    session.flush()


def complaint(session: Session, person: Customer, closed_at: datetime | None = None) -> None:
    count = session.scalar(select(func.count()).select_from(Case))
    session.add(
        Case(
            number=f"C-{count}",
            customer_id=person.id,
            kind="complaint",
            channel="email",
            text="It broke.",
            opened_at=NOON - 5 * DAY,
            closed_at=closed_at,
            created_at=NOON,
        )
    )
    session.flush()
