"""Who we know at a key account: contacts by role, and whether one contact is all there is."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.persons.records import Person, StakeholderRole

WANTED = ("distribution", "sales", "quality", "finance", "technical", "executive")
FEWEST = 2  # contacts; with fewer the account hangs on one person


def contacts(session: Session, customer_id: int) -> list[dict[str, Any]]:
    """Return who is there: name, title and one row for each role, with attitude and our owner."""
    found = session.execute(
        select(Person, StakeholderRole)
        .outerjoin(StakeholderRole, StakeholderRole.person_id == Person.id)
        .where(Person.customer_id == customer_id, Person.left_at.is_(None))
        .order_by(Person.id, StakeholderRole.id)
    )
    return [
        {
            "name": person.name,
            "title": person.title,
            "role": role.role if role else None,
            "attitude": role.attitude if role else None,
            "owner": role.owner if role else None,
        }
        for person, role in found
    ]


def single_thread(known: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the account hangs on one contact, or on none."""
    return len({each["name"] for each in known}) < FEWEST


def missing_roles(known: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the roles in which we know nobody."""
    covered = {each["role"] for each in known}
    return [role for role in WANTED if role not in covered]


def keep_contacts(
    session: Session, now: datetime, customer_id: int, rows: Iterable[Mapping[str, Any]], by: str
) -> None:
    """Add contacts and roles that are new, change those that are known; nobody is dropped."""
    for row in rows:
        person = _person(session, now, customer_id, str(row["name"]).strip(), by)
        person.title = row.get("title") or person.title
        role = session.scalar(
            select(StakeholderRole).where(
                StakeholderRole.person_id == person.id, StakeholderRole.role == row["role"]
            )
        )
        if role is None:
            role = StakeholderRole(
                person_id=person.id, role=row["role"], created_at=now, created_by=by
            )
            session.add(role)
        role.attitude, role.updated_at = row.get("attitude"), now
        role.owner = row.get("owner") or role.owner
    session.flush()


def _person(session: Session, now: datetime, customer_id: int, name: str, by: str) -> Person:
    known = session.scalar(
        select(Person).where(
            Person.customer_id == customer_id, Person.name == name, Person.left_at.is_(None)
        )
    )
    if known is None:
        known = Person(customer_id=customer_id, name=name, created_at=now, created_by=by)
        session.add(known)
        session.flush()
    return known
