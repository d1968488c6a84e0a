"""Service standards: five parts, measurements, limits and signals."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of


class ServiceStandard(Versioned, Base):
    """What a touchpoint promises, so that it can be measured; active when all parts are there."""

    __tablename__ = "crm_standard"
    __table_args__ = (one_of("status", "draft", "active", "retired"), UniqueConstraint("name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("crm_touchpoint.id"))
    specific: Mapped[str] = mapped_column(default="")  # one verb, one object
    measure: Mapped[dict[str, Any]] = mapped_column(default=dict)  # unit, query, sampling
    target: Mapped[float | None]
    share: Mapped[float | None]  # of cases that must meet the target
    agreed: Mapped[list[Any]] = mapped_column(default=list)  # who, as, at
    mutual: Mapped[bool] = mapped_column(default=False)  # customers agree to it too
    owner: Mapped[str] = mapped_column(default="")  # the group whose process it is
    baseline: Mapped[dict[str, Any]] = mapped_column(default=dict)
    improvement_id: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    review_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="draft")
    measured_until: Mapped[date | None]  # the first week not measured yet


class Measurement(Made, Base):
    """What one period gave for a standard."""

    __tablename__ = "crm_measurement"
    __table_args__ = (UniqueConstraint("standard_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("crm_standard.id"))
    period: Mapped[date]
    n: Mapped[int]
    value: Mapped[float]


class ControlLimits(Made, Base):
    """The frozen limits of a standard's chart, with the reason why they were frozen."""

    __tablename__ = "crm_control_limits"

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("crm_standard.id"), index=True)
    chart: Mapped[str]  # xmr, p, u
    mean: Mapped[float]
    lower: Mapped[float]
    upper: Mapped[float]
    sigma_z: Mapped[float] = mapped_column(default=1.0)  # 1: varies as chance alone would
    n: Mapped[int] = mapped_column(default=0)  # weeks of the baseline
    frozen_from: Mapped[date]
    reason: Mapped[str]


class Signal(Made, Base):
    """Where a chart says that something has changed."""

    __tablename__ = "crm_signal"
    __table_args__ = (UniqueConstraint("standard_id", "period", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(ForeignKey("crm_standard.id"))
    period: Mapped[date]
    rule: Mapped[str]
    side: Mapped[str]  # good, bad
