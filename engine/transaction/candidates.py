"""Who may claim a task: the few distinct sets of candidates, found by their members."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from engine import store

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move


def know(move: "Move", audience: str, members: list[str]) -> None:
    """Make sure that a set of candidates can be found by its members."""
    if members and audience not in move.audiences:
        move.new_audiences[audience] = members


def write(connection: Connection, audiences: dict[str, list[str]]) -> None:
    """Store sets of candidates; one that is known already is left alone."""
    rows = [
        {"id": audience, "member": member}
        for audience, members in audiences.items()
        for member in members
    ]
    if rows:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(store.audience).on_conflict_do_nothing(), rows)
