"""Tasks that are late or due soon are found without looking at the others."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MINE = sa.text("state = 'CREATED' AND due_at IS NOT NULL")
_CLAIMABLE = sa.text("state = 'CREATED' AND assignee IS NULL AND due_at IS NOT NULL")


def upgrade() -> None:
    for name, owner, rows in (
        ("ix_pv_user_task_mine_due", "assignee", _MINE),
        ("ix_pv_user_task_claimable_due", "audience", _CLAIMABLE),
    ):
        op.create_index(
            name, "pv_user_task", [owner, "due_at"], sqlite_where=rows, postgresql_where=rows
        )


def downgrade() -> None:
    op.drop_index("ix_pv_user_task_claimable_due", "pv_user_task")
    op.drop_index("ix_pv_user_task_mine_due", "pv_user_task")
