"""Merges two records of one customer, and takes a merge apart again by what it had moved."""

from datetime import datetime

from sqlalchemy import Table, UniqueConstraint, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound
from tasks.consents.records import Consent
from tasks.customers.records import Customer
from tasks.declare.base import Base
from tasks.duplicates.records import Merge
from tasks.permissions.records import Objection, PermissionGround

# What is append-only is said again for the record that stays. Rows about merging speak of both.
_APPEND_ONLY = (PermissionGround, Objection)
_NOT_MOVED = frozenset(
    {"crm_consent", "crm_merge", "crm_different", *(t.__tablename__ for t in _APPEND_ONLY)}
)


def merge(session: Session, gone: int, stays: int, now: datetime, by: str) -> Merge:
    """Make one customer of two and return the merge; a refusal of either holds for both.

    Raises NotFound for a number nobody has, Conflict where one is merged already.
    """
    one, other = _whole(session, gone), _whole(session, stays)
    if one.id == other.id:
        raise Conflict("A customer cannot be merged with itself.")
    moved = {
        table.name: ids for table in _tables() if (ids := _move(session, table, one.id, other.id))
    }
    _say_consents_again(session, one.id, other.id, now)
    _say_bases_again(session, one.id, other.id)
    other.do_not_contact = other.do_not_contact or one.do_not_contact
    one.merged_into_id, one.updated_at, other.updated_at = other.id, now, now
    done = Merge(customer_id=one.id, into_id=other.id, moved=moved, created_at=now, created_by=by)
    session.add(done)
    session.flush()
    return done


def undo(session: Session, merge_id: int, now: datetime) -> None:
    """Take a merge apart: what it had moved goes back; what came since stays.

    Raises NotFound, and Conflict when it is undone already.
    """
    done = session.get(Merge, merge_id)
    if done is None:
        raise NotFound(f"There is no merge {merge_id}.")
    if done.undone_at is not None:
        raise Conflict("This merge is undone already.")
    tables = {table.name: table for table in _tables()}
    for name, ids in done.moved.items():
        _set(session, tables[name], ids, done.customer_id)
    customer = session.get_one(Customer, done.customer_id)
    customer.merged_into_id, customer.updated_at, done.undone_at = None, now, now
    session.flush()


def _whole(session: Session, number: int) -> Customer:
    customer = session.get(Customer, number, with_for_update=True)
    if customer is None or customer.erased_at is not None:
        raise NotFound(f"There is no customer {number}.")
    if customer.merged_into_id is not None:
        raise Conflict(f"Customer {number} is merged with {customer.merged_into_id} already.")
    return customer


def _tables() -> list[Table]:
    """Return every table with rows of customers that may move."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if "customer_id" in table.c and "id" in table.c and table.name not in _NOT_MOVED
    ]


def _move(session: Session, table: Table, gone: int, stays: int) -> list[int]:
    """Move the rows; those stay of which the other has its own by a rule of uniqueness."""
    rules = [
        tuple(column.name for column in rule.columns if column.name != "customer_id")
        for rule in table.constraints
        if isinstance(rule, UniqueConstraint) and "customer_id" in rule.columns
    ]
    theirs = session.execute(select(table).where(table.c.customer_id == stays)).mappings().all()
    taken = {rule: {tuple(row[name] for name in rule) for row in theirs} for rule in rules}
    mine = session.execute(select(table).where(table.c.customer_id == gone)).mappings()
    ids = [
        row["id"]
        for row in mine
        if all(tuple(row[name] for name in rule) not in taken[rule] for rule in rules)
    ]
    _set(session, table, ids, stays)
    return ids


def _set(session: Session, table: Table, ids: list[int], customer_id: int) -> None:
    if ids:
        session.execute(update(table).where(table.c.id.in_(ids)).values(customer_id=customer_id))


def _say_consents_again(session: Session, gone: int, stays: int, now: datetime) -> None:
    """Repeat refusals as of now; a permission only where the other has said nothing."""
    known = _last_words(session, stays)
    for matter, said in _last_words(session, gone).items():
        denied = said.state == "denied"
        if denied or matter not in known:
            session.add(
                Consent(
                    customer_id=stays,
                    channel=said.channel,
                    purpose=said.purpose,
                    topic=said.topic,
                    state=said.state,
                    source=f"merge:{gone}",
                    text_version=said.text_version,
                    at=now if denied else said.at,
                )
            )


def _say_bases_again(session: Session, gone: int, stays: int) -> None:
    """Repeat what a permission rests on, and objections, as of when they were said."""
    for kind in _APPEND_ONLY:
        columns = [column.name for column in kind.__table__.columns if column.name != "id"]
        found = session.scalars(select(kind).where(kind.customer_id == gone).order_by(kind.id))
        for row in found.all():
            told = {name: getattr(row, name) for name in columns}
            session.add(kind(**told | {"customer_id": stays}))


def _last_words(session: Session, customer_id: int) -> dict[tuple[str, str, str | None], Consent]:
    found = select(Consent).where(Consent.customer_id == customer_id)
    said = session.scalars(found.order_by(Consent.at, Consent.id))
    return {(each.channel, each.purpose, each.topic): each for each in said}
