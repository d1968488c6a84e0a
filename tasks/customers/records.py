"""Customers and the ways to reach them. Personal fields are marked for erasure."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from engine.text.addresses import address_key
from engine.text.normal import key_form, search_form
from engine.text.phones import region_of_zone
from tasks.customers.addresses import dead
from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.derived import derived
from tasks.declare.personal import NOT_PERSONAL, Mention, personal
from tasks.declare.words import CHANNELS

STAGES = (  # see `tasks.customers.lifecycle`
    "provisional",
    "prospect",
    "new",
    "known",
    "developed",
    "at_risk",
    "lapsed",
    "regained",
    "lost",
)


class Customer(Versioned, Base):
    """A person, company or household we serve."""

    __tablename__ = "crm_customer"
    __table_args__ = (
        one_of("kind", "person", "company", "household"),
        one_of("lifecycle_stage", *STAGES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="person")
    name: Mapped[str] = mapped_column(info=personal(mention=Mention.NAME))
    search_name: Mapped[str] = mapped_column(  # what a search looks in
        default=derived(search_form, "name"), server_default="", info=personal()
    )
    language: Mapped[str] = mapped_column(default="en", info=NOT_PERSONAL)
    timezone: Mapped[str] = mapped_column(default="UTC", info=personal("UTC"))
    # two letters; its market says on which basis they are contacted
    country: Mapped[str] = mapped_column(
        default=derived(region_of_zone, "timezone"), server_default="", info=personal()
    )
    calendar: Mapped[str | None] = mapped_column(info=personal())  # whose holidays are kept
    lifecycle_stage: Mapped[str] = mapped_column(default="known", info=personal("lost"))
    relationship_since: Mapped[date | None] = mapped_column(info=personal())
    owner: Mapped[str | None] = mapped_column(info=personal())
    deputy: Mapped[str | None] = mapped_column(info=personal())
    sponsor: Mapped[str | None] = mapped_column(info=personal())
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"), info=personal())
    do_not_contact: Mapped[bool] = mapped_column(default=False, info=personal(blank=True))
    # when we heard that they want no contact: what was said before does not undo it
    no_contact_since: Mapped[datetime | None]
    deceased: Mapped[bool] = mapped_column(default=False)
    legal_hold: Mapped[bool] = mapped_column(default=False)
    intensive_care_until: Mapped[datetime | None] = mapped_column(info=personal())
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    erased_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)  # made up; shown as such

    contact_points: Mapped[list["ContactPoint"]] = relationship(back_populates="customer")
    identifiers: Mapped[list["Identifier"]] = relationship(back_populates="customer")

    @validates("name")
    def _keep_search_name(self, _: str, name: str) -> str:
        self.search_name = search_form(name)
        return name


class ContactPoint(Made, Base):
    """An address on one channel; reachable while `valid`."""

    __tablename__ = "crm_contact_point"
    __erasure__ = "delete"
    __table_args__ = (
        UniqueConstraint("customer_id", "channel", "value"),
        Index(None, "channel", "value"),
        Index(None, "channel", "key"),
        one_of("channel", *CHANNELS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    channel: Mapped[str]
    value: Mapped[str] = mapped_column(info=personal())
    search_value: Mapped[str] = mapped_column(  # what a search looks in
        default=derived(search_form, "value"), server_default="", info=personal()
    )
    key: Mapped[str] = mapped_column(  # what all spellings of the address share
        default=derived(address_key, "channel", "value"), server_default="", info=personal()
    )
    verified_at: Mapped[datetime | None]
    valid: Mapped[bool] = mapped_column(default=True)
    bounced_at: Mapped[datetime | None]
    soft_bounces: Mapped[int] = mapped_column(default=0)  # in a row

    customer: Mapped[Customer] = relationship(back_populates="contact_points")


class Identifier(Base):
    """What another system calls the customer."""

    __tablename__ = "crm_identifier"
    __erasure__ = "delete"
    __table_args__ = (
        UniqueConstraint("system", "external_id"),
        Index(None, "system", "key"),
        Index(None, "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    system: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    external_id: Mapped[str] = mapped_column(info=personal())
    key: Mapped[str] = mapped_column(  # what all spellings of the id share
        default=derived(key_form, "external_id"), server_default="", info=personal()
    )

    customer: Mapped[Customer] = relationship(back_populates="identifiers")


def reachable(channel: str | None = None) -> Select[int, str]:
    """Select (customer_id, channel) of every working address, of one channel if given."""
    query = select(ContactPoint.customer_id, ContactPoint.channel)
    query = query.where(ContactPoint.valid, ~dead(ContactPoint))
    if channel is not None:
        query = query.where(ContactPoint.channel == channel)
    return query.distinct()
