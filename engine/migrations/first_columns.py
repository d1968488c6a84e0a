"""Columns and indexes of the first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def key() -> sa.Column[int]:
    """Return the key of a table."""
    return sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False)


def reference(
    name: str,
    table: str,
    *,
    cascade: bool = False,
    nullable: bool = False,
    primary_key: bool = False,
) -> sa.Column[int]:
    """Return a reference to the key of a table."""
    target = sa.ForeignKey(f"{table}.key", ondelete="CASCADE" if cascade else None)
    if primary_key:
        return sa.Column(name, sa.BigInteger, target, primary_key=True, autoincrement=False)
    return sa.Column(name, sa.BigInteger, target, nullable=nullable)


def index(table: str, name: str, columns: str, *, unique: bool = False, where: str = "") -> None:
    """Create an index on these columns, separated by spaces, over the rows of a condition."""
    rows: dict[str, Any] = (
        {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
    )
    op.create_index(name, table, columns.split(), unique=unique, **rows)
