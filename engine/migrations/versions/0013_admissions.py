"""Starts that wait until their process admits them."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pv_admission",
        sa.Column("instance_key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("process_id", sa.String(255), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("rank", sa.Double, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("admitted_at", UtcDateTime),
        sa.ForeignKeyConstraint(["instance_key"], ["pv_instance.key"], ondelete="CASCADE"),
    )
    op.create_index("ix_pv_admission_day", "pv_admission", ["process_id", "admitted_at"])
    waiting = sa.text("state = 'WAITING'")
    op.create_index(
        "ix_pv_admission_waiting",
        "pv_admission",
        ["state", "process_id", "rank"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("pv_admission")
