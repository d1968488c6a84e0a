"""The contact somebody wants to make."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """What the caller of the gate asked for; `gate_key` is the gate instance."""

    customer_id: int
    purpose: str
    message_ref: str
    campaign_id: int | None
    relevance: float | None
    wanted_channel: str | None
    gate_key: str
