"""When refusals were heard, soft bounces, and notes to colleagues."""

import sqlalchemy as sa
from alembic import op

revision = "crm0008"
down_revision = "crm0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("crm_consent", sa.Column("heard_at", INSTANT, nullable=True))
    op.execute("UPDATE crm_consent SET heard_at = at")
    op.add_column("crm_customer", sa.Column("no_contact_since", INSTANT, nullable=True))
    op.execute("UPDATE crm_customer SET no_contact_since = updated_at WHERE do_not_contact")
    op.add_column("crm_contact_point", sa.Column("soft_bounces", sa.Integer(), nullable=True))
    op.execute("UPDATE crm_contact_point SET soft_bounces = 0")
    op.add_column("crm_message", sa.Column("internal", sa.Boolean(), nullable=True))
    op.execute("UPDATE crm_message SET internal = (contact_id IS NULL)")
    for table, *columns in (
        ("crm_consent", "heard_at"),
        ("crm_contact_point", "soft_bounces"),
        ("crm_message", "internal"),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, nullable=False)
