"""What exactly is approved with a campaign: the brief, its offers, the words of its messages."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from tasks.approvals import keeping
from tasks.campaigns.records import Campaign
from tasks.declare.instants import iso
from tasks.offers.records import Offer
from tasks.templates.records import Template

WHAT, TASK = "campaign", "approve_campaign"
BRIEF = (
    "name", "objective", "hypothesis", "segment", "offers", "channels", "starts", "ends", "budget",
    "margin_per_response", "currency", "expected_response", "control_share", "success_measure",
    "priority", "template_name",
)  # fmt: skip
OFFER = ("name", "kind", "products", "price_rule", "discount", "valid_from", "valid_until")
TEMPLATE = ("channel", "language", "edition", "purpose", "subject", "body")


def put_forward(session: Session, campaign: Campaign, now: datetime) -> None:
    """Remember what approvers are about to see."""
    seen = {"digest": digest(session, campaign), "at": iso(now)}
    campaign.result = campaign.result | {"put_forward": seen}


def keep(session: Session, campaign: Campaign, instance_key: int) -> None:
    """Write down who approved what was put forward."""
    seen = campaign.result.get("put_forward")
    if seen is None:
        raise Invalid(f"Campaign {campaign.id} was never put forward to be approved.")
    keeping.keep(
        session,
        WHAT,
        campaign.id,
        seen["digest"],
        instance_key=instance_key,
        element=TASK,
        since=datetime.fromisoformat(seen["at"]),
    )


def insist(session: Session, campaign: Campaign) -> None:
    """Raise Invalid if the campaign is not what was put forward and approved."""
    now = digest(session, campaign)
    if campaign.result.get("put_forward", {}).get("digest") != now:
        raise Invalid(f"Campaign {campaign.id} is no longer what was put forward.")
    keeping.insist(session, WHAT, campaign.id, now)


def digest(session: Session, campaign: Campaign) -> str:
    """Return the fingerprint of the brief with its offers and messages as they are now."""
    offers = select(Offer).where(Offer.name.in_(campaign.offers)).order_by(Offer.name)
    words = select(Template).where(Template.name == campaign.template_name).order_by(Template.id)
    facts = _facts(campaign, BRIEF) + (["personal"] if campaign.personal else [])
    content = [
        facts,
        [_facts(offer, OFFER) for offer in session.scalars(offers)],
        [_facts(template, TEMPLATE) for template in session.scalars(words)],
    ]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def _facts(record: Any, names: tuple[str, ...]) -> list[Any]:
    return [getattr(record, name) for name in names]
