"""Who owns a customer: what the table asks, who is free, and the change itself."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from tasks.cases.records import Case
from tasks.customers.records import Customer
from tasks.declare.people import Colleague, People
from tasks.interactions.records import Interaction
from tasks.key_accounts.records import KeyStatus
from tasks.leads.records import Lead
from tasks.policy.records import values
from tasks.promises.records import Promise

SELLERS = ("sales_rep", "account_manager")
CARERS = ("care_agent",)
KEEPS = frozenset({"new customer", "returned", "lead"})  # asks for an owner, not for another one
TEAM = {"en": "our team", "fa": "تیم ما", "lt": "mūsų komanda"}  # as subject of a sentence
PERSONAL_CONTACT = timedelta(days=365)


@service_task(name="development.ownership_facts", retries=3)
def ownership_facts(
    session: Session, now: datetime, services: People, customer_id: int, reason: str
) -> dict[str, Any]:
    """Look at the customer and at who could own them; changes nothing.

    Reads ``reason`` (new customer, returned, lead, tier changed, customer asked, owner left).
    Returns ``customer_name``, ``old_owner`` (``owner`` until it changes), ``owner_name``,
    ``candidates`` (user, name) and ``facts``, what the table D-12 asks. Raises NotFound.
    """
    customer = _customer(session, customer_id)
    people = services.members(session, (*SELLERS, *CARERS))
    active = {each.username: each.name for each in people}
    owner_is_here = customer.owner in active
    facts = {
        "complaint_and_active_owner": owner_is_here and _complains(session, customer_id),
        "owner_fits": owner_is_here and reason in KEEPS,
        "key_customer": _is_key(session, now, customer_id),
        "known_by": _known_by(session, now, customer, set(active)),
        "territory_rep": values(session, "territory").get(customer.timezone),
        "inbound_lead": _is_lead(session, customer_id),
    }
    return {
        "customer_name": customer.name,
        "old_owner": customer.owner,
        "owner": customer.owner,
        "owner_name": active.get(customer.owner or "", customer.owner),
        "candidates": [{"user": each.username, "name": each.name} for each in people],
        "facts": facts,
    }


@service_task(name="development.present_owner", retries=3)
def present_owner(session: Session, services: People, customer_id: int) -> dict[str, Any]:
    """Look who owns the customer at the moment; changes nothing.

    For who cannot wait until an owner who is being settled has accepted. Returns ``owner``, null
    if nobody owns the customer or the owner has left, and ``owner_name`` as the customer reads it:
    then *our team*, in the language of the customer. Raises NotFound.
    """
    customer = _customer(session, customer_id)
    names = {each.username: each.name for each in services.members(session, (*SELLERS, *CARERS))}
    owner = customer.owner if customer.owner in names else None
    team = TEAM.get(customer.language, TEAM["en"])
    return {"owner": owner, "owner_name": names[owner] if owner else team}


@service_task(name="development.name_owner", retries=3)
def name_owner(
    session: Session, now: datetime, services: People, customer_id: int, rule: str
) -> dict[str, Any]:
    """Find the person for what the table said; changes nothing.

    Reads ``rule`` (account_manager, same_person, territory, least_loaded, care_pool). Returns
    ``new_owner``, ``deputy`` (who stands in) and ``contested``: nobody fits, or the account
    managers have no room (policy value ownership.most_keys); then a person decides.
    """
    customer = _customer(session, customer_id)
    group = {"account_manager": ("account_manager",), "care_pool": CARERS}.get(rule, SELLERS)
    people = services.members(session, group)
    load = _load(session)
    free = sorted(people, key=lambda each: (load[each.username], each.username))
    if rule == "account_manager":
        most = values(session, "ownership")["most_keys"]
        free = [each for each in free if _keys_of(session, now, each) < most]
    wanted = {
        "same_person": _known_by(session, now, customer, {each.username for each in people}),
        "territory": values(session, "territory").get(customer.timezone),
    }.get(rule)
    speaks = [each for each in free if each.language == customer.language]
    chosen = next((each for each in free if each.username == wanted), None)
    if chosen is None and wanted is None:
        chosen = next(iter(speaks or free), None)
    deputy = next((each for each in free if each is not chosen), None)
    return {
        "new_owner": chosen.username if chosen else None,
        "deputy": deputy.username if deputy else None,
        "contested": chosen is None,
    }


@service_task(name="development.make_owner", retries=5)
def make_owner(
    session: Session,
    now: datetime,
    services: People,
    customer_id: int,
    new_owner: str,
    deputy: str | None = None,
    old_owner: str | None = None,
) -> dict[str, Any]:
    """Make somebody the owner; open promises go along.

    Reads ``new_owner``, ``deputy`` and ``old_owner``. Returns ``owner``, ``owner_name`` (as the
    customer reads it), ``promises`` (text, due) and ``tell``, whether the customer had personal
    contact in the last 12 months and so is told.
    """
    customer = _customer(session, customer_id)
    customer.owner, customer.deputy, customer.updated_at = new_owner, deputy, now
    promises = session.scalars(
        select(Promise).where(Promise.customer_id == customer_id, Promise.kept_at.is_(None))
    ).all()
    for promise in promises:
        if promise.made_by == old_owner:
            promise.made_by, promise.updated_at = new_owner, now
    names = {each.username: each.name for each in services.members(session, (*SELLERS, *CARERS))}
    shown = [{"text": each.text, "due": each.due and each.due.isoformat()} for each in promises]
    return {
        "owner": new_owner,
        "owner_name": names.get(new_owner, new_owner),
        "promises": shown,
        "tell": _spoke_lately(session, now, customer_id),
    }


def _customer(session: Session, customer_id: int) -> Customer:
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return customer


def _complains(session: Session, customer_id: int) -> bool:
    found = select(Case.id).where(
        Case.customer_id == customer_id, Case.kind == "complaint", Case.state == "open"
    )
    return session.execute(found.limit(1)).first() is not None


def _is_key(session: Session, now: datetime, customer_id: int) -> bool:
    found = select(KeyStatus.id).where(
        KeyStatus.customer_id == customer_id,
        KeyStatus.status == "key",
        KeyStatus.expires_on > now.date(),
    )
    return session.execute(found.limit(1)).first() is not None


def _is_lead(session: Session, customer_id: int) -> bool:
    found = select(Lead.id).where(Lead.customer_id == customer_id, Lead.closed_at.is_(None))
    return session.execute(found.limit(1)).first() is not None


def _known_by(session: Session, now: datetime, customer: Customer, active: set[str]) -> str | None:
    """Return the colleague who spoke with the customer last, within a year."""
    spoke = (
        select(Interaction.agent)
        .where(
            Interaction.customer_id == customer.id,
            Interaction.agent.in_(sorted(active)),
            Interaction.at > now - PERSONAL_CONTACT,
        )
        .order_by(Interaction.at.desc())
    )
    return session.scalar(spoke.limit(1))


def _spoke_lately(session: Session, now: datetime, customer_id: int) -> bool:
    found = select(Interaction.id).where(
        Interaction.customer_id == customer_id,
        Interaction.agent.is_not(None),
        Interaction.at > now - PERSONAL_CONTACT,
    )
    return session.execute(found.limit(1)).first() is not None


def _load(session: Session) -> Counter[str]:
    """Return how many customers each colleague owns."""
    owned = (
        select(Customer.owner, func.count()).where(Customer.owner.is_not(None)).group_by("owner")
    )
    return Counter({owner: count for owner, count in session.execute(owned) if owner})


def _keys_of(session: Session, now: datetime, person: Colleague) -> int:
    owned = (
        select(func.count())
        .select_from(KeyStatus)
        .join(Customer, Customer.id == KeyStatus.customer_id)
        .where(
            Customer.owner == person.username,
            KeyStatus.status == "key",
            KeyStatus.expires_on > now.date(),
        )
    )
    return session.scalar(owned) or 0
