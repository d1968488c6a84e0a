"""Standards that are measured, and what a moment of truth was before it is classified."""

import sqlalchemy as sa
from alembic import op

revision = "crm_measured_standards"
down_revision = "crm_second_lives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.Column("owner", sa.String(), server_default="", nullable=False)
    op.add_column("crm_standard", empty)
    op.add_column("crm_standard", _yes("mutual"))
    op.add_column("crm_standard", sa.Column("measured_until", sa.Date(), nullable=True))
    op.add_column("crm_control_limits", _number("sigma_z", "1"))
    weeks = sa.Column("n", sa.Integer(), server_default="0", nullable=False)
    op.add_column("crm_control_limits", weeks)
    encounter = sa.Column("happened", sa.String(), server_default="encounter", nullable=False)
    op.add_column("crm_moment", encounter)
    op.add_column("crm_moment", sa.Column("missed_by", sa.Double(), nullable=True))
    op.create_index("ix_crm_moment_happened_reason", "crm_moment", ["happened", "reason"])


def _yes(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _number(name: str, default: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), server_default=default, nullable=False)
