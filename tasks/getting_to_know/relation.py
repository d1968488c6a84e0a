"""Keeping what was worked out about a relation, and how it changed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.relationship.index import Index
from tasks.scores.records import RelationScore, latest_relation
from tasks.surveys.records import SurveyAnswer, SurveyInvitation

LATELY = timedelta(days=90)
YEAR = timedelta(days=365)


def keep_index(
    session: Session, now: datetime, job_key: str, customer_id: int, kind: str, found: Index | None
) -> dict[str, Any]:
    """Keep an index once per job, and return it as processes show it.

    Returns ``value`` (rounded, None where nothing is known), ``parts``, ``unknown``, and ``fell``:
    by how many points it is below its highest of the 90 days before.
    """
    by = f"job:{job_key}"
    known = select(RelationScore.id).where(RelationScore.created_by == by)
    highest = session.scalar(
        select(func.max(RelationScore.value)).where(
            RelationScore.customer_id == customer_id,
            RelationScore.kind == kind,
            RelationScore.at > now - LATELY,
            RelationScore.created_by != by,
        )
    )
    if found is None:
        return {"value": None, "parts": {}, "unknown": [], "fell": 0}
    parts = {name: round(part) for name, part in found.parts.items()}
    if session.scalar(known) is None:
        made = RelationScore(customer_id=customer_id, kind=kind, value=found.value, at=now)
        made.parts, made.unknown = parts, list(found.unknown)
        made.created_at, made.created_by = now, by
        session.add(made)
        session.flush()
    return {
        "value": round(found.value),
        "parts": parts,
        "unknown": list(found.unknown),
        "fell": max(0, round((highest or found.value) - found.value)),
    }


def newest_mark(session: Session, now: datetime, customer_id: int, question: str) -> float | None:
    """Return the newest answer to a question within a year; None without one."""
    return session.scalar(
        select(SurveyAnswer.value)
        .where(
            SurveyAnswer.customer_id == customer_id,
            SurveyAnswer.question == question,
            SurveyAnswer.value.is_not(None),
            SurveyAnswer.at > now - YEAR,
        )
        .order_by(SurveyAnswer.at.desc(), SurveyAnswer.id.desc())
        .limit(1)
    )


def answered_share(session: Session, now: datetime, customer_id: int) -> float | None:
    """Return the share of the surveys of a year that were answered; None where none was sent."""
    asked = session.execute(
        select(func.count(), func.count(SurveyInvitation.answered_at)).where(
            SurveyInvitation.customer_id == customer_id, SurveyInvitation.asked_at > now - YEAR
        )
    ).one()
    return asked[1] / asked[0] if asked[0] else None


def value_of(session: Session, customer_id: int, kind: str) -> float | None:
    """Return the newest value of a kind of score; None before the first."""
    newest = latest_relation(session, customer_id, kind)
    return None if newest is None else newest.value
