"""Finding the records that the win-back processes work on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.customers.records import Customer
from tasks.interactions.records import Interaction
from tasks.lapsed.records import (
    FixedCause,
    LapsedRecord,
    LapseReason,
    SecondLife,
    WinbackAttempt,
)

OVER = ("regained", "closed")


def find(session: Session, customer_id: int) -> Customer:
    """Return the customer; raise NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return customer


def open_record(session: Session, customer_id: int) -> LapsedRecord | None:
    """Return the customer's place in the register of the lapsed; None for who is not in it."""
    return session.scalar(
        select(LapsedRecord)
        .where(LapsedRecord.customer_id == customer_id, LapsedRecord.state.not_in(OVER))
        .order_by(LapsedRecord.id.desc())
        .limit(1)
    )


def entered(session: Session, now: datetime, customer_id: int, state: str) -> LapsedRecord:
    """Return the customer's place in the register, made if there is none."""
    record = open_record(session, customer_id)
    if record is None:
        record = LapsedRecord(customer_id=customer_id, since=now, state=state, created_at=now)
        session.add(record)
        session.flush()
    return record


def newest_reason(session: Session, customer_id: int) -> LapseReason | None:
    """Return why the customer left the last time; None where nobody has found out."""
    return session.scalar(
        select(LapseReason)
        .where(LapseReason.customer_id == customer_id)
        .order_by(LapseReason.at.desc(), LapseReason.id.desc())
        .limit(1)
    )


def open_life(session: Session, customer_id: int) -> SecondLife | None:
    """Return the second life that has not been judged yet; None without one."""
    return session.scalar(
        select(SecondLife)
        .where(SecondLife.customer_id == customer_id, SecondLife.judged_at.is_(None))
        .order_by(SecondLife.id.desc())
        .limit(1)
    )


def open_attempts(session: Session, customer_id: int) -> list[WinbackAttempt]:
    """Return the attempts to win a customer back whose outcome is open, newest first."""
    return list(
        session.scalars(
            select(WinbackAttempt)
            .join(LapsedRecord, LapsedRecord.id == WinbackAttempt.lapsed_id)
            .where(LapsedRecord.customer_id == customer_id, WinbackAttempt.outcome == "open")
            .order_by(WinbackAttempt.id.desc())
        )
    )


def what_is_fixed(session: Session, cause: str | None) -> str:
    """Return the sentence that tells of the fix of a cause, "" while it is not fixed."""
    if cause is None:
        return ""
    said = session.scalar(select(FixedCause.said).where(FixedCause.cause == cause))
    return said or ""


def is_fixed(session: Session, cause: str | None) -> bool:
    """Return whether a cause is known to be fixed."""
    found = select(FixedCause.id).where(FixedCause.cause == cause)
    return cause is not None and session.scalar(found) is not None


def keep_interaction(
    session: Session, now: datetime, job_key: str, customer_id: int, text: str, agent: str | None
) -> None:
    """Keep a talk on the phone, once per job."""
    known = select(Interaction.id).where(
        Interaction.source == "process", Interaction.external_id == job_key
    )
    if session.scalar(known) is None:
        talk = Interaction(source="process", external_id=job_key, customer_id=customer_id)
        talk.direction, talk.channel, talk.at, talk.text = "out", "phone", now, text
        talk.agent, talk.created_at, talk.created_by = agent, now, agent or ""
        session.add(talk)
