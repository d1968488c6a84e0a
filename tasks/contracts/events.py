"""Contracts: signed, coming to an end, cancelled."""

from datetime import UTC, datetime, time
from typing import Any, Final

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.contracts.records import Contract as Record
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import ID, MONEY, TEXT, Payload
from tasks.policy.records import value


class Contract(Payload):
    """A contract was signed, or comes to its end."""

    contract_id = fields.String(required=True, validate=ID)
    start = fields.Date(load_default=None)
    end = fields.Date(load_default=None)
    value = fields.Integer(strict=True, load_default=None, validate=MONEY)


class ContractCancelled(Contract):
    """A contract was cancelled."""

    reason = fields.String(load_default="", validate=TEXT)


def contract_signed(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep a contract; one that is told of again is changed."""
    said = event.payload
    contract = _find(session, event)
    if contract is None:
        contract = Record(
            customer_id=event.customer_id,
            number=said["contract_id"],
            starts_on=said["start"] or event.at.date(),
            currency=value(session, "company.currency"),
            created_at=event.now,
            created_by=event.origin,
        )
        session.add(contract)
    contract.ends_on = said["end"]
    contract.value = said["value"] or 0
    session.flush()
    return {"contract": contract.number}


def contract_cancelled(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note when a contract ends, and why; whoever gave notice has left, though it runs on."""
    contract = _find(session, event)
    if contract is None:
        return {"recorded": True}
    last = event.payload["end"]
    later = last is not None and last > event.at.date()
    contract.ended_at = datetime.combine(last, time(), UTC) if later else event.at
    contract.ended_reason, contract.updated_at = event.payload["reason"], event.now
    return {"contract": contract.number}


def _find(session: Session, event: InboundEvent) -> Record | None:
    return session.scalar(
        select(Record).where(
            Record.number == event.payload["contract_id"], Record.customer_id == event.about
        )
    )


TYPES: Final = (
    EventType("contract.signed", Contract, contract_signed, about_somebody=True),
    EventType("contract.expiring", Contract, about_somebody=True),
    EventType("contract.cancelled", ContractCancelled, contract_cancelled, about_somebody=True),
)
