"""What drawings declare: deadlines of tasks, whom instances are about, what they are one per."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import JsonText, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ABOUT = sa.text("ended_at IS NULL AND customer IS NOT NULL")
_ONE = sa.text("ended_at IS NULL AND open_per IS NOT NULL")
_OPEN = sa.text("state = 'CREATED' AND deadline_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("pv_user_task", sa.Column("deadline", JsonText))
    op.add_column("pv_user_task", sa.Column("deadline_at", UtcDateTime))
    op.add_column("pv_user_task", sa.Column("outside", JsonText))
    op.add_column("pv_instance", sa.Column("customer", sa.String(255)))
    op.add_column("pv_instance", sa.Column("open_per", sa.String(255)))
    op.create_index(
        "ix_pv_instance_customer",
        "pv_instance",
        ["customer"],
        sqlite_where=_ABOUT,
        postgresql_where=_ABOUT,
    )
    op.create_index(
        "uq_pv_instance_open_per",
        "pv_instance",
        ["process_id", "open_per"],
        unique=True,
        sqlite_where=_ONE,
        postgresql_where=_ONE,
    )
    op.create_index(
        "ix_pv_user_task_deadline",
        "pv_user_task",
        ["deadline_at", "key"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_pv_user_task_deadline", "pv_user_task")
    op.drop_column("pv_user_task", "outside")
    op.drop_column("pv_user_task", "deadline_at")
    op.drop_column("pv_user_task", "deadline")
    op.drop_index("uq_pv_instance_open_per", "pv_instance")
    op.drop_index("ix_pv_instance_customer", "pv_instance")
    op.drop_column("pv_instance", "open_per")
    op.drop_column("pv_instance", "customer")
