"""Offers: what a campaign puts before people, with its discount and how relevant it is to whom."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal

EVERYBODY = "*"


class Offer(Versioned, Base):
    """An offer with its products, its discount (a share) and its relevance per segment."""

    __tablename__ = "crm_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    # the title in other languages: {"fa": "…", "lt": "…"}
    titles: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    kind: Mapped[str] = mapped_column(default="discount")
    products: Mapped[list[str]] = mapped_column(default=list)  # SKUs
    price_rule: Mapped[str] = mapped_column(default="")
    discount: Mapped[float] = mapped_column(default=0.0)  # 0.15 is 15 %
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    eligibility: Mapped[str | None]  # id of a decision
    # expected response by segment name: {"champions": 0.08, "*": 0.03}
    relevance: Mapped[dict[str, Any]] = mapped_column(default=dict)
    demo: Mapped[bool] = mapped_column(default=False)

    def title_in(self, language: str) -> str:
        """Return the title in a language; the first one where there is none."""
        return str(self.titles.get(language) or self.title)

    def relevance_for(self, segment: str | None) -> float | None:
        """Answer the expected response of somebody in this segment; None when nobody knows."""
        value = self.relevance.get(segment or EVERYBODY, self.relevance.get(EVERYBODY))
        return None if value is None else float(value)


class OfferChoice(Made, Base):
    """Why an offer was or was not made to one customer, and how the customer took it."""

    __tablename__ = "crm_offer_choice"
    __erasure__ = "delete"
    __table_args__ = (
        Index(None, "customer_id", "offer"),
        one_of("outcome", "not_made", "made", "refused", "useful"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("crm_campaign.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contact.id"), index=True)
    offer: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    p: Mapped[float]  # the expected response, a share
    # after the cost of the contact, minor units; none where nobody knows
    expected_margin: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="", info=personal())
    outcome: Mapped[str] = mapped_column(default="not_made")
    at: Mapped[datetime]
    origin: Mapped[str | None] = mapped_column(info=NOT_PERSONAL, index=True)  # the instance
