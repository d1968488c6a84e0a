"""Batch operations moved to where they belong: the engine."""

import sqlalchemy as sa
from alembic import op

from engine.store import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("api_batch_item")
    op.drop_table("api_batch")


def downgrade() -> None:
    op.create_table(
        "api_batch",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(256), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("key", name="pk_api_batch"),
    )
    op.create_table(
        "api_batch_item",
        sa.Column("batch_key", sa.BigInteger(), nullable=False),
        sa.Column("item_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("root_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("processed_at", UtcDateTime()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["batch_key"], ["api_batch.key"], name="fk_api_batch_item_batch"),
        sa.PrimaryKeyConstraint("batch_key", "item_key", name="pk_api_batch_item"),
    )
    op.create_index("ix_api_batch_item_state", "api_batch_item", ["state"])
