"""Who may claim a task: the few distinct sets of candidates, found by their members."""

import hashlib
from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite

from engine import store
from engine.transaction.pending import Pending


def register(pending: Pending, groups: Sequence[str], users: Sequence[str]) -> str:
    """Return the id of a set of candidates, which is stored with the transaction if it is new.

    The same set has the same id; nobody is the empty one.
    """
    members = sorted({f"group:{name}" for name in groups} | {f"user:{name}" for name in users})
    if not members:
        return ""
    audience = hashlib.sha256("\n".join(members).encode()).hexdigest()[:32]
    if audience not in pending.environment.audiences:
        pending.new_audiences[audience] = members
    return audience


def write(pending: Pending) -> None:
    """Store the new sets of candidates; one that is known already is left alone."""
    rows = [
        {"id": audience, "member": member}
        for audience, members in pending.new_audiences.items()
        for member in members
    ]
    if rows:
        dialect = pending.connection.dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        pending.connection.execute(insert(store.audience).on_conflict_do_nothing(), rows)
