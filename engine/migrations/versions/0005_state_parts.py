"""Wide states are kept in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pv_state_part",
        sa.Column("instance_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_key"],
            ["pv_instance.key"],
            name=op.f("fk_pv_state_part_instance_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_key", "part", name=op.f("pk_pv_state_part")),
    )


def downgrade() -> None:
    op.drop_table("pv_state_part")
