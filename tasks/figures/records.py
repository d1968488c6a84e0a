"""The figures of a day: pages read them, and never all the rows behind them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base


class FigureSnapshot(Base):
    """One group of figures (value, habits, cohorts, lifetime, management, sales) of a day."""

    __tablename__ = "crm_figure_snapshot"
    __table_args__ = (UniqueConstraint("name", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    day: Mapped[date]
    as_of: Mapped[datetime]
    data: Mapped[dict[str, Any]]


def latest(name: str) -> Select[FigureSnapshot]:
    """Select the newest snapshot of a group of figures."""
    mine = select(FigureSnapshot).where(FigureSnapshot.name == name)
    return mine.order_by(FigureSnapshot.day.desc()).limit(1)
