"""Keeps a night's scores: the current rows, a snapshot where a class changed, and tells of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from engine.transaction.ports import DomainEvent
from tasks.outbound_webhooks import tell_many
from tasks.scores.records import CurrentScore, CustomerScore, last_night

PART = 5_000
CLASSES = ("r", "f", "m", "segment", "tier", "orders", "spent", "margin_12m")

Row = Mapping[str, Any]


def keep(session: Session, rows: Iterable[Row], now: datetime) -> int:
    """Write what is another than at the last scoring; return how many rows.

    The first scoring of a customer is a baseline and tells of nothing.
    """
    rows_before = session.execute(select(CurrentScore.customer_id, CurrentScore.digest))
    known = {row.customer_id: row.digest for row in rows_before}
    before = session.scalar(last_night())
    since = before.as_of.date() if before else now.date()
    written = 0
    seen: set[int] = set()
    for part in _parts(rows, known, seen):
        written += len(part)
        _write(session, part, known, now)
    if before:
        tell_many(session, [*_opened(session, since, now.date(), known)], now)
    gone = [{"who": customer} for customer in known.keys() - seen]
    if gone:
        leave = delete(CurrentScore).where(CurrentScore.customer_id == bindparam("who"))
        session.connection().execute(leave, gone)
    return written


def keep_one(session: Session, row: Row, now: datetime) -> bool:
    """Write the row of a customer who was scored before, if anything is another; return whether.

    A changed class is a snapshot, and told, as at night.
    """
    found = {**row, "digest": digest({k: v for k, v in row.items() if k != "customer_id"})}
    customer = row["customer_id"]
    known = session.scalar(select(CurrentScore.digest).where(CurrentScore.customer_id == customer))
    if known in (None, found["digest"]):
        return False
    _write(session, [found], {customer: known or 0}, now)
    return True


def digest(row: Row) -> int:
    """Return a number that is another one when anything in the row is."""
    text = repr(sorted(row.items())).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), signed=True)


def _parts(rows: Iterable[Row], known: Mapping[int, int], seen: set[int]) -> Iterator[list[Row]]:
    """Yield the rows that are new or changed, so many at a time."""
    part: list[Row] = []
    for row in rows:
        seen.add(row["customer_id"])
        if known.get(row["customer_id"]) != row["digest"]:
            part.append(row)
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part


def _write(session: Session, part: list[Row], known: Mapping[int, int], now: datetime) -> None:
    old = _before(session, [row["customer_id"] for row in part if row["customer_id"] in known])
    fresh = [{**row, "told_tier": row["tier"]} for row in part if row["customer_id"] not in known]
    changed = [dict(row) for row in part if row["customer_id"] in known]
    if fresh:
        session.execute(insert(CurrentScore), fresh)
    if changed:
        session.execute(update(CurrentScore), changed)
    snapshots = [
        {"customer_id": row["customer_id"], "as_of": now} | {name: row[name] for name in CLASSES}
        for row in part
        if _moved_class(old.get(row["customer_id"]), row)
    ]
    if snapshots:
        session.execute(insert(CustomerScore), snapshots)
    tell_many(session, [*changes(old, part)], now)


def _before(session: Session, customers: list[int]) -> dict[int, Row]:
    """Return the current rows of these customers as they were."""
    columns = list(CurrentScore.__table__.columns)
    found: dict[int, Row] = {}
    for start in range(0, len(customers), 500):
        some = CurrentScore.customer_id.in_(customers[start : start + 500])
        for row in session.execute(select(*columns).where(some)).mappings():
            found[row["customer_id"]] = dict(row)
    return found


def _moved_class(old: Row | None, row: Row) -> bool:
    return old is None or any(old[name] != row[name] for name in CLASSES)


def changes(before: Mapping[int, Row], rows: Iterable[Row]) -> Iterator[DomainEvent]:
    """Yield what changed: another tier, a customer who fell silent; a first score is no change."""
    for row in rows:
        old = before.get(row["customer_id"])
        if old is None:
            continue
        customer = row["customer_id"]
        if old["tier"] != row["tier"]:
            data = {"customer_id": customer, "from": old["tier"], "to": row["tier"]}
            yield DomainEvent("customer.tier_changed", data)
        if row["silent"] and not old["silent"]:
            yield DomainEvent("risk.raised", {"customer_id": customer, "reason": "silent"})


def _opened(
    session: Session, since: date, today: date, known: Mapping[int, int]
) -> Iterator[DomainEvent]:
    """Yield the purchase windows that opened after the scoring before and are open still."""
    score = CurrentScore
    begun = score.window_from > since, score.window_from <= today, score.window_to >= today
    for customer, until in session.execute(
        select(score.customer_id, score.window_to).where(*begun)
    ):
        if customer in known and until:
            data = {"customer_id": customer, "until": until.isoformat()}
            yield DomainEvent("purchase_window.opened", data)
