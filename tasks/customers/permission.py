"""What a customer permits now: said after every refusal was heard, of whoever has the address.

A refusal wins over every permission that was said before the refusal was heard, also where the
refusing customer is another one with the same address. What a file says never outranks a refusal.
Beside a consent another basis may permit a contact, where the table of the customer's market says
so: a legal duty, a contract, a legitimate interest, a soft opt-in, or that they asked for it once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from tasks.consents.records import Consent, Preference
from tasks.consents.say import IMPORT
from tasks.conversations.records import answering
from tasks.customers.addresses import others_at
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.together import each
from tasks.declare.words import CHANNELS
from tasks.permissions.records import (
    ASKED_ONCE,
    CONSENT,
    ELSEWHERE,
    EVIDENCED,
    RELATION,
    Market,
    PermissionGround,
    PermissionRule,
)
from tasks.permissions.relation import RELATIONS

ANSWER = "service_response"
PAUSABLE = ("marketing", "survey", "relationship")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def permitted(
    purpose: str,
    customer_id: int | Sequence[int] | None = None,
    now: datetime | None = None,
    heard_until: datetime | None = None,
) -> Select[int, str]:
    """Select (customer_id, channel) of what is permitted for a purpose, of these customers only.

    Statements about one topic only are left out; they refine a permission and never give one. What
    was asked for once, until an instant, counts only where `now` is given. With `heard_until` as it
    was then; for figures only, as the gate asks about now.
    """
    found = bases(purpose, customer_id, now, heard_until).subquery()
    return select(found.c.customer_id, found.c.channel).distinct()


def bases(
    purpose: str,
    customer_id: int | Sequence[int] | None = None,
    now: datetime | None = None,
    heard_until: datetime | None = None,
) -> Select[int, str, str]:
    """Select (customer_id, channel, basis) of what is permitted for a purpose."""
    every = _consented(purpose, customer_id, heard_until).union_all(
        _due_to_relation(purpose, customer_id, heard_until),
        _evidenced(purpose, customer_id, now or heard_until, heard_until),
    )
    found = every.subquery()
    return select(found.c.customer_id, found.c.channel, found.c.basis)


def _consented(
    purpose: str, customer_id: int | Sequence[int] | None, heard_until: datetime | None
) -> Select[int, str, str]:
    allowed = (
        _of(customer_id, Consent.customer_id, Consent.channel, func.max(_said_at()).label("at"))
        .where(*_general(Consent, purpose, "allowed", heard_until))
        .group_by(Consent.customer_id, Consent.channel)
        .subquery()
    )
    refused = _refused(purpose, customer_id, heard_until).subquery()
    return (
        select(allowed.c.customer_id, allowed.c.channel, literal(CONSENT).label("basis"))
        .outerjoin(
            refused,
            (refused.c.customer_id == allowed.c.customer_id)
            & (refused.c.channel == allowed.c.channel),
        )
        .where(refused.c.at.is_(None) | (refused.c.at < allowed.c.at))
    )


def _ruled(purpose: str, customer_id: int | Sequence[int] | None, *columns: Any) -> Select[Any]:
    """Select customers with the rules that hold in their market for this purpose."""
    query = (
        select(Customer.id.label("customer_id"), PermissionRule.channel, *columns)
        .select_from(Customer)
        .outerjoin(Market, Market.country == Customer.country)
        .join(
            PermissionRule,
            (PermissionRule.market == func.coalesce(Market.market, ELSEWHERE))
            & (PermissionRule.kind == Customer.kind),
        )
        .where(PermissionRule.purpose == purpose)
    )
    return _only(query, Customer.id, customer_id)


def _due_to_relation(
    purpose: str, customer_id: int | Sequence[int] | None, heard_until: datetime | None
) -> Select[int, str, str]:
    """Select what a duty, an order or a contract permits: nobody refused it, ever."""
    refused = _refused(purpose, customer_id, heard_until).subquery()
    ordered = or_(*(exists().where(table.c.customer_id == Customer.id) for table in RELATIONS))
    basis = PermissionRule.basis
    return (
        _ruled(purpose, customer_id, basis)
        .outerjoin(
            refused,
            (refused.c.customer_id == Customer.id) & (refused.c.channel == PermissionRule.channel),
        )
        .where(refused.c.at.is_(None))
        .where(or_(basis == "legal_duty", and_(basis.in_(RELATION), ordered)))
    )


def _evidenced(
    purpose: str,
    customer_id: int | Sequence[int] | None,
    now: datetime | None,
    heard_until: datetime | None,
) -> Select[int, str, str]:
    """Select what rests on a row with evidence, and was not refused.

    Only what they ask for themselves outranks a refusal of before; a sale does not.
    """
    refused = _refused(purpose, customer_id, heard_until).subquery()
    ground = PermissionGround
    still: ColumnElement[bool] = ground.until.is_(None)
    if now is not None:
        still = and_(ground.at <= now, or_(still, ground.until > now))
    return (
        _ruled(purpose, customer_id, PermissionRule.basis)
        .join(
            ground,
            (ground.customer_id == Customer.id)
            & (ground.channel == PermissionRule.channel)
            & (ground.purpose == purpose)
            & (ground.basis == PermissionRule.basis),
        )
        .outerjoin(
            refused,
            (refused.c.customer_id == Customer.id) & (refused.c.channel == PermissionRule.channel),
        )
        .where(PermissionRule.basis.in_(EVIDENCED), still)
        .where(refused.c.at.is_(None) | ((ground.basis == ASKED_ONCE) & (refused.c.at < ground.at)))
    )


def _refused(
    purpose: str, customer_id: int | Sequence[int] | None, heard_until: datetime | None
) -> Select[int, str, datetime]:
    """Select (customer_id, channel, at) of the last refusal, also of who has the same address.

    Refusals are read once and joined by address: asking of each permission whether somebody
    refused it takes the square of the customers.
    """
    mine, other = aliased(ContactPoint), aliased(ContactPoint)
    refusals = _general(Consent, purpose, "denied", heard_until)
    own = _of(customer_id, Consent.customer_id, Consent.channel, Consent.heard_at).where(*refusals)
    theirs = (
        _of(customer_id, mine.customer_id, Consent.channel, Consent.heard_at)
        .select_from(Consent)
        .join(
            other, (other.customer_id == Consent.customer_id) & (other.channel == Consent.channel)
        )
        .join(mine, (mine.channel == other.channel) & (mine.key == other.key))
        .where(*refusals)
    )
    every = own.union_all(theirs).subquery()
    return select(
        every.c.customer_id, every.c.channel, func.max(every.c.heard_at).label("at")
    ).group_by(every.c.customer_id, every.c.channel)


def _of(customer_id: int | Sequence[int] | None, owner: Any, *columns: Any) -> Select[Any]:
    return _only(select(owner.label("customer_id"), *columns), owner, customer_id)


def _only(query: Select[Any], owner: Any, whom: int | Sequence[int] | None) -> Select[Any]:
    if whom is None:
        return query
    return query.where(owner == whom if isinstance(whom, int) else owner.in_(whom))


def allowed_channels(
    session: Session, customer_id: int, purpose: str, now: datetime | None = None
) -> list[str]:
    """Return the channels this customer permits for this purpose, in our usual order.

    Whoever has just written to us is answered there, whatever else they permit. What was asked for
    once counts where `now` is given.
    """
    return list(with_basis(session, customer_id, purpose, now))


def with_basis(
    session: Session, customer_id: int, purpose: str, now: datetime | None = None
) -> dict[str, str]:
    """Return the permitted channels, each with the basis it rests on; a consent goes first."""
    found = dict(each(session, _with_basis, customer_id, purpose, now) or {})
    if purpose == ANSWER:
        found = dict.fromkeys(answering(session, customer_id), "asked_once") | found
    return {channel: found[channel] for channel in CHANNELS if channel in found}


def _with_basis(
    session: Session, ids: Sequence[int], purpose: str, now: datetime | None
) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for customer_id, channel, basis in session.execute(bases(purpose, ids, now)):
        if basis == CONSENT or channel not in found[customer_id]:
            found[customer_id][channel] = basis
    return found


def paused(session: Session, customer_id: int, purpose: str, now: datetime) -> bool:
    """Return whether the customer wants a pause from contacts that are not owed or asked for."""
    if purpose not in PAUSABLE:
        return False
    found = each(session, _paused_until, customer_id)
    return found is not None and found > now


def _paused_until(session: Session, ids: Sequence[int]) -> dict[int, datetime | None]:
    until = select(Preference.customer_id, Preference.paused_until)
    return dict(session.execute(until.where(Preference.customer_id.in_(ids))).all())


def no_contact(session: Session, customer: Customer) -> bool:
    """Return whether they, or somebody with an address of theirs, want no contact at all."""
    if customer.do_not_contact:
        return True
    others = {who for who, _ in others_at(session, ContactPoint, customer.id)}
    if not others:
        return False
    silent = select(Customer.id).where(
        Customer.id.in_(others), Customer.do_not_contact, Customer.erased_at.is_(None)
    )
    return session.scalar(silent.limit(1)) is not None


def refuse_contact(customer: Customer, now: datetime) -> None:
    """Note that they want no contact."""
    customer.do_not_contact = True
    customer.no_contact_since = customer.updated_at = now


def permit_contact(customer: Customer, said_at: datetime, now: datetime) -> bool:
    """Take "no contact" back if that was said after we heard it; return whether it was."""
    heard = customer.no_contact_since or customer.updated_at or customer.created_at
    if customer.do_not_contact and min(said_at, now) <= heard:
        return False
    customer.do_not_contact, customer.no_contact_since = False, None
    customer.updated_at = now
    return True


def _said_at() -> ColumnElement[datetime]:
    of_file = Consent.source.startswith(IMPORT)
    return case((of_file, literal(LONG_AGO, Consent.at.type)), else_=Consent.at)


def _general(
    consent: type[Consent], purpose: str, state: str, heard_until: datetime | None
) -> tuple[ColumnElement[bool], ...]:
    always = consent.purpose == purpose, consent.state == state, consent.topic.is_(None)
    return always if heard_until is None else (*always, consent.heard_at <= heard_until)
