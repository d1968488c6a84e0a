"""Notes about customers, and what a consent rests on."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.tables import create, index, instant, text, to

revision = "crm_notes"
down_revision = "crm_pilots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_customer_note",
        to("customer_id", "crm_customer"),
        text("text"),
        instant("at"),
        index("customer_id", "at"),
        edited=False,
    )
    evidence = sa.Column("evidence", sa.String(), server_default="", nullable=False)
    op.add_column("crm_consent", evidence)
