"""What many of the first tables have."""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def made() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
    ]


def keyed() -> list[sa.Column[object]]:
    return [
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("old_secret", sa.String(), nullable=True),
        sa.Column("old_until", INSTANT, nullable=True),
    ]


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
