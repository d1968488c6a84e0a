"""Approvals as records."""

import sqlalchemy as sa
from alembic import op

revision = "crm0009"
down_revision = "crm0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("task_key", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_approval")),
        sa.UniqueConstraint("task_key", name=op.f("uq_crm_approval_task_key")),
    )
    op.create_index(op.f("ix_crm_approval_what_number"), "crm_approval", ["what", "number"])
