"""Deadlines of user tasks: the plan of reminders and escalations, and when the next one is due."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import JsonText, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'CREATED' AND deadline_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("pv_user_task", sa.Column("deadline", JsonText))
    op.add_column("pv_user_task", sa.Column("deadline_at", UtcDateTime))
    op.create_index(
        "ix_pv_user_task_deadline",
        "pv_user_task",
        ["deadline_at", "key"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_pv_user_task_deadline", "pv_user_task")
    op.drop_column("pv_user_task", "deadline_at")
    op.drop_column("pv_user_task", "deadline")
