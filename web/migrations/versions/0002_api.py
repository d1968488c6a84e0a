"""What the API keeps: groups and roles by name, documents, batch operations."""

import sqlalchemy as sa
from alembic import op

from engine.store import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("api_group", "api_role"):
        op.create_table(
            name,
            sa.Column("id", sa.String(256), nullable=False),
            sa.Column("name", sa.String(200), nullable=False),
            sa.Column("description", sa.String(1000), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        )
    op.create_table(
        "api_document",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", UtcDateTime()),
        sa.Column("process_definition_id", sa.String(255)),
        sa.Column("process_instance_key", sa.BigInteger()),
        sa.Column("custom_properties", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(256), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_document"),
    )
    op.create_index("ix_api_document_expires_at", "api_document", ["expires_at"])
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


def downgrade() -> None:
    for table in ("api_batch_item", "api_batch", "api_document", "api_role", "api_group"):
        op.drop_table(table)
