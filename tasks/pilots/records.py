"""A pilot: which candidate, measured by which standard, how long, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of


class Pilot(Versioned, Base):
    """One pilot. Effects are shares: the share of good cases of the candidate minus the current.

    `looks` are the counts at each look: {at, n_candidate, good_candidate, n_current, good_current}.
    It begins when its candidate is approved, and a case counts when it is decided.
    """

    __tablename__ = "crm_pilot"
    __table_args__ = (
        one_of("state", "proposed", "running", "stopped", "adopted", "dropped", "taken_back"),
        Index(None, "deployment_key", "process_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    process_id: Mapped[str]
    deployment_key: Mapped[int] = mapped_column(BigInteger)  # of the candidate
    improvement_id: Mapped[int | None]
    standard_id: Mapped[int] = mapped_column(ForeignKey("crm_standard.id"))
    weeks: Mapped[int]
    success_if: Mapped[float]  # the smallest effect worth having
    stop_if: Mapped[float]  # a loss that stops it
    planned: Mapped[int]  # customers of both sides that show that effect in 8 of 10 pilots
    state: Mapped[str] = mapped_column(default="proposed")
    begun_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    looks: Mapped[list[Any]] = mapped_column(default=list)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of the latest look
    verdict: Mapped[str] = mapped_column(default="")  # why it was adopted or dropped
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
