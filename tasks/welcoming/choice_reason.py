"""Why customers chose us: what we had claimed, what they say, and codes for free words."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.normal import search_form
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.choice_reasons.records import ChoiceReason, ReasonCode
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.instants import iso
from tasks.welcoming.identify_new import find

ASK_AFTER = timedelta(days=10)
OTHER = "other"
OFTEN = 5  # the same obstacle in 30 days
LATELY = timedelta(days=30)


@service_task(name="welcoming.claims_made", retries=3)
def claims_made(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Look up what we claimed before the customer chose us; records nothing.

    Returns ``customer_name``, ``claims`` (names of the campaigns the customer was in),
    ``ask_at`` (ten days from now), ``kind`` and ``language`` of the customer.
    """
    customer = find(session, customer_id)
    claims = session.scalars(
        select(Campaign.name)
        .join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
        .where(CampaignMember.customer_id == customer_id, CampaignMember.arm == "treat")
    ).all()
    return {
        "customer_name": customer.name,
        "claims": list(claims),
        "ask_at": iso(now + ASK_AFTER),
        "kind": customer.kind,
        "language": customer.language,
    }


@service_task(name="welcoming.keep_choice_reason", retries=5)
def keep_choice_reason(
    session: Session,
    now: datetime,
    customer_id: int,
    main_reason: str,
    other: str | None = None,
    considered: str | None = None,
    almost_stopped_you: str | None = None,
    recommended_by: str | None = None,
    may_tell: bool | None = None,  # noqa: FBT001 - a field of a form
    promised_to_you: str | None = None,
    kept_promise: bool | None = None,  # noqa: FBT001 - a field of a form
) -> dict[str, Any]:
    """Keep the reason; a customer is asked once, a second answer replaces the first.

    Reads the fields of the form. Free words that are a code's title get the code. Returns
    ``coded``, ``recommender_id`` (the customer who recommended us, if we know them),
    ``claim_kept`` (false where something was promised and, as the customer says, not kept) and
    ``stopped_often`` (the same obstacle was named five times in 30 days).
    """
    code = _code_of(session, other) if main_reason == OTHER else main_reason
    reason = session.scalar(select(ChoiceReason).where(ChoiceReason.customer_id == customer_id))
    if reason is None:
        reason = ChoiceReason(customer_id=customer_id, created_at=now, reason=OTHER, at=now)
        session.add(reason)
    reason.reason, reason.other = code or OTHER, other or ""
    reason.considered, reason.almost_stopped = considered or "", almost_stopped_you or ""
    reason.promised, reason.may_tell = promised_to_you or "", bool(may_tell)
    reason.recommended_by_id = _known(session, recommended_by, customer_id)
    reason.at, reason.updated_at = now, now
    session.flush()
    return {
        "coded": code is not None,
        "recommender_id": reason.recommended_by_id,
        "claim_kept": not (promised_to_you and kept_promise is False),
        "stopped_often": _how_often(session, now, almost_stopped_you) >= OFTEN,
    }


@service_task(name="welcoming.keep_reason_code", retries=5)
def keep_reason_code(
    session: Session, now: datetime, customer_id: int, code: str, new_code: str | None = None
) -> dict[str, Any]:
    """Give the free words of a customer a code; a new one stands in the list from now on.

    Reads ``code`` (a code, or "new") and ``new_code`` (its title). Returns ``code``.
    """
    chosen = code
    if code == "new" and new_code:
        chosen = search_form(new_code).replace(" ", "_")
        known = select(ReasonCode.id).where(ReasonCode.kind == "choice", ReasonCode.code == chosen)
        if session.execute(known).first() is None:
            session.add(ReasonCode(kind="choice", code=chosen, title=new_code, created_at=now))
    reason = session.scalar(select(ChoiceReason).where(ChoiceReason.customer_id == customer_id))
    if reason is not None:
        reason.reason, reason.updated_at = chosen, now
    return {"code": chosen}


def _code_of(session: Session, words: str | None) -> str | None:
    said = search_form(words or "")
    codes = session.scalars(select(ReasonCode).where(ReasonCode.kind == "choice"))
    return next((each.code for each in codes if search_form(each.title) == said), None)


def _known(session: Session, who: str | None, customer_id: int) -> int | None:
    """Return the customer somebody means by a name or an address; None if it is not clear."""
    if not who or not who.strip():
        return None
    by_mail = select(ContactPoint.customer_id).where(
        ContactPoint.channel == "email", func.lower(ContactPoint.value) == who.strip().lower()
    )
    by_name = select(Customer.id).where(Customer.name == who.strip())
    for query in (by_mail, by_name):
        found = set(session.scalars(query.limit(2))) - {customer_id}
        if len(found) == 1:
            return found.pop()
    return None


def _how_often(session: Session, now: datetime, obstacle: str | None) -> int:
    said = search_form(obstacle or "")
    if not said:
        return 0
    lately = select(ChoiceReason.almost_stopped).where(ChoiceReason.at > now - LATELY)
    return sum(search_form(each) == said for each in session.scalars(lately))
