"""What each kind of event does to the records."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.events.happening import Happening
from tasks.events.orders import delivered, placed, returned
from tasks.events.reactions import bounced, clicked, reacted, refused
from tasks.records.cases import Case
from tasks.records.consents import Consent, Preference
from tasks.records.customers import Customer
from tasks.records.interactions import Interaction
from tasks.webhooks import tell

Effect = Callable[[Session, Happening], dict[str, Any]]


def preference_changed(session: Session, happening: Happening) -> dict[str, Any]:
    """Keep each permission as a new consent and the wishes on the preference."""
    customer = session.get_one(Customer, happening.customer_id)
    said = happening.payload["consents"]
    for consent in said:
        session.add(
            Consent(customer_id=customer.id, source=_source(happening), at=happening.at, **consent)
        )
    if "do_not_contact" in happening.payload:
        customer.do_not_contact = happening.payload["do_not_contact"]
        customer.updated_at = happening.now
    wishes = ("preferred_channel", "max_per_30d", "never_topics", "interests")
    changed = {name: happening.payload[name] for name in wishes if name in happening.payload}
    if changed:
        _wish(session, customer.id, changed, happening.now)
    return {
        "consents": len(said),
        "preferences": sorted(changed),
        "do_not_contact": customer.do_not_contact,
    }


def complaint_received(session: Session, happening: Happening) -> dict[str, Any]:
    """Open a case; marketing waits until it is closed."""
    case = Case(
        number=f"C-{happening.event.id:06d}",
        customer_id=happening.event.customer_id,
        kind="complaint",
        channel=happening.payload["channel"],
        text=happening.payload["text"],
        wish=happening.payload["wish"],
        order_no=happening.payload["order_id"],
        opened_at=happening.at,
        created_at=happening.now,
        created_by=_source(happening),
    )
    session.add(case)
    session.flush()
    opened = {"case_id": case.id, "number": case.number, "kind": case.kind}
    opened |= {"customer_id": case.customer_id, "severity": case.severity}
    tell(session, "case.opened", opened, happening.now)
    return {"case": case.number}


def interaction_received(session: Session, happening: Happening) -> dict[str, Any]:
    """Keep what was said, once per source and its id there."""
    said = happening.payload
    return _keep(session, happening, said["interaction_id"] or happening.event.event_id)


def customer_replied(session: Session, happening: Happening) -> dict[str, Any]:
    """Keep the answer with the case it is about."""
    happening.payload.setdefault("direction", "in")
    return _keep(session, happening, happening.event.event_id)


def _keep(session: Session, happening: Happening, external_id: str) -> dict[str, Any]:
    said, source = happening.payload, happening.event.source
    case = _case(session, said.get("case_id"))
    known = session.scalar(
        select(Interaction.id).where(
            Interaction.source == source, Interaction.external_id == external_id
        )
    )
    if known is None:
        interaction = Interaction(
            customer_id=happening.event.customer_id or (case and case.customer_id),
            case_id=case and case.id,
            source=source,
            external_id=external_id,
            direction=said["direction"],
            channel=said["channel"],
            at=happening.at,
            subject=said.get("subject", ""),
            text=said["text"],
            agent=said.get("agent"),
            created_at=happening.now,
            created_by=_source(happening),
        )
        session.add(interaction)
        session.flush()
        known = interaction.id
    return {"interaction": known, "case": case and case.number}


def _case(session: Session, number: str | None) -> Case | None:
    return session.scalar(select(Case).where(Case.number == number)) if number else None


def _wish(session: Session, customer_id: int, changed: dict[str, Any], now: datetime) -> None:
    wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
    if wish is None:
        wish = Preference(customer_id=customer_id, created_at=now)
        session.add(wish)
    for name, value in changed.items():
        setattr(wish, name, value)
    wish.updated_at = now


def _source(happening: Happening) -> str:
    return f"event:{happening.event.source}"


EFFECTS: dict[str, Effect] = {
    "order.placed": placed,
    "order.delivered": delivered,
    "order.returned": returned,
    "message.delivered": reacted,
    "message.opened": reacted,
    "message.clicked": clicked,
    "message.replied": reacted,
    "message.bounced": bounced,
    "message.opted_out": refused,
    "message.spam": refused,
    "preference.changed": preference_changed,
    "complaint.received": complaint_received,
    "complaint.customer_replied": customer_replied,
    "interaction.received": interaction_received,
}
