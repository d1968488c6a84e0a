"""What other systems call our records."""

import sqlalchemy as sa
from alembic import op

revision = "crm0010b"
down_revision = "crm0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_record_id",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_record_id")),
        sa.UniqueConstraint(
            "kind", "source", "external_id", name=op.f("uq_crm_record_id_kind_source_external_id")
        ),
    )
    op.create_index(op.f("ix_crm_record_id_kind_number"), "crm_record_id", ["kind", "number"])
