"""What happens to campaigns and tiers is told to whoever listens, once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.transaction.ports import DomainEvent
from tasks.campaigns.status import set_status
from tasks.outbound_webhooks.records import OutgoingEvent, Webhook
from tasks.scores.keep import changes
from tests.support.crm import NOON, campaign


def test_each_turn_of_a_campaign_is_told_and_saying_it_again_is_not(session: Session) -> None:
    hook = {"name": "Shop", "url": "https://example.com/", "types": ["campaign.*"], "secret": "s"}
    session.add(Webhook(**hook, created_at=NOON))
    spring = campaign(session, status="planned")

    for status in ("running", "running", "paused", "paused", "running", "stopped"):
        set_status(session, spring, status, NOON, "enough" if status == "paused" else None)
    session.flush()

    told = session.scalars(select(OutgoingEvent).order_by(OutgoingEvent.id)).all()
    assert [event.type for event in told] == [
        "campaign.released", "campaign.paused", "campaign.resumed", "campaign.stopped",
    ]  # fmt: skip
    assert told[0].data["campaign_id"] == spring.id


def test_a_tier_that_changed_is_told_and_a_first_one_is_not() -> None:
    before = {who: {"tier": "B", "silent": False} for who in (7, 8)}
    rows = [
        {"customer_id": who, "tier": tier, "silent": False}
        for who, tier in ((7, "A"), (8, "B"), (9, "A"))
    ]
    assert list(changes(before, rows)) == [
        DomainEvent("customer.tier_changed", {"customer_id": 7, "from": "B", "to": "A"})
    ]
