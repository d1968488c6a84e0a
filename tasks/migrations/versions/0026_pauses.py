"""Customers may pause contacts that are not owed or asked for."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT

revision = "crm_pauses"
down_revision = "crm_rests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("crm_preference", sa.Column("paused_until", INSTANT, nullable=True))
