"""Which records have an end: where they stand, when their time begins, what is blanked.

Whoever is under a legal hold keeps everything. What the law says is longer than what a rule says:
invoices and consents have no end here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, func, select

from tasks.cases.records import Case
from tasks.consents.records import Consent
from tasks.contacts.records import Contact, Message
from tasks.customers.records import Customer
from tasks.declare.base import Base
from tasks.intents.records import IntentSignal
from tasks.interactions.records import Interaction
from tasks.leads.records import Lead
from tasks.notes.records import CustomerNote
from tasks.profiles.records import ProfileFact
from tasks.scores.records import CustomerScore
from tasks.segments.records import SegmentMove
from tasks.surveys.records import SurveyAnswer

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. `since` is the instant its time begins with; null: not yet."""

    model: type[Base]
    since: Any  # a column, or an expression of columns
    only: Callable[[], Condition | None] = lambda: None
    blank: Mapping[str, Any] | None = None  # column: what is left
    held: Callable[[], Condition | None] | None = None  # rows that are kept whatever the rule


def _on_hold(model: Any) -> Callable[[], Condition]:
    held = select(Customer.id).where(Customer.legal_hold)
    return lambda: model.customer_id.in_(held)


def _evidence() -> Condition:
    """Say which interactions prove what a customer permits or refuses."""
    proofs = select(Consent.evidence).where(Consent.evidence != "")
    proven = ("interaction:" + cast(Interaction.id, String)).in_(proofs)
    return proven | Interaction.customer_id.in_(select(Customer.id).where(Customer.legal_hold))


def _message_on_hold() -> Condition:
    theirs = select(Contact.id).join(Customer, Customer.id == Contact.customer_id)
    return Message.contact_id.in_(theirs.where(Customer.legal_hold))


KINDS: Final[Mapping[str, Kind]] = {
    "leads": Kind(
        Lead,
        func.coalesce(Lead.closed_at, Lead.created_at),
        only=lambda: Lead.stage.not_in(("won",)),
        held=_on_hold(Lead),
    ),
    "cases_of_strangers": Kind(
        Case,
        Case.closed_at,
        only=lambda: Case.customer_id.is_(None) & (Case.text != ""),
        blank={"text": "", "wish": None, "contact_address": None, "facts": None, "order_no": None},
    ),
    "survey_texts": Kind(
        SurveyAnswer,
        SurveyAnswer.at,
        only=lambda: SurveyAnswer.text != "",
        blank={"text": ""},
        held=_on_hold(SurveyAnswer),
    ),
    "interactions": Kind(Interaction, Interaction.at, held=_evidence),
    "messages": Kind(
        Message,
        func.coalesce(Message.sent_at, Message.created_at),
        only=lambda: (Message.body != "") & Message.state.in_(("sent", "failed")),
        blank={"body": "", "subject": "", "search_text": ""},
        held=_message_on_hold,
    ),
    "notes": Kind(CustomerNote, CustomerNote.at, held=_on_hold(CustomerNote)),
    "profile_facts": Kind(ProfileFact, ProfileFact.at, held=_on_hold(ProfileFact)),
    "purchase_signals": Kind(IntentSignal, IntentSignal.at, held=_on_hold(IntentSignal)),
    "scores": Kind(
        CustomerScore,
        CustomerScore.as_of,
        # the newest of each customer is what holds now
        only=lambda: CustomerScore.id.not_in(
            select(func.max(CustomerScore.id)).group_by(CustomerScore.customer_id)
        ),
        held=_on_hold(CustomerScore),
    ),
    "segment_moves": Kind(SegmentMove, SegmentMove.at, held=_on_hold(SegmentMove)),
}
