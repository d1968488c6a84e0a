"""Takes a person out of the customer records, by the marks on columns and the steps of subjects.

Rows that are theirs alone go, figures stay nameless. Consents stay as they are: they are proof,
and hold no more than a number.
"""

from typing import Any

from sqlalchemy import Table, delete, update
from sqlalchemy.orm import Session

from tasks.declare.base import Base
from tasks.declare.personal import empty, mark_of, owned_by
from tasks.declare.subject import Erasure, Subjects
from tasks.privacy import fingerprints
from tasks.privacy.person import Person


def erase(session: Session, subjects: Subjects, person: Person, erasure: Erasure) -> None:
    """Leave a number without a name, and fingerprints; the caller commits."""
    fingerprints.remember(session, person.number, person.known, no_contact=person.no_contact)
    for subject in subjects.all:
        for step in subject.erasure:
            step(session, erasure)
    deleted = {t.__tablename__ for s in subjects.all for t in s.tables if t.__erasure__ == "delete"}
    for table in reversed(Base.metadata.sorted_tables):  # first what hangs on other rows
        theirs = owned_by(table, person.numbers, person.addresses)
        if theirs is not None and table.name in deleted:
            session.execute(delete(table).where(theirs))
        elif theirs is not None and (blank := _blank(table, erasure)):
            session.execute(update(table).where(theirs).values(blank))
    session.expire_all()


def _blank(table: Table, erasure: Erasure) -> dict[Any, Any]:
    marks = {column: mark for column in table.columns if (mark := mark_of(column))}
    values: dict[Any, Any] = {column: empty(column, mark) for column, mark in marks.items()}
    if values and "version" in table.c:
        values |= {table.c.updated_at: erasure.now, table.c.version: table.c.version + 1}
    return values
