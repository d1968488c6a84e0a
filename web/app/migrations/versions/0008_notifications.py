"""What people are told, how they want it, and what ends a snooze."""

from alembic import op

from web.app import tables

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("notification", "notification_choice", "task_wake")


def upgrade() -> None:
    for name in TABLES:
        tables.metadata.tables[name].create(op.get_bind())


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
