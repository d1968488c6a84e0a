"""A plain file has an id, which is its name unless it says another, and may have a version tag."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pv_resource", sa.Column("id", sa.Text))
    op.add_column("pv_resource", sa.Column("version_tag", sa.String(255)))
    op.execute("UPDATE pv_resource SET id = name")
    op.create_index("ix_pv_resource_id_version", "pv_resource", ["id", "version"])


def downgrade() -> None:
    op.drop_index("ix_pv_resource_id_version", "pv_resource")
    op.drop_column("pv_resource", "version_tag")
    op.drop_column("pv_resource", "id")
