"""What customers allow: consents (only added to, see `tasks.customers.permission`) and wishes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
    # where it can be seen that it was said: "interaction:17"
    evidence: Mapped[str] = mapped_column(default="", server_default="", info=NOT_PERSONAL)
    at: Mapped[datetime]  # when it was said; never ahead of when it was heard
    heard_at: Mapped[datetime] = mapped_column(default=lambda c: c.get_current_parameters()["at"])


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
    paused_until: Mapped[datetime | None]  # nothing but what is owed or was asked for until then
    never_topics: Mapped[list[str]] = mapped_column(default=list, info=personal())
    interests: Mapped[list[str]] = mapped_column(default=list, info=personal())
