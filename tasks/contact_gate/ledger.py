"""The pressure ledger: one row per gate instance, written under a lock on the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.service_task import Answer, Call, service_task
from tasks.campaigns.records import CampaignMember
from tasks.contact_gate.facts import collect
from tasks.contact_gate.limits import insist
from tasks.contact_gate.lock import lock_ledger
from tasks.contact_gate.request import ContactRequest
from tasks.contacts.records import Contact
from tasks.declare.instants import iso
from tasks.declare.together import group_of

STATES = {"send": "sent", "defer": "deferred", "block": "blocked", "skip": "skipped"}
SETTLED = (
    "clicked",
    "responded",
    "opted_out",
)  # the customer has spoken; our bookkeeping stays silent


def reserve_many(
    calls: Sequence[Call], *, session: Session, now: datetime, **_: Any
) -> list[Answer]:
    """Reserve for a set; calls, of which there are so many a day, are counted one by one."""
    taken = [_reserve_one(session, now, call) for call in calls]
    session.flush()
    return [None if each is None else _reserved(each[0]) for each in taken]


def _reserve_one(session: Session, now: datetime, call: Call) -> tuple[Contact | None] | None:
    given = dict(call.inputs)
    channel, mark = given.pop("channel"), given.pop("facts_mark")
    priority = given.pop("priority")
    if channel == "phone" or group_of(session, given["customer_id"]) is None:
        return None
    wanted = ContactRequest(gate_key=call.instance_key, **given)
    try:
        return (_reserve(session, now, wanted, channel, mark, priority),)
    except Invalid:  # what must never happen is told by the job itself
        return None


@service_task(
    name="contact_gate.reserve_slot", retries=5, processes=("contact_gate",), many=reserve_many
)
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
    contact = _reserve(session, now, wanted, channel, facts_mark, priority)
    session.flush()
    return _reserved(contact)


def _reserve(
    session: Session,
    now: datetime,
    wanted: ContactRequest,
    channel: str,
    facts_mark: str,
    priority: int,
) -> Contact | None:
    """Add the row that takes the slot; None if something changed since the decision."""
    if wanted.customer_id is not None:  # somebody unknown has no ledger; the gate's row is enough
        lock_ledger(session, wanted.customer_id, channel)
    contact = _mine(session, wanted.gate_key)
    if contact is not None and contact.decision == "send":
        return contact
    facts = collect(session, wanted, now)
    if facts["facts_mark"] != facts_mark or not _agent_free(facts, channel):
        return None
    insist(facts, wanted.purpose, channel)
    contact = contact or _new(wanted, now)
    contact.channel = channel
    contact.priority = priority
    contact.relevance = facts["relevance"]
    contact.basis = facts["bases"].get(channel, "")
    contact.reminder_of = wanted.reminder_of if facts["reminder"] else None
    contact.cost = int(facts["cost_per_contact"].get(channel, 0))
    _decide(contact, "send", "", "", now)
    _add(session, contact)
    return contact


def _reserved(contact: Contact | None) -> dict[str, Any]:
    return {"recheck": contact is None, "contact_id": contact and contact.id}


def record_many(
    calls: Sequence[Call], *, session: Session, now: datetime, **_: Any
) -> list[Answer]:
    """Record a set: one statement for all rows of the ledger, one for the members."""
    told = [
        _record(session, now, call.instance_key, **call.inputs)
        if group_of(session, call.inputs["customer_id"])
        else None
        for call in calls
    ]
    session.flush()
    _move_members(session, [(each[0], each[1]) for each in told if each is not None])
    return [None if each is None else _recorded(each[0], now) for each in told]


@service_task(name="contact_gate.record", retries=5, processes=("contact_gate",), many=record_many)
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
    given: dict[str, Any] = {
        "purpose": purpose,
        "message_ref": message_ref,
        "decision": decision,
        "customer_id": customer_id,
        "case_id": case_id,
        "rule": rule,
        "reason": reason,
        "channel": channel,
        "not_before": not_before,
        "priority": priority,
        "campaign_id": campaign_id,
        "relevance": relevance,
    }
    contact, state = _record(session, now, instance_key, **given)
    session.flush()
    _move_members(session, [(contact, state)])
    return _recorded(contact, now)


def _record(
    session: Session,
    now: datetime,
    instance_key: str,
    *,
    purpose: str,
    message_ref: str,
    decision: str,
    customer_id: int | None,
    case_id: int | None,
    rule: str,
    reason: str,
    channel: str | None,
    not_before: datetime | None,
    priority: int,
    campaign_id: int | None,
    relevance: float | None,
) -> tuple[Contact, str]:
    """Write the row of the ledger; return it with the state that the member has from now on."""
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
    _add(session, contact)
    return contact, "bounced" if undelivered else STATES[decision]


def _recorded(contact: Contact, now: datetime) -> dict[str, Any]:
    return {"contact_id": contact.id, "decided_at": iso(now)}


def _add(session: Session, contact: Contact) -> None:
    session.add(contact)
    group = group_of(session)
    if group is not None:
        group.kept["contact", contact.gate_key] = contact


def _mine(session: Session, gate_key: str) -> Contact | None:
    group = group_of(session)
    if group is not None:  # the gates of a set are new
        found: Contact | None = group.kept.get(("contact", gate_key))
        return found
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


_MEMBER = cast(Table, CampaignMember.__table__)
_MOVE = (
    update(_MEMBER)
    .where(
        _MEMBER.c.campaign_id == bindparam("of_campaign"),
        _MEMBER.c.customer_id == bindparam("who"),
        *(_MEMBER.c.state != settled for settled in SETTLED),
    )
    .values(state=bindparam("to_state"), reason=bindparam("because"))
)


def _move_members(session: Session, moved: Sequence[tuple[Contact, str]]) -> None:
    rows = [
        {
            "of_campaign": contact.campaign_id,
            "who": contact.customer_id,
            "to_state": state,
            "because": contact.reason,
        }
        for contact, state in moved
        if contact.campaign_id is not None
    ]
    if rows:
        session.connection().execute(_MOVE, rows)
