"""How a statement of a customer is written down: never dated ahead, and with when it was heard."""

from datetime import datetime
from typing import Any

# how the source of what a file says begins; a file outranks no refusal
IMPORT = "import:"


def said(
    customer_id: int,
    channel: str,
    purpose: str,
    state: str,
    *,
    source: str,
    at: datetime,
    now: datetime,
    topic: str | None = None,
    text_version: str = "",
    evidence: str = "",
) -> dict[str, Any]:
    """Return the columns of a consent that was said at an instant and is heard now."""
    return {
        "customer_id": customer_id,
        "channel": channel,
        "purpose": purpose,
        "topic": topic,
        "state": state,
        "source": source,
        "text_version": text_version,
        "evidence": evidence,
        "at": min(at, now),
        "heard_at": now,
    }
