"""Webhooks: who is told of what, what was told, how each delivery went.

Secrets are kept as they are: both sides need them to sign. They are shown once, when made.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, one_of
from tasks.declare.shared_secret import SharedSecret


class Webhook(SharedSecret, Made, Base):
    """One receiver outside and the types of events it is told of."""

    __tablename__ = "crm_webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    types: Mapped[list[str]] = mapped_column(default=list)  # "task.created", "task.*" or "*"
    active: Mapped[bool] = mapped_column(default=True)
    stopped_reason: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime | None]


class OutgoingEvent(Base):
    """Something that happened here and that somebody is told of."""

    __tablename__ = "crm_outgoing_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # the webhook-id; the same for every attempt
    type: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Delivery(Base):
    """One event on its way to one receiver.

    pending ─► delivered      dead: all attempts failed, or the receiver is gone
            └► dead ─► pending again when somebody says so
    """

    __tablename__ = "crm_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "webhook_id"),
        Index(None, "state", "next_at"),
        Index(None, "webhook_id", "state"),
        one_of("state", "pending", "delivered", "dead"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("crm_outgoing_event.id"))
    webhook_id: Mapped[int] = mapped_column(ForeignKey("crm_webhook.id"))
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)  # since it was last set off
    next_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """One try to deliver: what the receiver answered, or why there was no answer."""

    __tablename__ = "crm_delivery_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("crm_delivery.id"), index=True)
    at: Mapped[datetime]
    status: Mapped[int | None]
    error: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")  # its first letters
    milliseconds: Mapped[int] = mapped_column(default=0)
