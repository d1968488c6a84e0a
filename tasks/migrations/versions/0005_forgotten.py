"""What is left of people who were forgotten: fingerprints of their addresses."""

import sqlalchemy as sa
from alembic import op

revision = "crm0005"
down_revision = "crm0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_salt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_salt")),
    )
    op.create_table(
        "crm_forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("no_contact", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["crm_customer.id"],
            name=op.f("fk_crm_forgotten_customer_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_forgotten")),
    )
    op.create_index(op.f("ix_crm_forgotten_fingerprint"), "crm_forgotten", ["fingerprint"])


def downgrade() -> None:
    op.drop_index(op.f("ix_crm_forgotten_fingerprint"), "crm_forgotten")
    op.drop_table("crm_forgotten")
    op.drop_table("crm_salt")
