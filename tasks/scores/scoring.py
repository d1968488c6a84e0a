"""H-5, the nightly scoring as a service task."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.scores.classes import Classes
from tasks.scores.cuts import cuts_of
from tasks.scores.keep import keep
from tasks.scores.records import ScoringNight


@service_task(name="scores.score_customers", retries=3)
def score_customers(session: Session, now: datetime) -> dict[str, Any]:
    """Score every customer by what was bought and complained about until now.

    Value tier and ranks, recency · frequency · money with its class, purchases and value of the
    next 12 months, silence and purchase window (A1 to A5). Keeps what changed, and tells of a
    changed tier, an opened window and a customer who fell silent. Answers ``customers`` (how many
    were scored) and ``changed`` (how many of them are another than before).
    """
    return score_everybody(session, now)


def score_everybody(session: Session, now: datetime) -> dict[str, Any]:
    """Score, keep and note the night; return ``customers`` and ``changed``."""
    from tasks.scores import night

    found = night.score_all(session, now)
    classes = Classes(session.connection(), now)
    changed = keep(session, night.rows(found, classes), now)
    customers = len(found.customers)
    session.add(
        ScoringNight(
            as_of=now,
            customers=customers,
            buyers=found.buyers,
            changed=changed,
            model=found.scores.models.reason,
            cuts=cuts_of(found.scores, found.today).plain(),
        )
    )
    session.flush()
    return {"customers": customers, "changed": changed}
