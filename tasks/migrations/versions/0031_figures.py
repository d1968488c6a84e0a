"""Figures of the company, day by day."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT

revision = "crm_figures"
down_revision = "crm_current_scores"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_figure_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_figure_snapshot")),
        sa.UniqueConstraint("name", "day", name=op.f("uq_crm_figure_snapshot_name_day")),
    )
