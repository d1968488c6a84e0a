"""Offers have titles in the languages of those they are made to."""

import sqlalchemy as sa
from alembic import op

revision = "crm0010"
down_revision = "crm0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("crm_offer", sa.Column("titles", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("crm_offer", "titles")
