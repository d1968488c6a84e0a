"""What other systems call our records."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base


class RecordId(Base):
    """The id of one record in one system outside."""

    __tablename__ = "crm_record_id"
    __table_args__ = (
        UniqueConstraint("kind", "source", "external_id"),
        Index(None, "kind", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    external_id: Mapped[str]
    number: Mapped[int]  # our own, of the record
