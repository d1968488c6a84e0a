"""Scores of customers, as snapshots."""

import sqlalchemy as sa
from alembic import op

revision = "crm0003"
down_revision = "crm0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_customer_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("r", sa.Integer(), nullable=False),
        sa.Column("f", sa.Integer(), nullable=False),
        sa.Column("m", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("margin_12m", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["crm_customer.id"],
            name=op.f("fk_crm_customer_score_customer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_customer_score")),
    )
    op.create_index(
        op.f("ix_crm_customer_score_customer_id_id"), "crm_customer_score", ["customer_id", "id"]
    )


def downgrade() -> None:
    op.drop_table("crm_customer_score")
