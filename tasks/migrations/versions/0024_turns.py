"""What a touchpoint and a turn of the improvement cycle keep."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT

revision = "crm_turns"
down_revision = "crm_account_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("dimension", "evidence", "systems"):
        op.add_column("crm_touchpoint", _text(name))
    op.add_column("crm_touchpoint", _whole("order_no"))
    op.add_column("crm_improvement", _text("why_now"))
    op.add_column("crm_improvement", _whole("modified"))
    op.add_column("crm_improvement", sa.Column("embedded_at", INSTANT, nullable=True))
    with op.batch_alter_table("crm_improvement") as table:
        table.add_column(sa.Column("standard_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_crm_improvement_standard_id"), "crm_standard", ["standard_id"], ["id"]
        )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)
