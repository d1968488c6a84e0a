"""Notes what a basis rests on, and who objects to being profiled."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from tasks.declare.together import each
from tasks.permissions.records import ASKED_ONCE, Objection, PermissionGround


def soft_opt_in(
    session: Session, customer_id: int, evidence: str, at: datetime, now: datetime
) -> None:
    """Note that an e-mail address came from a sale where refusing was offered.

    Holds for own similar goods, by e-mail, where they have not refused before or since.
    """
    session.add(
        PermissionGround(
            customer_id=customer_id,
            basis="soft_opt_in",
            channel="email",
            purpose="marketing",
            evidence=evidence,
            at=min(at, now),
            created_at=now,
        )
    )


def asked_once(
    session: Session,
    customer_id: int,
    channel: str,
    *,
    matter: str,
    evidence: str,
    until: datetime,
    now: datetime,
    purpose: str = "service_response",
) -> None:
    """Note that they asked to be contacted once about a matter ("please call me")."""
    session.add(
        PermissionGround(
            customer_id=customer_id,
            basis=ASKED_ONCE,
            channel=channel,
            purpose=purpose,
            matter=matter,
            evidence=evidence,
            at=now,
            until=until,
            created_at=now,
        )
    )


def asked_here(session: Session, customer_id: int, purpose: str, now: datetime) -> set[str]:
    """Return the channels on which they asked to be contacted, while that holds."""
    return set(each(session, _asked_here, customer_id, purpose, now) or ())


def _asked_here(
    session: Session, ids: Sequence[int], purpose: str, now: datetime
) -> dict[int, set[str]]:
    query = select(PermissionGround.customer_id, PermissionGround.channel).where(
        PermissionGround.customer_id.in_(ids),
        PermissionGround.basis == ASKED_ONCE,
        PermissionGround.purpose == purpose,
        PermissionGround.at <= now,
        PermissionGround.until > now,
    )
    found: dict[int, set[str]] = {}
    for customer_id, channel in session.execute(query):
        found.setdefault(customer_id, set()).add(channel)
    return found


def objecting(against: str = "marketing", customer_id: int | None = None) -> Select[int]:
    """Select the customers who object to profiling for marketing; of one customer if given.

    Whoever objects to being scored at all objects to both.
    """
    mine = select(Objection.customer_id, func.max(Objection.id).label("id")).where(
        Objection.against.in_({against, "scoring"})
    )
    if customer_id is not None:
        mine = mine.where(Objection.customer_id == customer_id)
    newest = mine.group_by(Objection.customer_id, Objection.against).subquery()
    said = aliased(Objection)
    query = select(said.customer_id).join(newest, newest.c.id == said.id)
    return query.where(said.state == "objected").distinct()


def objects(session: Session, customer_id: int, against: str = "marketing") -> bool:
    """Return whether a customer objects now."""
    return session.scalar(objecting(against, customer_id).limit(1)) is not None


def object_to(
    session: Session,
    customer_id: int,
    against: Iterable[str],
    *,
    state: str,
    source: str,
    evidence: str,
    at: datetime,
    now: datetime,
) -> None:
    """Note an objection, or that it is taken back."""
    for what in against:
        session.add(
            Objection(
                customer_id=customer_id,
                against=what,
                state=state,
                source=source,
                evidence=evidence,
                at=min(at, now),
                created_at=now,
            )
        )
