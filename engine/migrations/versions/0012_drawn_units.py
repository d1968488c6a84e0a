"""Candidates are approved by somebody else, and sides are drawn in blocks, once for each unit."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pv_candidate", sa.Column("approved_by", sa.String(255)))
    op.add_column("pv_candidate", sa.Column("approved_at", UtcDateTime))
    op.add_column("pv_candidate", sa.Column("ended_at", UtcDateTime))
    op.create_table(
        "pv_trial_unit",
        sa.Column("process_id", sa.String(255), primary_key=True),
        sa.Column("deployment_key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("unit", sa.String(64), primary_key=True),
        sa.Column("stratum", sa.String(100), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("side", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        _of_candidate(),
    )
    op.create_table(
        "pv_trial_stratum",
        sa.Column("process_id", sa.String(255), primary_key=True),
        sa.Column("deployment_key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stratum", sa.String(100), primary_key=True),
        sa.Column("next", sa.Integer, nullable=False),
        _of_candidate(),
    )


def downgrade() -> None:
    op.drop_table("pv_trial_stratum")
    op.drop_table("pv_trial_unit")
    for name in ("ended_at", "approved_at", "approved_by"):
        op.drop_column("pv_candidate", name)


def _of_candidate() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["process_id", "deployment_key"],
        ["pv_candidate.process_id", "pv_candidate.deployment_key"],
        ondelete="CASCADE",
    )
