"""One conversation per matter, over all channels."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal
from tasks.declare.together import each


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
    # where the customer wrote last: there, and in this conversation, they are answered
    channel: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    sender: Mapped[str | None] = mapped_column(info=personal())  # who of a company wrote
    answered_at: Mapped[datetime | None]  # when we answered first
    switched: Mapped[int] = mapped_column(default=0, server_default="0")  # changes of the channel
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


def answering(session: Session, customer_id: int) -> set[str]:
    """Return the channels on which a customer has just written to us and is being answered."""
    return set(each(session, _answering, customer_id) or ())


def _answering(session: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    query = select(Conversation.customer_id, Conversation.channel).where(
        Conversation.customer_id.in_(ids),
        Conversation.state == "open",
    )
    found: dict[int, set[str]] = {}
    for customer_id, channel in session.execute(query):
        if customer_id is not None and channel is not None:
            found.setdefault(customer_id, set()).add(channel)
    return found
