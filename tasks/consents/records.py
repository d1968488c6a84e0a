"""What customers allow: consents (append-only, the latest counts) and preferences."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal
from tasks.declare.words import CHANNELS, PURPOSES


class Consent(Base):
    """One statement of the customer about channel and purpose; never changed, only followed."""

    __tablename__ = "crm_consent"
    __table_args__ = (
        Index(None, "customer_id", "purpose", "channel", "at"),
        one_of("state", "allowed", "denied"),
        one_of("channel", *CHANNELS),
        one_of("purpose", *PURPOSES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    channel: Mapped[str]
    purpose: Mapped[str]
    topic: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    state: Mapped[str]
    source: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # "form", "order", "event:opt-out" …
    text_version: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    at: Mapped[datetime]


class ConsentText(Base):
    """The wording people agree to, per language and version."""

    __tablename__ = "crm_consent_text"
    __table_args__ = (UniqueConstraint("name", "version", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    purpose: Mapped[str]
    text: Mapped[str]


class Preference(Versioned, Base):
    """How the customer likes to be contacted; a wish beside the permission."""

    __tablename__ = "crm_preference"
    __erasure__ = "delete"
    __table_args__ = (UniqueConstraint("customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    preferred_channel: Mapped[str | None] = mapped_column(info=personal())
    # {"from": "09:00", "to": …}
    best_times: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal())
    max_per_30d: Mapped[int | None]
    never_topics: Mapped[list[str]] = mapped_column(default=list, info=personal())
    interests: Mapped[list[str]] = mapped_column(default=list, info=personal())


def current_consents(purpose: str) -> Select[int, str, str]:
    """Select (customer_id, channel, state): the latest general word for a purpose.

    Consents about one topic only are left out; they refine a permission and never give one.
    """
    order = func.row_number().over(
        partition_by=(Consent.customer_id, Consent.channel),
        order_by=(Consent.at.desc(), Consent.id.desc()),
    )
    ranked = (
        select(Consent.customer_id, Consent.channel, Consent.state, order.label("n"))
        .where(Consent.purpose == purpose, Consent.topic.is_(None))
        .subquery()
    )
    return select(ranked.c.customer_id, ranked.c.channel, ranked.c.state).where(ranked.c.n == 1)


def allowed_channels(session: Session, customer_id: int, purpose: str) -> list[str]:
    """Answer the channels this customer permits now for this purpose, in our usual order."""
    words = _latest(session, customer_id, purpose)
    return [channel for channel in CHANNELS if words.get(channel) == "allowed"]


def _latest(session: Session, customer_id: int, purpose: str) -> dict[str, str]:
    query = (
        select(Consent.channel, Consent.state)
        .where(
            Consent.customer_id == customer_id,
            Consent.purpose == purpose,
            Consent.topic.is_(None),
        )
        .order_by(Consent.at, Consent.id)
    )
    return {row.channel: row.state for row in session.execute(query)}
