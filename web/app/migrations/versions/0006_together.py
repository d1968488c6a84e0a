"""An audit log, and what people do together: comments, views, absences, canned answers."""

from alembic import op

from web.app import tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "audit_entry",
    "task_comment",
    "task_comment_mention",
    "saved_view",
    "absence",
    "canned_answer",
)


def upgrade() -> None:
    for name in TABLES:
        tables.metadata.tables[name].create(op.get_bind())


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
