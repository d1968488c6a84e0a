"""Who got the last task of an element, for tasks that find their person."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pv_assignment_turn",
        sa.Column("process_id", sa.String(255), primary_key=True),
        sa.Column("element_id", sa.String(255), primary_key=True),
        sa.Column("username", sa.String(255), primary_key=True),
        sa.Column("task_key", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pv_assignment_turn")
