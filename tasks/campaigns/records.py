"""Campaigns and their members: the treated and the control arm."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal

MEMBER_STATES = (
    "planned",
    "released",
    "sent",
    "deferred",
    "blocked",
    "skipped",
    "bounced",
    "clicked",
    "opted_out",
    "responded",
)


class Campaign(Versioned, Base):
    """A brief that was approved, and how it is going."""

    __tablename__ = "crm_campaign"
    __table_args__ = (
        one_of("objective", "acquire", "retain", "develop", "win_back", "inform"),
        one_of("status", "planned", "running", "paused", "measured", "stopped"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    objective: Mapped[str]
    hypothesis: Mapped[str]
    segment: Mapped[str]  # Segment.name
    offers: Mapped[list[str]] = mapped_column(default=list)  # Offer.name
    channels: Mapped[list[str]] = mapped_column(default=list)
    starts: Mapped[date]
    ends: Mapped[date]
    budget: Mapped[int] = mapped_column(BigInteger)
    margin_per_response: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(default="USD")
    expected_response: Mapped[float]  # a share
    control_share: Mapped[float] = mapped_column(default=0.1)
    success_measure: Mapped[str]
    priority: Mapped[int] = mapped_column(default=3)
    status: Mapped[str] = mapped_column(default="planned")
    template_name: Mapped[str]
    # the best offer is chosen for each person
    personal: Mapped[bool] = mapped_column(default=False, server_default=false())
    response_window_days: Mapped[int] = mapped_column(default=30)
    instance_key: Mapped[int | None] = mapped_column(BigInteger, index=True)
    paused_reason: Mapped[str | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what `measure` found
    verdict: Mapped[str | None]
    lesson: Mapped[str | None]


class CampaignMember(Base):
    """One customer in one campaign; who is in the control arm is never written to for it."""

    __tablename__ = "crm_campaign_member"
    __table_args__ = (
        UniqueConstraint("campaign_id", "customer_id"),
        Index(None, "campaign_id", "arm", "state"),
        Index(None, "customer_id"),
        one_of("arm", "treat", "control"),
        one_of("state", *MEMBER_STATES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("crm_campaign.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    arm: Mapped[str]
    stratum: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    state: Mapped[str] = mapped_column(default="planned")
    reason: Mapped[str] = mapped_column(default="", info=personal())
    wave: Mapped[int | None]
    response_at: Mapped[datetime | None]
    revenue: Mapped[int] = mapped_column(BigInteger, default=0)
    margin: Mapped[int] = mapped_column(BigInteger, default=0)
