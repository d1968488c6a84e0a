"""Where the classes of a night begin, and which tier of a customer the processes were told."""

import sqlalchemy as sa
from alembic import op

revision = "crm_score_cuts"
down_revision = "crm_company"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "crm_scoring_night", sa.Column("cuts", sa.JSON(), server_default="{}", nullable=False)
    )
    op.add_column(
        "crm_current_score", sa.Column("told_tier", sa.String(), server_default="", nullable=False)
    )
    op.execute("UPDATE crm_current_score SET told_tier = tier")
