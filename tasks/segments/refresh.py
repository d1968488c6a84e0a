"""Scores every customer and works out who is in which segment."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.scores.scoring import score_everybody
from tasks.segments.records import Segment, SegmentMember, SegmentMove
from tasks.segments.rule import inside

LEAVE = delete(SegmentMember).where(
    SegmentMember.segment_id == bindparam("segment"),
    SegmentMember.customer_id == bindparam("customer"),
)


@service_task(name="targeting.refresh_segments", retries=3)
def refresh_segments(session: Session, now: datetime) -> dict[str, Any]:
    """Bring the segments up to date.

    Scores every customer by recency, frequency and money (1 worst to 5 best), gives him a value
    tier by the margin of the last 12 months and a segment by the table "RFM segments", keeps the
    snapshot where something changed, and works out the members of every segment that has a rule.
    Answers ``customers`` (how many were scored).
    """
    found = score_everybody(session, now)
    fill_segments(session, now)
    return {"customers": found["customers"]}


@service_task(name="segments.fill", retries=3)
def segments_by_rule(session: Session, now: datetime) -> dict[str, Any]:
    """Work out the members of every segment that has a rule, from the last scoring.

    Who came and who left is kept. Answers nothing.
    """
    fill_segments(session, now)
    return {}


def fill_segments(session: Session, now: datetime) -> None:
    """Work out the members of every segment that has a rule, and note who came and went."""
    ruled = session.execute(select(Segment.id, Segment.rule).where(Segment.rule != "")).all()
    members = {id_: set(inside(session, rule, now)) for id_, rule in ruled}
    for segment_id, found in members.items():
        fill(session, segment_id, found, now)


def fill(session: Session, segment_id: int, inside: set[int], now: datetime) -> None:
    """Make these customers the members of a segment; each change is kept."""
    of_segment = SegmentMember.segment_id == segment_id
    before = set(session.scalars(select(SegmentMember.customer_id).where(of_segment)))
    gone, come = before - inside, inside - before
    if gone:
        left = [{"segment": segment_id, "customer": customer} for customer in gone]
        session.connection().execute(LEAVE, left)
    if come:
        joined = [{"segment_id": segment_id, "customer_id": c, "at": now} for c in come]
        session.execute(insert(SegmentMember), joined)
    moved = [
        {"segment_id": segment_id, "customer_id": customer, "joined": joins, "at": now}
        for customers, joins in ((gone, False), (come, True))
        for customer in customers
    ]
    if moved:
        session.execute(insert(SegmentMove), moved)
