"""What is over is found by the time it ended, so that a purge reads only what it deletes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OVER = sa.text("ended_at IS NOT NULL AND parent_instance_key IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_pv_instance_over",
        "pv_instance",
        ["ended_at"],
        sqlite_where=_OVER,
        postgresql_where=_OVER,
    )


def downgrade() -> None:
    op.drop_index("ix_pv_instance_over", "pv_instance")
