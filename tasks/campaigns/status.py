"""Changes the status of a campaign, and tells whoever subscribed."""

from datetime import datetime

from sqlalchemy.orm import Session

from tasks.campaigns.records import Campaign
from tasks.outbound_webhooks import tell


def set_status(
    session: Session, campaign: Campaign, status: str, now: datetime, reason: str | None = None
) -> None:
    """Give a campaign a status and its reason; saying the same again tells nobody."""
    before = campaign.status
    campaign.status, campaign.paused_reason = status, reason
    if status != before:
        announce(session, campaign, _word(before, status), now)


def announce(session: Session, campaign: Campaign, what: str, now: datetime) -> None:
    """Tell `campaign.<what>`."""
    instance = campaign.instance_key
    data = {
        "campaign_id": campaign.id,
        "name": campaign.name,
        "status": campaign.status,
        "instance_key": str(instance) if instance else None,
    }
    tell(session, f"campaign.{what}", data, now)


def _word(before: str, status: str) -> str:
    if status == "running":
        return "resumed" if before == "paused" else "released"
    return status
