"""The contact somebody wants to make."""

from dataclasses import dataclass

from engine.errors import Invalid

CASE_HANDLING = "case_handling"  # the answer to somebody's case, where they asked to have it


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """What the caller of the gate asked for; `gate_key` is the gate instance.

    Whom it is for: a customer, or for the purpose of handling a case whoever opened that case.
    """

    customer_id: int | None
    purpose: str
    message_ref: str
    campaign_id: int | None
    relevance: float | None
    wanted_channel: str | None
    gate_key: str
    case_id: int | None = None
    reminder_of: int | None = None  # the contact of the invitation that is reminded of

    def __post_init__(self) -> None:
        """Refuse a contact with nobody, and the handling of no case."""
        if self.purpose == CASE_HANDLING and self.case_id is None:
            raise Invalid("Handling a case needs the case: case_id.")
        if self.customer_id is None and self.purpose != CASE_HANDLING:
            raise Invalid("A contact needs a customer: customer_id.")
