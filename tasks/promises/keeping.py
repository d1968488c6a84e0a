"""Records promises, once for what made them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.promises.records import Promise


def keep_promises(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    promises: Sequence[Mapping[str, Any]] | None,
    made_by: str | None,
) -> int:
    """Record promises (text, due) once per job; return how many there are."""
    known = session.scalars(select(Promise).where(Promise.job_key == job_key)).all()
    if known:
        return len(known)
    for position, promise in enumerate(promises or ()):
        due = promise.get("due")
        session.add(
            Promise(
                customer_id=customer_id,
                made_by=made_by or "",
                text=promise["text"],
                due=date.fromisoformat(due) if due else None,
                job_key=job_key,
                position=position,
                created_at=now,
                created_by=made_by or "",
            )
        )
    session.flush()
    return len(promises or ())
