"""The pressure ledger: one row per gate instance, written under a lock on the customer."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.service_task import service_task
from tasks.campaigns.records import CampaignMember
from tasks.contact_gate.facts import collect
from tasks.contact_gate.limits import insist
from tasks.contact_gate.lock import lock_ledger
from tasks.contact_gate.request import ContactRequest
from tasks.contacts.records import Contact
from tasks.declare.instants import iso

STATES = {"send": "sent", "defer": "deferred", "block": "blocked", "skip": "skipped"}
SETTLED = (
    "clicked",
    "responded",
    "opted_out",
)  # the customer has spoken; our bookkeeping stays silent


@service_task(name="contact_gate.reserve_slot", retries=5, processes=("contact_gate",))
def reserve_slot(
    session: Session,
    now: datetime,
    instance_key: str,
    purpose: str,
    message_ref: str,
    channel: str,
    facts_mark: str,
    customer_id: int | None = None,
    case_id: int | None = None,
    priority: int = 3,
    campaign_id: int | None = None,
    relevance: float | None = None,
    wanted_channel: str | None = None,
    reminder_of: int | None = None,
) -> dict[str, Any]:
    """Take the slot for this contact in the customer's ledger.

    Locks the ledger and looks at permission, caps and everything else of weight again. Answers
    ``recheck`` = true and takes nothing if something changed since the decision (``facts_mark``),
    else ``recheck`` = false and ``contact_id``. Asked again by the same gate, it answers the same.
    What must never happen (refusal, cap, quiet hours …) is refused here, whatever was decided.
    """
    if customer_id is not None:  # somebody unknown has no ledger; the row of this gate is enough
        lock_ledger(session, customer_id, channel)
    contact = _mine(session, instance_key)
    if contact is not None and contact.decision == "send":
        return {"recheck": False, "contact_id": contact.id}
    wanted = ContactRequest(
        customer_id,
        purpose,
        message_ref,
        campaign_id,
        relevance,
        wanted_channel,
        instance_key,
        case_id,
        reminder_of,
    )
    facts = collect(session, wanted, now)
    if facts["facts_mark"] != facts_mark or not _agent_free(facts, channel):
        return {"recheck": True, "contact_id": None}
    insist(facts, purpose, channel)
    contact = contact or _new(wanted, now)
    contact.channel = channel
    contact.priority = priority
    contact.relevance = facts["relevance"]
    contact.basis = facts["bases"].get(channel, "")
    contact.reminder_of = reminder_of if facts["reminder"] else None
    contact.cost = int(facts["cost_per_contact"].get(channel, 0))
    _decide(contact, "send", "", "", now)
    session.add(contact)
    session.flush()
    return {"recheck": False, "contact_id": contact.id}


@service_task(name="contact_gate.record", retries=5, processes=("contact_gate",))
def record(
    session: Session,
    now: datetime,
    instance_key: str,
    purpose: str,
    message_ref: str,
    decision: str,
    customer_id: int | None = None,
    case_id: int | None = None,
    rule: str = "",
    reason: str = "",
    channel: str | None = None,
    not_before: datetime | None = None,
    priority: int = 3,
    campaign_id: int | None = None,
    relevance: float | None = None,
) -> dict[str, Any]:
    """Write into the pressure ledger what became of this contact, and why.

    Reads ``decision`` (send, defer, block, skip) with ``rule``, ``reason``, ``channel`` and
    ``not_before``. Moves the member of the campaign along: sent, deferred, blocked, skipped, or
    bounced when a reserved contact could not be delivered. Answers ``contact_id``.
    """
    if customer_id is not None:
        lock_ledger(session, customer_id)
    wanted = ContactRequest(
        customer_id, purpose, message_ref, campaign_id, relevance, None, instance_key, case_id
    )
    contact = _mine(session, instance_key) or _new(wanted, now)
    reserved = contact.decision == "send"
    if decision == "send" and not reserved:
        raise Invalid("A contact that was not reserved cannot have been sent.")
    undelivered = reserved and decision == "block"
    contact.channel = contact.channel if reserved else channel
    contact.priority = priority
    contact.relevance = relevance
    _decide(contact, decision, rule, reason, now, not_before)
    if decision == "send":
        contact.sent_at = contact.sent_at or now
    if undelivered:
        contact.failed_at = now
        contact.cost = 0
    session.add(contact)
    session.flush()
    _move_member(session, contact, "bounced" if undelivered else STATES[decision])
    return {"contact_id": contact.id, "decided_at": iso(now)}


def _mine(session: Session, gate_key: str) -> Contact | None:
    return session.scalar(select(Contact).where(Contact.gate_key == gate_key))


def _new(wanted: ContactRequest, now: datetime) -> Contact:
    return Contact(
        gate_key=wanted.gate_key,
        customer_id=wanted.customer_id,
        purpose=wanted.purpose,
        template_name=wanted.message_ref,
        campaign_id=wanted.campaign_id,
        case_id=wanted.case_id,
        created_at=now,
        deferrals=0,
    )


def _decide(
    contact: Contact,
    decision: str,
    rule: str,
    reason: str,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    if decision == "defer" and contact.not_before != not_before:
        contact.deferrals += 1
    if contact.decision != decision or decision != "send":
        contact.decided_at = now
    contact.decision = decision
    contact.rule = rule
    contact.reason = reason
    contact.not_before = not_before


def _agent_free(facts: dict[str, Any], channel: str) -> bool:
    return channel != "phone" or bool(facts["agent_slot_free"])


def _move_member(session: Session, contact: Contact, state: str) -> None:
    if contact.campaign_id is None:
        return
    session.execute(
        update(CampaignMember)
        .where(
            CampaignMember.campaign_id == contact.campaign_id,
            CampaignMember.customer_id == contact.customer_id,
            CampaignMember.state.not_in(SETTLED),
        )
        .values(state=state, reason=contact.reason)
    )
