"""What happened outside and was told to us, kept once per source and event id."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made
from tasks.declare.personal import NOT_PERSONAL, personal
from tasks.declare.shared_secret import SharedSecret


class Event(Base):
    """One event of another system with the answer it got; a repeat gets the same answer."""

    __tablename__ = "crm_event"
    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        Index(None, "customer_id", "occurred_at"),
        Index(  # of the few that nobody was told of yet
            "ix_crm_event_untold",
            "received_at",
            sqlite_where=text("published = 0"),
            postgresql_where=text("NOT published"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    event_id: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # see `id_of_forgotten`
    type: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal())
    # the answer it got; erasing leaves another
    effect: Mapped[dict[str, Any]] = mapped_column(default=dict, info=NOT_PERSONAL)
    published: Mapped[bool] = mapped_column(default=False)  # the waiting processes know


class EventSource(SharedSecret, Made, Base):
    """A system outside that may tell us events, signed with its secret."""

    __tablename__ = "crm_event_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # the `source` of its events
    active: Mapped[bool] = mapped_column(default=True)


def id_of_forgotten(source: str, event_id: str) -> str:
    """Give the id an event has once its person was forgotten: its repeat is still known."""
    return "forgotten-" + hashlib.sha256(f"{source}\n{event_id}".encode()).hexdigest()
