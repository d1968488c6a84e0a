"""Does what the rules say: counts what is due (dry run), then erases or blanks it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.retention.kinds import KINDS, Kind
from tasks.retention.records import RetentionRule, RetentionRun

AT_ONCE = 10_000  # rows of a kind in one night; the rest follows


@dataclass(frozen=True, slots=True)
class Due:
    """A rule with how many records are due now."""

    rule: RetentionRule
    rows: int


def due(session: Session, now: datetime) -> list[Due]:
    """Return every rule with what it would do now; nothing is changed."""
    rules = session.scalars(select(RetentionRule).order_by(RetentionRule.record)).all()
    return [Due(rule, _count(session, rule, now)) for rule in rules]


@service_task(name="retention.run", retries=3)
def run_retention(session: Session, now: datetime) -> dict[str, Any]:
    """Erase or blank what is kept for longer than the table of retention says.

    Whoever is under a legal hold, and what proves a permission or refusal, is left out. At most
    10,000 records of a kind a night. Answers ``rows`` (how many records were touched).
    """
    total = 0
    for rule in session.scalars(select(RetentionRule).order_by(RetentionRule.record)).all():
        kind = _kind(rule)
        if kind is None:
            continue
        rows = _apply(session, rule, kind, now)
        total += rows
        if rows:
            done = {"record": rule.record, "ending": rule.ending, "rows": rows, "at": now}
            session.add(RetentionRun(**done, created_at=now))
    session.flush()
    return {"rows": total}


def _kind(rule: RetentionRule) -> Kind | None:
    return KINDS.get(rule.record) if rule.ending != "keep" and rule.months is not None else None


def _count(session: Session, rule: RetentionRule, now: datetime) -> int:
    kind = _kind(rule)
    if kind is None:
        return 0
    query = select(func.count()).select_from(kind.model).where(*_over(rule, kind, now))
    return session.scalar(query) or 0


def _apply(session: Session, rule: RetentionRule, kind: Kind, now: datetime) -> int:
    key: Any = kind.model.__table__.c.id
    some = select(key).where(*_over(rule, kind, now)).order_by(key).limit(AT_ONCE)
    numbers = list(session.scalars(some))
    for start in range(0, len(numbers), 500):
        part = key.in_(numbers[start : start + 500])
        if rule.ending == "blank" and kind.blank is not None:
            session.execute(update(kind.model).where(part).values(**kind.blank))
        else:
            session.execute(delete(kind.model).where(part))
    return len(numbers)


def _over(rule: RetentionRule, kind: Kind, now: datetime) -> list[Any]:
    """Return the conditions that a record's time is over."""
    before = months_before(now, rule.months or 0)
    conditions: list[Any] = [kind.since.is_not(None), kind.since < before]
    only, held = kind.only(), kind.held() if kind.held else None
    if only is not None:
        conditions.append(only)
    if held is not None:
        # a row of nobody is not held: null must not hide it
        conditions.append(~func.coalesce(held, False))
    return conditions


def months_before(now: datetime, months: int) -> datetime:
    """Return the same day so many months before, or the last day of a shorter month."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    day = min(now.day, monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)
