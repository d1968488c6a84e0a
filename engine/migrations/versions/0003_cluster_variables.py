"""Variables that all processes share."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import JsonText, JsonValue, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pv_cluster_variable",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("value", JsonValue(), nullable=False),
        sa.Column("metadata", JsonText(), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pv_cluster_variable")),
    )


def downgrade() -> None:
    op.drop_table("pv_cluster_variable")
