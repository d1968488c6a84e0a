"""Batch operations; delegated tasks; the running instance of a correlation key, asleep or not."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import JsonText, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CORRELATION = "ix_pv_instance_correlation"
_RUNNING = sa.text("ended_at IS NULL AND correlation_key IS NOT NULL")
_ACTIVE = sa.text("state = 'ACTIVE' AND correlation_key IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "pv_batch",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("plan", JsonText(), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("touched_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pv_batch")),
    )
    op.create_index("ix_pv_batch_state", "pv_batch", ["state", "touched_at"])
    op.create_table(
        "pv_batch_item",
        sa.Column("batch_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("root_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("processed_at", UtcDateTime(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(
            ["batch_key"],
            ["pv_batch.key"],
            name=op.f("fk_pv_batch_item_batch_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_key", "item_key", name=op.f("pk_pv_batch_item")),
    )
    op.create_index("ix_pv_batch_item_state", "pv_batch_item", ["batch_key", "state", "item_key"])
    op.create_index(op.f("ix_pv_batch_item_instance_key"), "pv_batch_item", ["instance_key"])
    op.add_column("pv_user_task", sa.Column("owner", sa.String(255)))
    _correlation(_RUNNING)


def downgrade() -> None:
    _correlation(_ACTIVE)
    op.drop_column("pv_user_task", "owner")
    op.drop_table("pv_batch_item")
    op.drop_table("pv_batch")


def _correlation(condition: sa.TextClause) -> None:
    op.drop_index(_CORRELATION, "pv_instance")
    op.create_index(
        _CORRELATION,
        "pv_instance",
        ["process_id", "correlation_key"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
