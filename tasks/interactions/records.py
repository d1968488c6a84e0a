"""Interactions: what was said between a customer and us, on whatever channel."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL, Mention, personal
from tasks.declare.words import CHANNELS


class Interaction(Made, Base):
    """One message, call or visit; kept once per source and the id it has there."""

    __tablename__ = "crm_interaction"
    __erasure__ = "delete"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "customer_id", "at"),
        one_of("direction", "in", "out"),
        one_of("channel", *CHANNELS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("crm_case.id"), index=True, info=BELONGS)
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_conversation.id"), index=True
    )
    source: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    external_id: Mapped[str] = mapped_column(info=personal(mention=Mention.PAPER))
    direction: Mapped[str] = mapped_column(default="in")
    channel: Mapped[str]
    at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(default="", info=personal())
    text: Mapped[str] = mapped_column(info=personal())
    agent: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # user name of ours
    kind: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # what it was, as a person said
