"""The pressure ledger (every contact decided on, made or not) and the messages that went out."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.text.normal import search_form
from tasks.declare.base import Base, Made, one_of
from tasks.declare.derived import derived
from tasks.declare.personal import ADDRESS, BELONGS, NOT_PERSONAL, personal
from tasks.declare.words import PURPOSES

DECISIONS = ("send", "defer", "block", "skip")


class Contact(Made, Base):
    """One contact that was wanted, what the gate decided, why, and how the customer reacted."""

    __tablename__ = "crm_contact"
    __table_args__ = (
        Index(None, "customer_id", "decision", "decided_at"),
        Index(None, "campaign_id", "decision"),
        one_of("decision", *DECISIONS),
        one_of("purpose", *PURPOSES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gate_key: Mapped[str | None] = mapped_column(
        unique=True, info=NOT_PERSONAL
    )  # the gate instance that decided
    # nobody where a case of somebody who is no customer is answered
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    purpose: Mapped[str]
    channel: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    template_name: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("crm_template.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("crm_campaign.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("crm_case.id"))
    # on which basis it was permitted: consent, contract, soft_opt_in …
    basis: Mapped[str] = mapped_column(default="", server_default="", info=NOT_PERSONAL)
    reminder_of: Mapped[int | None] = mapped_column(ForeignKey("crm_contact.id"), index=True)
    priority: Mapped[int] = mapped_column(default=3)
    relevance: Mapped[float | None]
    decision: Mapped[str]
    rule: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # the reason as a stable word
    reason: Mapped[str] = mapped_column(default="", info=personal())  # the same for people
    decided_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    deferrals: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int] = mapped_column(BigInteger, default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    spam_at: Mapped[datetime | None]


def _searched(recipient: str, subject: str) -> str:
    return search_form(f"{recipient}\n{subject}")


class Message(Made, Base):
    """One outgoing message. Its `key` goes with it, so that nobody gets it twice unnoticed.

    queued ─► sending ─► sent       outbox: kept here, nobody was written to
                  └────► failed     for good; a passing fault goes back to queued
    """

    __tablename__ = "crm_message"
    __table_args__ = (
        one_of("state", "queued", "sending", "sent", "failed"),
        one_of("transport", "outbox", "smtp", "webhook"),
        Index(None, "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, info=NOT_PERSONAL)
    internal: Mapped[bool] = mapped_column(default=False)  # a note to a colleague
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_contact.id"), index=True, info=BELONGS
    )
    partner_id: Mapped[int | None]  # to a partner, who needs no contact of the gate
    channel: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    transport: Mapped[str]
    recipient: Mapped[str] = mapped_column(info=personal() | ADDRESS)
    sender: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    subject: Mapped[str] = mapped_column(default="", info=personal())
    search_text: Mapped[str] = mapped_column(  # what a search looks in
        default=derived(_searched, "recipient", "subject"), server_default="", info=personal()
    )
    body: Mapped[str] = mapped_column(info=personal())
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal())
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # our own words
