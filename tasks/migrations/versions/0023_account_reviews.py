"""Quarterly reviews of key accounts; what a plan needs and costs; renewals that were told."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tasks.migrations.first_tables.columns import INSTANT
from tasks.migrations.tables import create, index, instant, json, text, to, unique, whole

revision = "crm_account_reviews"
down_revision = "crm_conversations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plan: tuple[sa.Column[Any], ...] = (
        sa.Column("needs", sa.String(), server_default="", nullable=False),
        sa.Column("investment", sa.BigInteger(), server_default="0", nullable=False),
    )
    for column in plan:
        op.add_column("crm_account_plan", column)
    op.add_column("crm_contract", sa.Column("renewal_told_at", INSTANT, nullable=True))
    create(
        "crm_account_review",
        to("customer_id", "crm_customer"),
        instant("at"),
        text("held_by"),
        whole("score"),
        json("goals"),
        text("decisions"),
        text("needs"),
        text("job_key"),
        index("customer_id", "at"),
        unique("job_key"),
        edited=False,
    )
