"""Bases of a permission other than a consent, per market, and objections of customers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL
from tasks.declare.words import CHANNELS, PURPOSES

CONSENT, ASKED_ONCE = "consent", "asked_once"
RELATION = ("contract", "legitimate_interest")  # rest on an order or a contract there is
EVIDENCED = ("soft_opt_in", "legitimate_interest", "asked_once")  # rest on a row with evidence
BASES = ("legal_duty", "contract", "legitimate_interest", "soft_opt_in", "asked_once")
ELSEWHERE = "other"  # the market of a country without one of its own, and of none
OBJECTIONS = ("marketing", "scoring")


class Market(Base):
    """To which market a country belongs."""

    __tablename__ = "crm_market"
    __table_args__ = (UniqueConstraint("country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str]  # two letters
    market: Mapped[str]


class PermissionRule(Versioned, Base):
    """In a market, this basis is enough to contact this kind of customer; a consent always is."""

    __tablename__ = "crm_permission_rule"
    __table_args__ = (
        UniqueConstraint("market", "kind", "channel", "purpose", "basis"),
        one_of("kind", "person", "company", "household"),
        one_of("channel", *CHANNELS),
        one_of("purpose", *PURPOSES),
        one_of("basis", *BASES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    market: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    purpose: Mapped[str]
    basis: Mapped[str]


class PermissionGround(Made, Base):
    """What a basis rests on, with its evidence; only added to. A later refusal ends it."""

    __tablename__ = "crm_permission_ground"
    __table_args__ = (
        Index(None, "customer_id", "purpose", "channel"),
        one_of("channel", *CHANNELS),
        one_of("purpose", *PURPOSES),
        one_of("basis", *EVIDENCED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    basis: Mapped[str]
    channel: Mapped[str]
    purpose: Mapped[str]
    matter: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # a word, not a sentence
    evidence: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # where it can be seen: "order:A-1"
    at: Mapped[datetime]
    until: Mapped[datetime | None]  # none: until they refuse


class Objection(Made, Base):
    """The customer objects to being profiled, or takes that back; only added to."""

    __tablename__ = "crm_objection"
    __table_args__ = (
        Index(None, "customer_id", "against", "at"),
        one_of("against", *OBJECTIONS),
        one_of("state", "objected", "withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    against: Mapped[str]
    state: Mapped[str]
    source: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    evidence: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    at: Mapped[datetime]
