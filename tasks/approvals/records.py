"""One approval: by whom, in which role, of exactly which content."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base


class Approval(Base):
    """Somebody approved a thing; `digest` is the fingerprint of what it said."""

    __tablename__ = "crm_approval"
    __table_args__ = (Index(None, "what", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]  # "campaign"
    number: Mapped[int]  # of the record
    digest: Mapped[str]
    role: Mapped[str]
    person: Mapped[str]
    task_key: Mapped[int] = mapped_column(BigInteger, unique=True)
    at: Mapped[datetime]
