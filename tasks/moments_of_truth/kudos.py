"""Praise for an employee: private until the employee agrees."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.moments.records import Kudos


@service_task(name="moments.keep_kudos", retries=5)
def keep_kudos(session: Session, now: datetime, kudos_id: int, *, share: bool) -> None:
    """Keep whether colleagues may read the praise.

    Reads ``kudos_id`` and ``share`` (as the employee says).
    """
    found = session.get_one(Kudos, kudos_id)
    found.shared_at = now if share else None
    found.updated_at = now
