"""Releases the treated arm wave by wave: one contact gate instance per member, never two."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import store
from engine.engine import Engine
from engine.service_task import service_task
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.campaigns.status import set_status
from tasks.declare.instants import iso
from tasks.offers.records import Offer
from tasks.scores.records import latest_scores
from tasks.targeting.campaign_planning import approval
from tasks.targeting.campaign_planning.gate_instances import (
    GATE,
    PERSONAL,
    THROUGH,
    business_key,
    let_go,
)

LARGEST_WAVE = 500
CHUNK = 50  # between chunks a pause is noticed and other work gets its turn


@service_task(name="targeting.open_release", retries=3, processes=("campaign_planning",))
def open_release(
    session: Session, engine: Engine, now: datetime, campaign_id: int
) -> dict[str, Any]:
    """Open the release, for the first time or after a pause.

    Reads ``campaign_id``; the campaign is running from now on, and who was held at the gate goes
    on. Raises when the campaign is not what was approved. Answers ``watch_from``: reactions to what
    was sent before do not count any more.
    """
    campaign = session.get_one(Campaign, campaign_id)
    if "released_at" not in campaign.result:
        approval.insist(session, campaign)
    set_status(session, campaign, "running", now)
    campaign.result = {"released_at": iso(now)} | campaign.result
    session.commit()
    let_go(engine, campaign_id)
    return {"watch_from": iso(now)}


@service_task(name="targeting.release_wave", retries=5, processes=("campaign_planning",))
def release_wave(
    session: Session, engine: Engine, campaign_id: int, wave: int, size: int, ends_at: str
) -> dict[str, Any]:
    """Hand the next members of the treated arm to the contact gate.

    Reads ``campaign_id``, ``wave`` (its number), ``size`` (at most 500) and ``ends_at`` (after
    which nothing is sent). Where the brief says that the best offer is chosen for each person, the
    choice comes first and calls the gate. Each member gets one such instance with the business key
    ``campaign-<id>:customer-<id>``. Running the same wave again hands over only who is missing.
    Answers ``released``, the number of members of this wave.
    """
    campaign = session.get_one(Campaign, campaign_id)
    _choose(session, campaign_id, wave, min(size, LARGEST_WAVE))
    session.commit()
    waiting = session.execute(_members(campaign_id, wave)).all()
    given = _given(campaign, ends_at)
    relevance = Relevance(session, campaign)
    items = [
        (business_key(campaign_id, member.customer_id), member.customer_id)
        for member in waiting
        if member.state == "released"
    ]
    variables = {
        key: given | {"customer_id": customer, "relevance": relevance.of(customer)}
        for key, customer in items
    }
    process = PERSONAL if campaign.personal else GATE
    session.rollback()  # what follows writes in transactions of the engine
    keys = list(variables)
    for start in range(0, len(keys), CHUNK):
        if not _running(session, campaign_id):
            break
        fresh = _not_started(engine, keys[start : start + CHUNK])
        chosen = [(key, variables[key]) for key in fresh]
        engine.instances.start_together(process, chosen, engine.services)
    return {"released": len(waiting)}


class Relevance:
    """The response to expect from a customer: of his segment to the best of the offers."""

    def __init__(self, session: Session, campaign: Campaign) -> None:
        found = session.scalars(select(Offer).where(Offer.name.in_(campaign.offers))).all()
        self._segment = {
            score.customer_id: score.segment for score in session.scalars(latest_scores())
        }
        names = {*self._segment.values(), campaign.segment}
        self._by_segment = {
            name: max(
                (r for offer in found if (r := offer.relevance_for(name)) is not None),
                default=campaign.expected_response,
            )
            for name in names
        }
        self._otherwise = self._by_segment[campaign.segment]

    def of(self, customer: int) -> float:
        """Answer it as a share."""
        return self._by_segment.get(self._segment.get(customer, ""), self._otherwise)


def _choose(session: Session, campaign_id: int, wave: int, size: int) -> None:
    """Put the next members into this wave, unless an earlier attempt already did."""
    mine = (CampaignMember.campaign_id == campaign_id, CampaignMember.arm == "treat")
    if session.scalar(select(CampaignMember.id).where(*mine, CampaignMember.wave == wave).limit(1)):
        return
    following = (
        select(CampaignMember.id)
        .where(*mine, CampaignMember.state == "planned", CampaignMember.wave.is_(None))
        .order_by(CampaignMember.id)
        .limit(size)
    )
    session.execute(
        update(CampaignMember)
        .where(CampaignMember.id.in_(list(session.scalars(following))))
        .values(wave=wave, state="released")
    )


def _members(campaign_id: int, wave: int) -> Any:
    return (
        select(CampaignMember.customer_id, CampaignMember.state)
        .where(
            CampaignMember.campaign_id == campaign_id,
            CampaignMember.arm == "treat",
            CampaignMember.wave == wave,
        )
        .order_by(CampaignMember.id)
    )


def _given(campaign: Campaign, ends_at: str) -> dict[str, Any]:
    chosen_from = {"offers": list(campaign.offers)} if campaign.personal else {}
    return chosen_from | {
        "campaign_id": campaign.id,
        "purpose": "marketing",
        "message_ref": campaign.template_name,
        "priority": campaign.priority,
        "expires_at": ends_at,
    }


def _running(session: Session, campaign_id: int) -> bool:
    status = session.scalar(select(Campaign.status).where(Campaign.id == campaign_id))
    session.rollback()
    return status == "running"


def _not_started(engine: Engine, keys: Sequence[str]) -> Iterator[str]:
    """Leave out who ever had a gate instance for this campaign, running or ended."""
    column = store.instance.c
    query = select(column.business_key).where(
        column.process_id.in_(THROUGH), column.business_key.in_(keys)
    )
    with store.reading(engine.database) as connection:
        known = set(connection.scalars(query))
    return (key for key in keys if key not in known)
