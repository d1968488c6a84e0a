"""What a completion changed, so that its person may take it back."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import JsonText, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pv_undo",
        sa.Column("task_key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("instance_key", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("data", JsonText, nullable=False),
        sa.ForeignKeyConstraint(["instance_key"], ["pv_instance.key"], ondelete="CASCADE"),
    )
    op.create_index("ix_pv_undo_at", "pv_undo", ["at"])
    op.create_index("ix_pv_undo_instance_key", "pv_undo", ["instance_key"])


def downgrade() -> None:
    op.drop_table("pv_undo")
