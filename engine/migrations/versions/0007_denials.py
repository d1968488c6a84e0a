"""What a task listener denied, and why, is kept with its job."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pv_job", sa.Column("denied", sa.Boolean))
    op.add_column("pv_job", sa.Column("denied_reason", sa.Text))


def downgrade() -> None:
    op.drop_column("pv_job", "denied_reason")
    op.drop_column("pv_job", "denied")
