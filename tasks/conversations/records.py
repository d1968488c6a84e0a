"""One conversation per matter, over all channels."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal


class Conversation(Versioned, Base):
    """What was said about one matter, on whichever channel."""

    __tablename__ = "crm_conversation"
    __table_args__ = (Index(None, "customer_id", "state"), one_of("state", "open", "closed"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    subject: Mapped[str] = mapped_column(default="", info=personal())
    state: Mapped[str] = mapped_column(default="open", info=NOT_PERSONAL)
    channels: Mapped[list[str]] = mapped_column(default=list, info=NOT_PERSONAL)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("crm_campaign.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("crm_case.id"))
    person: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # of us, who knows the matter
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
