"""What we hold about a person: every row of theirs in every table, as the marks find it."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.declare.base import Base
from tasks.declare.personal import owned_by
from tasks.privacy.person import Person


def held(session: Session, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about a person by table, as JSON; tables without any are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        theirs = owned_by(table, person.numbers, person.addresses)
        if theirs is None:
            continue
        rows = session.execute(select(table).where(theirs).order_by(*table.primary_key)).all()
        if rows:
            name = table.name.removeprefix("crm_")
            found[name] = [{k: _plain(v) for k, v in row._mapping.items()} for row in rows]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date | time) else value
