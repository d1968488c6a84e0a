"""Goodbyes, causes that are fixed, and second lives of customers who came back."""

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT
from tasks.migrations.tables import create, index, instant, text, to, unique, yes

revision = "crm_second_lives"
down_revision = "crm_analyses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("kept_because", "lesson"):
        empty = sa.Column(column, sa.String(), server_default="", nullable=False)
        op.add_column("crm_lapsed", empty)
    op.add_column("crm_lapsed", sa.Column("goodbye_at", INSTANT, nullable=True))
    create(
        "crm_second_life",
        to("customer_id", "crm_customer"),
        instant("began_at"),
        text("left_for", empty=True),
        text("cause", empty=True),
        text("why_back"),
        text("doubts"),
        instant("watch_until", empty=True),
        instant("touched_at", empty=True),
        yes("cured", empty=True),
        instant("judged_at", empty=True),
        index("customer_id"),
    )
    create(
        "crm_fixed_cause",
        text("cause"),
        text("said"),
        instant("at"),
        unique("cause"),
        edited=False,
    )
