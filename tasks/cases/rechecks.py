"""What a customer says about a solved complaint some days later."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made
from tasks.declare.personal import BELONGS, personal


class CaseRecheck(Made, Base):
    """One answer: solved or not, satisfaction (1-5), ease (1-7), and fairness where asked (1-5)."""

    __tablename__ = "crm_case_recheck"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("crm_case.id"), index=True, info=BELONGS)
    solved: Mapped[bool | None]
    csat: Mapped[int | None]
    ces: Mapped[int | None]
    fair_outcome: Mapped[int | None]
    fair_process: Mapped[int | None]
    fair_treatment: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="", info=personal())
