"""Links that people outside were given, and the looks of partners at their pages."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL

ANSWER = "answer"  # a task link: it ends with its answer
STANDING = ("case", "preferences", "quote", "about_you")  # may be used again and again


class Link(Made, Base):
    """One link: what it opens, for whom, until when, and what became of it.

    A task link lives as long as its task waits: whether the task is open is asked of the engine's
    own row, so a link cannot stay open after its wait. The address itself is not kept.
    """

    __tablename__ = "crm_link"
    __table_args__ = (
        one_of("kind", ANSWER, *STANDING),
        one_of("party", "customer", "partner"),
        Index(None, "root_key", "customer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True, info=NOT_PERSONAL)  # of its random id
    kind: Mapped[str]
    party: Mapped[str]
    # nobody of the two where somebody unknown has a case
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("crm_partner.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("crm_case.id"))
    record_id: Mapped[int | None]  # of a standing link: the case, the quote
    root_key: Mapped[int | None] = mapped_column(BigInteger)  # the instance that asks
    task_key: Mapped[int | None] = mapped_column(BigInteger, index=True)  # missing until it opens
    message_key: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # what it was sent in
    form_key: Mapped[int | None] = mapped_column(BigInteger)  # the form that was answered
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # of a task link: the answer was taken
    answer_digest: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)


class LinkLook(Made, Base):
    """A partner looked at the page of a link; what it showed stands in the drawing."""

    __tablename__ = "crm_link_look"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("crm_link.id"), index=True, info=BELONGS)
    at: Mapped[datetime]
